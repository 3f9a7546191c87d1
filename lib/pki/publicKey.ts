import {
  expectTag,
  readAsn1,
  readBitString,
  readObjectIdentifier,
  readSequence,
  Tag,
  type Asn1Element,
} from "./asn1";
import { curveNames, Oid, plainKeyNames } from "./objectIdentifiers";

/**
 * What people call a key: `RSA 2048`, `EC P-256`, `Ed25519`; the object identifier where it has no name.
 *
 * @param spki DER of the SubjectPublicKeyInfo (RFC 5280, 4.1.2.7)
 */
export function describePublicKey(spki: Uint8Array): string {
  const [algorithm, key] = readSequence(readAsn1(spki), "the public key");
  const [type, parameters] = readSequence(algorithm, "the algorithm of the public key");
  const oid = readObjectIdentifier(type, "the algorithm of the public key");
  switch (oid) {
    case Oid.rsaEncryption:
    case Oid.rsassaPss: {
      const [modulus] = readSequence(readAsn1(readBitString(key, "the public key")), "the RSA key");
      return `${oid === Oid.rsassaPss ? "RSASSA-PSS" : "RSA"} ${bitLength(modulus, "the modulus")}`;
    }
    case Oid.dsa: {
      if (parameters?.tag !== Tag.sequence) return "DSA";
      const [prime] = readSequence(parameters, "the DSA parameters");
      return `DSA ${bitLength(prime, "the prime")}`;
    }
    case Oid.ecPublicKey: {
      if (parameters?.tag !== Tag.objectIdentifier) return "EC with explicit parameters";
      const curve = readObjectIdentifier(parameters, "the curve");
      return `EC ${curveNames.get(curve) ?? curve}`;
    }
    default:
      return plainKeyNames.get(oid) ?? oid;
  }
}

function bitLength(element: Asn1Element | undefined, what: string): number {
  const { content } = expectTag(element, Tag.integer, what);
  const start = content.findIndex((octet) => octet !== 0);
  return start === -1 ? 0 : 8 * (content.length - start) - Math.clz32(content[start] ?? 0) + 24;
}
