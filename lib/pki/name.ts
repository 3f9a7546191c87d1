import type { DistinguishedName } from "../model";
import {
  childrenOf,
  encodeElement,
  encodeObjectIdentifier,
  encodeSequence,
  encodeSetOf,
  expectTag,
  readAsn1,
  readObjectIdentifier,
  readSequence,
  Tag,
  type Asn1Element,
} from "./asn1";
import { invalidName } from "./errors";
import { Oid } from "./objectIdentifiers";

/** One attribute of a distinguished name. */
export interface NameAttribute {
  readonly oid: string;
  /** Tag of the ASN.1 string type, which JSSE's comparison depends on. */
  readonly tag: number;
  /** Absent where the value is not a string. */
  readonly text?: string;
  /** DER of the value. */
  readonly encoded: Uint8Array;
}

/**
 * A distinguished name (X.501) that prints and compares as Java's `X500Principal` does.
 *
 * Java prints the last attribute first, so `CN=…, C=…` is encoded with the country in front.
 */
export class Name {
  #canonical: string | undefined;

  constructor(
    /** DER of the Name. */
    readonly der: Uint8Array,
    /** Relative distinguished names in the order they are encoded; most hold one attribute. */
    readonly parts: readonly (readonly NameAttribute[])[],
  ) {}

  get isEmpty(): boolean {
    return this.parts.length === 0;
  }

  /** The common name that counts for Java: the one encoded last. */
  get commonName(): string | undefined {
    return this.parts
      .flat()
      .filter(({ oid }) => oid === Oid.commonName)
      .at(-1)?.text;
  }

  /** As keytool prints an owner: `CN=…, OU=…` (`X500Principal.toString`, JDK class `sun.security.x509.AVA`). */
  toString(): string {
    return this.#join(", ", (part) => part.map(ownerForm).join(" + "));
  }

  /** `CN=…,OU=…` (RFC 2253, as `X500Principal.getName` prints it). */
  toRfc2253(): string {
    return this.#join(",", (part) => part.map(rfc2253Form).join("+"));
  }

  /** Whether JSSE takes two names for the same: without regard to case, runs of spaces or string type. */
  equals(other: Name): boolean {
    return this.canonical === other.canonical;
  }

  /** Equal for names that are equal (`X500Principal.getName(CANONICAL)`); a key for maps. */
  get canonical(): string {
    this.#canonical ??= this.#join(",", (part) =>
      [...part].sort(compareAttributes).map(canonicalForm).join("+"),
    );
    return this.#canonical;
  }

  #join(separator: string, form: (part: readonly NameAttribute[]) => string): string {
    // Without toReversed, which the language level of the project does not have yet.
    return this.parts.reduceRight(
      (text, part, index) => text + (index === this.parts.length - 1 ? "" : separator) + form(part),
      "",
    );
  }
}

/**
 * Reads a Name.
 *
 * @throws PkiError `malformed-asn1`
 */
export function parseName(der: Uint8Array): Name {
  return readName(readAsn1(der), "name");
}

export function readName(element: Asn1Element | undefined, what: string): Name {
  const parts = readSequence(element, what).map((part) =>
    childrenOf(expectTag(part, Tag.set, `a part of the ${what}`)).map((attribute) => {
      const [type, value] = readSequence(attribute, `an attribute of the ${what}`);
      return readAttribute(
        readObjectIdentifier(type, `the type of an attribute of the ${what}`),
        value,
        what,
      );
    }),
  );
  return new Name(element?.encoded ?? new Uint8Array(), parts);
}

/**
 * DER of a name that prints as `CN=…, OU=…, O=…, L=…, ST=…, C=…`. Values are PrintableStrings where
 * they can be, else UTF8Strings, as keytool writes them.
 *
 * @throws PkiError `invalid-name` for an empty value or a country that is not two letters
 */
export function encodeName(name: DistinguishedName): Buffer {
  const attributes: [string, string | undefined, string][] = [
    [Oid.country, name.country, "country"],
    [Oid.state, name.state, "state"],
    [Oid.locality, name.locality, "locality"],
    [Oid.organization, name.organization, "organization"],
    [Oid.organizationalUnit, name.organizationalUnit, "organizationalUnit"],
    [Oid.commonName, name.commonName, "commonName"],
  ];
  return encodeSequence(
    ...attributes.flatMap(([oid, value, what]) => {
      if (value === undefined) return [];
      if (value === "") throw invalidName(`the ${what} is empty: leave it out or give it a value`);
      if (oid === Oid.country && !/^[A-Za-z]{2}$/.test(value)) {
        throw invalidName(`the country "${value}" is not a code of two letters such as "DE"`);
      }
      return [encodeSetOf([encodeSequence(encodeObjectIdentifier(oid), encodeText(value))])];
    }),
  );
}

