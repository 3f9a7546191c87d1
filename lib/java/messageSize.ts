import type { Certificate, Name } from "../pki";
import { refusal, type Refusal } from "../rules";
import type { JavaRules } from "./javaRules";

/** What else stands in a request for a certificate: types and algorithms; measured, and rounded up. */
const REQUEST_OVERHEAD = 128;

/** What stands beside each certificate of a chain: its length and, in TLS 1.3, that of its extensions. */
const CERTIFICATE_OVERHEAD = 5;

/** Whether a Java reads the list of authorities with which a server asks for a certificate. */
export function refusedRequest(authorities: readonly Name[], reader: JavaRules): Refusal | undefined {
  const length = authorities.reduce((sum, { der }) => sum + der.length + 2, REQUEST_OVERHEAD);
  if (length <= reader.maximumMessage) return undefined;
  return refusal(
    "message-too-large",
    `the server asks for certificates of ${authorities.length} authorities by name, in a message of about ${length} bytes, and the client's ${reader.name} reads ${reader.maximumMessage}`,
    undefined,
    { about: String(length) },
  );
}

/** Whether a Java reads a chain that is presented to it. */
export function refusedLength(
  chain: readonly Certificate[],
  presenter: string,
  reader: JavaRules,
): Refusal | undefined {
  const length = chain.reduce((sum, { der }) => sum + der.length + CERTIFICATE_OVERHEAD, 4);
  if (length <= reader.maximumMessage) return undefined;
  return refusal(
    "message-too-large",
    `the ${presenter} presents ${chain.length} certificates in a message of ${length} bytes, and ${reader.name} reads ${reader.maximumMessage}`,
    "present shorter certificates, or raise `jdk.tls.maxHandshakeMessageSize` on the side that reads them",
    { about: String(length) },
  );
}
