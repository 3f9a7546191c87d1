import { type Name, parsed } from "../pki";
import { type Refusal, refusal } from "../rules";
import type { PresentedIdentity } from "./hopMaterial";

/** Authorities that are named in a sentence; a server may ask for hundreds. */
const NAMED_AUTHORITIES = 5;

/**
 * What keeps a Java client from sending the identity it was given, so that a zero-length certificate arrives.
 *
 * @param authorities whose certificates the server asks for
 * @param unusable why its key is not used, where no handshake of the two sides does or another's does not open
 */
export function explainNotSent(
  { chain }: PresentedIdentity,
  authorities: readonly Name[],
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
  if (authorities.some((name) => name.equals(leaf.subject))) {
    return refusal(
      "client-certificate-not-sent",
      `the server names ${leaf.toString()} itself as an authority, so it asks for certificates issued by ` +
        "that name, and the client sends a zero-length certificate",
      `trust its issuer ${leaf.issuer.toString()} on the server as well`,
    );
  }
  const top = certificates.at(-1) ?? leaf;
  return refusal(
    "client-certificate-not-sent",
    `the server asks for certificates of ${bounded(authorities)}, and no issuer in the client's stored chain is among them: ` +
      `it ends at ${top.toString()}, issued by ${top.issuer.toString()}, so the client sends a zero-length certificate`,
    "store the client's identity with its intermediates, or put its issuer into the server's truststore",
  );
}

/** The first of the names, and how many more there are. */
function bounded(names: readonly Name[]): string {
  const more = names.length - NAMED_AUTHORITIES;
  const shown = names.slice(0, NAMED_AUTHORITIES).map(String).join("; ");
  return more > 0 ? `${shown} and ${more} more` : shown;
}