function encodeText(value: string): Buffer {
  return /^[A-Za-z0-9 '()+,\-./:=?]*$/.test(value)
    ? encodeElement(Tag.printableString, Buffer.from(value, "latin1"))
    : encodeElement(Tag.utf8String, Buffer.from(value, "utf8"));
}

function readAttribute(oid: string, value: Asn1Element | undefined, what: string): NameAttribute {
  if (value === undefined) throw invalidName(`the ${what} has an attribute ${oid} without a value`);
  const text = readText(value);
  return { oid, tag: value.tag, encoded: value.encoded, ...(text === undefined ? {} : { text }) };
}

const GENERAL_STRING = 0x1b;

/** Decodes as JDK 17's `DerValue.getAsString` does; other types have no text. */
function readText({ tag, content }: Asn1Element): string | undefined {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.length);
  switch (tag) {
    case Tag.utf8String:
      return bytes.toString("utf8");
    case Tag.printableString:
    case Tag.ia5String:
    case Tag.teletexString:
    case GENERAL_STRING:
      return bytes.toString("latin1");
    case Tag.bmpString:
      return Buffer.from(bytes.subarray(0, bytes.length & ~1))
        .swap16()
        .toString("utf16le");
    default:
      return undefined;
  }
}

/** Keywords of RFC 2253, which the canonical form is limited to (JDK class `AVAKeyword`). */
const rfc2253Keywords: ReadonlyMap<string, string> = new Map([
  [Oid.commonName, "CN"],
  [Oid.country, "C"],
  [Oid.locality, "L"],
  [Oid.state, "ST"],
  [Oid.organization, "O"],
  [Oid.organizationalUnit, "OU"],
  ["2.5.4.9", "STREET"],
  ["0.9.2342.19200300.100.1.25", "DC"],
  ["0.9.2342.19200300.100.1.1", "UID"],
]);

const ownerKeywords: ReadonlyMap<string, string> = new Map([
  ...rfc2253Keywords,
  ["2.5.4.12", "T"],
  ["1.3.6.1.4.1.42.2.11.2.1", "IP"],
  ["2.5.4.46", "DNQ"],
  ["2.5.4.4", "SURNAME"],
  ["2.5.4.42", "GIVENNAME"],
  ["2.5.4.43", "INITIALS"],
  ["2.5.4.44", "GENERATION"],
  ["1.2.840.113549.1.9.1", "EMAILADDRESS"],
  ["2.5.4.5", "SERIALNUMBER"],
]);

/** JDK class `AVA`, `toKeywordValueString`. */
function ownerForm({ oid, text, encoded }: NameAttribute): string {
  const keyword = ownerKeywords.get(oid) ?? `OID.${oid}`;
  if (text === undefined) return `${keyword}=#${hex(encoded)}`;
  if (text.length > 1 && text.startsWith('"') && text.endsWith('"')) {
    return `${keyword}="${escapeOwner(text.slice(1, -1))}"`;
  }
  const quoted = /^[ \n]|[,+=\n<>#;\\"]| {2}|[ \n]$/.test(text);
  const escaped = escapeOwner(text);
  return `${keyword}=${quoted ? `"${escaped}"` : escaped}`;
}

function escapeOwner(text: string): string {
  return text.replace(/["\\]/g, "\\$&");
}

/** JDK class `AVA`, `toRFC2253String`. */
function rfc2253Form({ oid, text, encoded }: NameAttribute): string {
  const keyword = rfc2253Keywords.get(oid);
  if (keyword === undefined || text === undefined) return `${keyword ?? oid}=#${hex(encoded)}`;
  const escaped = text.replace(/[,=+<>#;"\\]/g, "\\$&").replaceAll("\0", "\\00");
  const outer = escaped.replace(/^[ \r]+|[ \r]+$/g, (spaces) => spaces.replace(/[ \r]/g, "\\$&"));
  return `${keyword}=${outer}`;
}

/** JDK class `AVA`, `toRFC2253CanonicalString`: only UTF8String and PrintableString compare as text. */
function canonicalForm({ oid, tag, text, encoded }: NameAttribute): string {
  const keyword = rfc2253Keywords.get(oid);
  const comparable = keyword !== undefined && (tag === Tag.utf8String || tag === Tag.printableString);
  const value = comparable
    ? (text ?? "")
        .replace(/^#|[,+<>;"\\]/g, "\\$&")
        .replace(/ +/g, " ")
        // Java's trim: everything up to and including the space.
        .replace(/^[\0- ]+|[\0- ]+$/g, "")
    : `#${hex(encoded)}`;
  return `${keyword ?? oid}=${value}`.toUpperCase().toLowerCase().normalize("NFKD");
}

/** JDK class `AVAComparator`: attributes that have a keyword first, then by their canonical form. */
function compareAttributes(a: NameAttribute, b: NameAttribute): number {
  const known = Number(rfc2253Keywords.has(b.oid)) - Number(rfc2253Keywords.has(a.oid));
  if (known !== 0) return known;
  const [left, right] = [canonicalForm(a), canonicalForm(b)];
  return left < right ? -1 : Number(left > right);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("hex");
}
