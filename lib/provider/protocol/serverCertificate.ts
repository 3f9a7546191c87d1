import { generateKeyPairSync, randomBytes, sign } from "node:crypto";
import {
  Tag,
  contextTag,
  encodeBitString,
  encodeElement,
  encodeInteger,
  encodeObjectIdentifier,
  encodeOctetString,
  encodeSequence,
  encodeSetOf,
} from "../../pki/asn1";

/** What the provider shows to Terraform on its socket: made at start, thrown away at exit. */
export interface ServerCertificate {
  readonly der: Buffer;
  readonly pem: string;
  readonly privateKeyPem: string;
}

const DAY_MS = 86_400_000;

/**
 * A self-signed P-256 certificate that lives for one process.
 *
 * go-plugin puts it into its own trust pool and asks for the name `localhost`, in SAN because Go ignores the
 * common name; it has to be a certificate authority to be found there.
 */
export function createServerCertificate(now: Date): ServerCertificate {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const algorithm = encodeSequence(encodeObjectIdentifier("1.2.840.10045.4.3.2"));
  const name = encodeSequence(
    encodeSetOf([
      encodeSequence(
        encodeObjectIdentifier("2.5.4.3"),
        encodeElement(Tag.utf8String, Buffer.from("localhost")),
      ),
    ]),
  );
  const toBeSigned = encodeSequence(
    encodeElement(contextTag(0, true), encodeInteger(2)),
    encodeInteger(BigInt(`0x${randomBytes(15).toString("hex")}`) + 1n),
    algorithm,
    name,
    encodeSequence(encodeTime(now.getTime() - DAY_MS), encodeTime(now.getTime() + 30 * DAY_MS)),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    encodeElement(contextTag(3, true), encodeExtensions()),
  );
  const signature = sign("sha256", toBeSigned, privateKey);
  const der = encodeSequence(toBeSigned, algorithm, encodeBitString(signature));
  const base64 = der.toString("base64").replace(/.{64}/g, "$&\n");
  return {
    der,
    pem: `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`,
    privateKeyPem: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

function encodeExtensions(): Buffer {
  const critical = encodeElement(Tag.boolean, Buffer.from([0xff]));
  const extension = (identifier: string, ...rest: Buffer[]) =>
    encodeSequence(encodeObjectIdentifier(identifier), ...rest);
  return encodeSequence(
    extension("2.5.29.19", critical, encodeOctetString(encodeSequence(critical))),
    // digitalSignature, keyEncipherment, keyAgreement, keyCertSign (RFC 5280, 4.2.1.3)
    extension(
      "2.5.29.15",
      critical,
      encodeOctetString(encodeElement(Tag.bitString, Buffer.from([0x02, 0b10101100]))),
    ),
    extension(
      "2.5.29.37",
      encodeOctetString(
        encodeSequence(
          encodeObjectIdentifier("1.3.6.1.5.5.7.3.1"),
          encodeObjectIdentifier("1.3.6.1.5.5.7.3.2"),
        ),
      ),
    ),
    extension(
      "2.5.29.17",
      encodeOctetString(encodeSequence(encodeElement(contextTag(2, false), Buffer.from("localhost")))),
    ),
  );
}

function encodeTime(milliseconds: number): Buffer {
  const digits = new Date(milliseconds).toISOString().replace(/[-:T]|\.\d+/g, "");
  return encodeElement(Tag.generalizedTime, Buffer.from(digits));
}
