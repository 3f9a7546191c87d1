import { createHash, createPublicKey, generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import {
  contextTag,
  encodeBitString,
  encodeElement,
  encodeInteger,
  encodeNull,
  encodeObjectIdentifier,
  encodeOctetString,
  encodeSequence,
  encodeSetOf,
  Tag,
} from "../../lib/pki/asn1";
import { parseIpAddress } from "../../lib/pki/ipAddress";

/** Kinds of key the odd certificates of tests need. */
export type MadeKey =
  | "ec"
  | "ec-p384"
  | "ec-p521"
  | "secp256k1"
  | "rsa-512"
  | "rsa-768"
  | "rsa-1024"
  | "rsa-2048"
  | "rsa-pss"
  | "dsa"
  | "ed25519"
  | "ed448";

/** A certificate of a test, with everything that can be odd about it. Times in days from `now`. */
export interface MadeCertificateOptions {
  readonly now: Date;
  /** Common name, or attributes in order (`CN`, `O`, `OU`, `C`); an empty list makes an empty subject. */
  readonly subject: string | readonly (readonly [string, string])[];
  /** Self-signed where absent. */
  readonly issuer?: MadeIdentity;
  /** Reuses the key of another identity. */
  readonly keyOf?: MadeIdentity;
  readonly key?: MadeKey;
  readonly fromDays?: number;
  readonly toDays?: number;
  readonly serialNumber?: number;
  /** @default 3 */
  readonly version?: 1 | 3;
  /** `DNS:x`, `IP:1.2.3.4`, `email:x`, `URI:x` */
  readonly names?: readonly string[];
  /** Marks the names critical. */
  readonly criticalNames?: boolean;
  /** DER of further extensions, as `test/support/madeExtensions` makes them. */
  readonly extensions?: readonly Buffer[];
  readonly authority?: boolean | { readonly pathLength: number };
  /** Bit names as RFC 5280 spells them; absent means no extension. */
  readonly keyUsage?: readonly string[];
  /** Names or dotted identifiers; absent means no extension. */
  readonly extendedKeyUsage?: readonly string[];
  /** Hash of the signature. */
  readonly hash?: "md5" | "sha1" | "sha224" | "sha256" | "sha384" | "sha512" | "sha3-256";
  /** @default true for version 3 */
  readonly subjectKeyId?: boolean;
  /** Key identifier of the issuer (`keyid`), also with name and serial number (`issuer`), a wrong one, or none. */
  readonly authorityKeyId?: "keyid" | "issuer" | "wrong" | "none";
  /** An extension nobody knows, marked critical. */
  readonly unknownCritical?: boolean;
  /** DNS subtrees that an authority permits. */
  readonly permittedDns?: readonly string[];
  /** Signs with a key that is not the issuer's. */
  readonly wrongSignature?: boolean;
  /** nsCertType bits, for example `0x80` for an SSL client. */
  readonly netscapeType?: number;
}

export interface MadeIdentity {
  readonly der: Buffer;
  /** DER, leaf first, root included. */
  readonly chain: readonly Buffer[];
  readonly pkcs8: Buffer;
  readonly privateKey: KeyObject;
  readonly spki: Buffer;
  readonly subject: Buffer;
  readonly serialNumber: number;
}

let counter = 1000;

/** Issues a certificate with any departure from the ordinary; `lib/pki` must not be able to. */
export function makeCertificate(options: MadeCertificateOptions): MadeIdentity {
  const privateKey = options.keyOf?.privateKey ?? newKey(options.key ?? "ec");
  const spki = publicDer(privateKey);
  const subject = encodeName(options.subject);
  const serialNumber = options.serialNumber ?? (counter += 1);
  const issuer = options.issuer;
  const signer = options.wrongSignature === true ? newKey("ec") : (issuer?.privateKey ?? privateKey);
  const algorithm = signatureAlgorithm(signer, options.hash ?? "sha256");
  const version = options.version ?? 3;
  const body = encodeSequence(
    ...(version === 3 ? [encodeElement(contextTag(0, true), encodeInteger(2))] : []),
    encodeInteger(serialNumber),
    algorithm.identifier,
    issuer?.subject ?? subject,
    encodeSequence(
      encodeTime(options.now, options.fromDays ?? -1),
      encodeTime(options.now, options.toDays ?? 90),
    ),
    subject,
    spki,
    ...(version === 3
      ? [encodeElement(contextTag(3, true), encodeSequence(...extensionsOf(options, spki)))]
      : []),
  );
  const der = encodeSequence(body, algorithm.identifier, encodeBitString(algorithm.sign(body)));
  return {
    der,
    chain: [der, ...(issuer?.chain ?? [])],
    pkcs8: privateKey.export({ format: "der", type: "pkcs8" }),
    privateKey,
    spki,
    subject,
    serialNumber,
  };
}

/** A root that everything else about a test can stand on. */
export function makeAuthority(
  now: Date,
  subject: string,
  options: Partial<MadeCertificateOptions> = {},
): MadeIdentity {
  return makeCertificate({
    now,
    subject,
    authority: true,
    keyUsage: ["keyCertSign", "cRLSign"],
    fromDays: -30,
    toDays: 3650,
    ...options,
  });
}

const extensionIds = {
  subjectKeyId: "2.5.29.14",
  keyUsage: "2.5.29.15",
  subjectAltName: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  nameConstraints: "2.5.29.30",
  authorityKeyId: "2.5.29.35",
  extendedKeyUsage: "2.5.29.37",
  netscapeType: "2.16.840.1.113730.1.1",
  unknown: "1.3.6.1.4.1.99999.1",
} as const;

const usageBits = [
  "digitalSignature",
  "nonRepudiation",
  "keyEncipherment",
  "dataEncipherment",
  "keyAgreement",
  "keyCertSign",
  "cRLSign",
];

const purposeIds: Readonly<Record<string, string>> = {
  serverAuth: "1.3.6.1.5.5.7.3.1",
  clientAuth: "1.3.6.1.5.5.7.3.2",
  codeSigning: "1.3.6.1.5.5.7.3.3",
  any: "2.5.29.37.0",
  sgc: "1.3.6.1.4.1.311.10.3.3",
};

function extensionsOf(options: MadeCertificateOptions, spki: Buffer): Buffer[] {
  const { authority, names = [], keyUsage, extendedKeyUsage, permittedDns } = options;
  const list: Buffer[] = [];
  const add = (id: string, critical: boolean, value: Buffer): void => {
    list.push(
      encodeSequence(
        encodeObjectIdentifier(id),
        ...(critical ? [encodeElement(Tag.boolean, Buffer.from([0xff]))] : []),
        encodeOctetString(value),
      ),
    );
  };
  if (authority !== undefined) {
    const ca = authority !== false;
    const pathLength = typeof authority === "object" ? [encodeInteger(authority.pathLength)] : [];
    const flag = ca ? [encodeElement(Tag.boolean, Buffer.from([0xff]))] : [];
    add(extensionIds.basicConstraints, ca, encodeSequence(...flag, ...pathLength));
  }
  if (options.subjectKeyId !== false) {
    add(extensionIds.subjectKeyId, false, encodeOctetString(keyId(spki)));
  }
  const authorityKeyId = options.authorityKeyId ?? (options.issuer === undefined ? "none" : "keyid");
  if (authorityKeyId !== "none") {
    const id = authorityKeyId === "wrong" ? Buffer.alloc(20, 7) : keyId(options.issuer?.spki ?? spki);
    const parts = [encodeElement(contextTag(0, false), id)];
    if (authorityKeyId === "issuer" && options.issuer !== undefined) {
      const directory = encodeElement(contextTag(4, true), options.issuer.subject);
      parts.push(encodeElement(contextTag(1, true), directory));
      parts.push(encodeElement(contextTag(2, false), integerContent(options.issuer.serialNumber)));
    }
    add(extensionIds.authorityKeyId, false, encodeSequence(...parts));
  }
  if (names.length > 0)
    add(
      extensionIds.subjectAltName,
      options.criticalNames === true,
      encodeSequence(...names.map(encodeGeneralName)),
    );
  if (keyUsage !== undefined) add(extensionIds.keyUsage, true, encodeUsage(keyUsage));
  if (extendedKeyUsage !== undefined) {
    const purposes = extendedKeyUsage.map((purpose) =>
      encodeObjectIdentifier(purposeIds[purpose] ?? purpose),
    );
    add(extensionIds.extendedKeyUsage, false, encodeSequence(...purposes));
  }
  if (permittedDns !== undefined) {
    const subtrees = permittedDns.map((dns) => encodeSequence(encodeElement(0x82, Buffer.from(dns))));
    add(extensionIds.nameConstraints, true, encodeSequence(encodeElement(contextTag(0, true), ...subtrees)));
  }
  if (options.netscapeType !== undefined) {
    add(
      extensionIds.netscapeType,
      false,
      encodeElement(Tag.bitString, Buffer.from([0, options.netscapeType])),
    );
  }
  if (options.unknownCritical === true) add(extensionIds.unknown, true, encodeNull());
  return [...list, ...(options.extensions ?? [])];
}

function encodeUsage(names: readonly string[]): Buffer {
  let bits = 0;
  for (const name of names) bits |= 0x80 >> usageBits.indexOf(name);
  let unused = 0;
  while (unused < 7 && (bits & (1 << unused)) === 0) unused += 1;
  return encodeElement(Tag.bitString, Buffer.from([unused, bits]));
}

function encodeGeneralName(name: string): Buffer {
  const at = name.indexOf(":");
  const value = name.slice(at + 1);
  switch (name.slice(0, at)) {
    case "DNS":
      return encodeElement(0x82, Buffer.from(value, "utf8"));
    case "IP":
      return encodeElement(0x87, Buffer.from(parseIpAddress(value) ?? []));
    case "email":
      return encodeElement(0x81, Buffer.from(value, "latin1"));
    default:
      return encodeElement(0x86, Buffer.from(value, "latin1"));
  }
}

const attributeIds: Readonly<Record<string, string>> = {
  CN: "2.5.4.3",
  C: "2.5.4.6",
  O: "2.5.4.10",
  OU: "2.5.4.11",
};

function encodeName(subject: MadeCertificateOptions["subject"]): Buffer {
  const attributes = typeof subject === "string" ? ([["CN", subject]] as const) : subject;
  return encodeSequence(
    ...attributes.map(([type, value]) =>
      encodeSetOf([
        encodeSequence(
          encodeObjectIdentifier(attributeIds[type] ?? type),
          encodeElement(Tag.utf8String, Buffer.from(value, "utf8")),
        ),
      ]),
    ),
  );
}

function encodeTime(now: Date, days: number): Buffer {
  const text = new Date(now.getTime() + days * 86_400_000).toISOString().replace(/[-:T]|\.\d+/g, "");
  return text < "2050"
    ? encodeElement(Tag.utcTime, Buffer.from(text.slice(2), "latin1"))
    : encodeElement(Tag.generalizedTime, Buffer.from(text, "latin1"));
}

interface SignatureAlgorithm {
  readonly identifier: Buffer;
  readonly sign: (data: Buffer) => Buffer;
}

function signatureAlgorithm(
  key: KeyObject,
  hash: NonNullable<MadeCertificateOptions["hash"]>,
): SignatureAlgorithm {
  const type = key.asymmetricKeyType ?? "rsa";
  if (type === "ed25519" || type === "ed448") {
    return {
      identifier: encodeSequence(encodeObjectIdentifier(type === "ed448" ? "1.3.101.113" : "1.3.101.112")),
      sign: (data) => sign(null, data, key),
    };
  }
  const ids: Readonly<Record<string, string>> = {
    "rsa md5": "1.2.840.113549.1.1.4",
    "rsa sha1": "1.2.840.113549.1.1.5",
    "rsa sha224": "1.2.840.113549.1.1.14",
    "rsa sha256": "1.2.840.113549.1.1.11",
    "rsa sha384": "1.2.840.113549.1.1.12",
    "rsa sha512": "1.2.840.113549.1.1.13",
    "rsa sha3-256": "2.16.840.1.101.3.4.3.14",
    "ec sha1": "1.2.840.10045.4.1",
    "ec sha224": "1.2.840.10045.4.3.1",
    "ec sha256": "1.2.840.10045.4.3.2",
    "ec sha384": "1.2.840.10045.4.3.3",
    "ec sha512": "1.2.840.10045.4.3.4",
    "ec sha3-256": "2.16.840.1.101.3.4.3.10",
    "dsa sha256": "2.16.840.1.101.3.4.3.2",
  };
  const id = ids[`${type} ${hash}`];
  if (id === undefined) throw new Error(`no signature algorithm for ${type} with ${hash}`);
  return {
    identifier: encodeSequence(encodeObjectIdentifier(id), ...(type === "rsa" ? [encodeNull()] : [])),
    sign: (data) => sign(hash, data, key),
  };
}

const curves: Readonly<Record<string, string>> = {
  ec: "P-256",
  "ec-p384": "P-384",
  "ec-p521": "P-521",
  secp256k1: "secp256k1",
};

function newKey(kind: MadeKey): KeyObject {
  const namedCurve = curves[kind];
  if (namedCurve !== undefined) return generateKeyPairSync("ec", { namedCurve }).privateKey;
  if (kind === "ed25519") return generateKeyPairSync("ed25519").privateKey;
  if (kind === "ed448") return generateKeyPairSync("ed448").privateKey;
  if (kind === "rsa-pss") return generateKeyPairSync("rsa-pss", { modulusLength: 2048 }).privateKey;
  if (kind === "dsa") {
    return generateKeyPairSync("dsa", { modulusLength: 2048, divisorLength: 256 }).privateKey;
  }
  return generateKeyPairSync("rsa", { modulusLength: Number(kind.slice(4)) }).privateKey;
}

function publicDer(privateKey: KeyObject): Buffer {
  return createPublicKey(privateKey).export({ format: "der", type: "spki" });
}

function keyId(spki: Buffer): Buffer {
  return createHash("sha1").update(spki).digest();
}

function integerContent(value: number): Buffer {
  return encodeInteger(value).subarray(2);
}
