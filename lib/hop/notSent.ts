import { type Certificate, parsed } from "../pki";
import { type Refusal, refusal } from "../rules";
import type { PresentedIdentity } from "./hopMaterial";

/**
 * What keeps a Java client from sending the identity it was given, so that a zero-length certificate arrives.
 *
 * @param authorities whose certificates the server asks for
 * @param unusable why its key is not used, where no handshake of the two sides does or another's does not open
 */
export function explainNotSent(
  { chain }: PresentedIdentity,
  authorities: readonly Certificate[],
  unusable: Refusal | undefined,
): Refusal {
  const certificates = chain.map(parsed);
  const [leaf] = certificates;
  if (leaf === undefined) {
    return refusal(
      "client-certificate-not-sent",
      "the client's identity has no certificate, so a zero-length certificate arrives",
      "store it with its chain",
    );
  }
  if (unusable !== undefined) {
    const facts = `${unusable.message}, so the client sends a zero-length certificate`;
    return refusal("client-certificate-not-sent", facts, unusable.remedy, "none");
  }
  if (authorities.some(({ sha256 }) => sha256 === leaf.sha256)) {
    return refusal(
      "client-certificate-not-sent",
      `the server trusts the certificate of ${leaf.toString()} itself, so it asks for certificates issued by ` +
        "that name, and the client sends a zero-length certificate",
      `trust its issuer ${leaf.issuer.toString()} on the server as well`,
    );
  }
  const top = certificates.at(-1) ?? leaf;
  const asked = authorities.map(({ subject }) => subject.toString()).join("; ");
  return refusal(
    "client-certificate-not-sent",
    `the server asks for certificates of ${asked}, and no issuer in the client's stored chain is among them: ` +
      `it ends at ${top.toString()}, issued by ${top.issuer.toString()}, so the client sends a zero-length certificate`,
    "store the client's identity with its intermediates, or put its issuer into the server's truststore",
  );
}
