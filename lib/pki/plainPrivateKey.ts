import { childrenOf, readAsn1Prefix, Tag } from "./asn1";

/** `openssh-key-v1`, then the cipher's name, `none`, in base64 (OpenSSH's PROTOCOL.key). */
const plainOpenSsh = "b3BlbnNzaC1rZXktdjEAAAAABG5vbmU";

/**
 * Whether a file holds a private key that is not encrypted: PEM of any kind (RFC 7468, RFC 1421, OpenSSH), alone
 * or among certificates, or DER (PKCS#8, PKCS#1, SEC1). Of what it is not sure, it says so: damaged PEM counts.
 */
export function holdsPlainPrivateKey(bytes: Uint8Array): boolean {
  // Without zeros, UTF-16 reads as ASCII.
  const text = Buffer.from(bytes).toString("latin1").replaceAll("\0", "");
  const blocks = text.split(/-----BEGIN (?=[A-Z0-9 ]*PRIVATE KEY-----)/).slice(1);
  return blocks.some(isPlainBlock) || isPlainDer(bytes);
}

function isPlainBlock(block: string): boolean {
  const [label = "", body = ""] = block.split("-----", 2);
  if (label === "ENCRYPTED PRIVATE KEY") return false;
  if (label === "OPENSSH PRIVATE KEY") return body.replace(/\s/g, "").startsWith(plainOpenSsh);
  return !/^\s*Proc-Type:\s*4,\s*ENCRYPTED/.test(body);
}

/** By the first elements: a version, then what the version is of. */
function isPlainDer(bytes: Uint8Array): boolean {
  if (bytes[0] !== Tag.sequence) return false;
  try {
    const [version, second, third] = childrenOf(readAsn1Prefix(bytes));
    if (version?.tag !== Tag.integer || version.content.length !== 1) return false;
    if (second?.tag === Tag.sequence && third?.tag === Tag.octetString) {
      // PKCS#8 (RFC 5958, 2) names an algorithm there.
      return childrenOf(second)[0]?.tag === Tag.objectIdentifier;
    }
    if (second?.tag === Tag.octetString) return version.content[0] === 1;
    return second?.tag === Tag.integer && third?.tag === Tag.integer;
  } catch {
    return false;
  }
}
