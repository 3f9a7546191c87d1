import {
  childrenOf,
  contextTag,
  encodeElement,
  encodeSequence,
  readAsn1,
  readSequence,
  type Asn1Element,
} from "./asn1";
import { invalidName, malformedContent } from "./errors";
import { encodeIa5, generalNameTags, readIa5 } from "./generalName";
import { formatIpAddress, parseIpAddress } from "./ipAddress";
import { readName } from "./name";

/** One subtree of names that an authority may, or may not, certify (RFC 5280, 4.2.1.10). */
export interface NameConstraint {
  readonly kind: "dns" | "ip" | "email" | "uri" | "directory" | "other";
  /**
   * A domain (`example.com` stands for itself and all below it), an address range (`10.0.0.0/8`), a mail
   * host or address, the host of a URI, a name as keytool prints it, or hexadecimal DER of any other kind.
   */
  readonly value: string;
}

/** What an authority may certify; kinds that `permitted` does not mention are free. */
export interface NameConstraints {
  readonly permitted: readonly NameConstraint[];
  readonly excluded: readonly NameConstraint[];
}

const PERMITTED = contextTag(0, true);
const EXCLUDED = contextTag(1, true);
const DIRECTORY_NAME = contextTag(4, true);

export function readNameConstraints(value: Uint8Array): NameConstraints {
  const subtrees = (wanted: number): NameConstraint[] =>
    readSequence(readAsn1(value), "the name constraints")
      .filter(({ tag }) => tag === wanted)
      .flatMap((list) => childrenOf(list))
      .map((subtree) => readConstraint(readSequence(subtree, "a name constraint")[0]));
  return { permitted: subtrees(PERMITTED), excluded: subtrees(EXCLUDED) };
}

/**
 * Encodes constraints of the kinds dns, ip, email and uri.
 *
 * @throws PkiError `invalid-name` for other kinds and for values that cannot be encoded
 */
export function encodeNameConstraints({ permitted, excluded }: NameConstraints): Buffer {
  const list = (tag: number, constraints: readonly NameConstraint[]): Buffer[] =>
    constraints.length === 0
      ? []
      : [
          encodeElement(
            tag,
            ...constraints.map((constraint) => encodeSequence(encodeConstraint(constraint))),
          ),
        ];
  return encodeSequence(...list(PERMITTED, permitted), ...list(EXCLUDED, excluded));
}

function readConstraint(base: Asn1Element | undefined): NameConstraint {
  if (base === undefined) throw malformedContent("a name constraint without a name");
  switch (base.tag) {
    case generalNameTags.email:
      return { kind: "email", value: readIa5(base.content) };
    case generalNameTags.dns:
      return { kind: "dns", value: readIa5(base.content) };
    case generalNameTags.uri:
      return { kind: "uri", value: readIa5(base.content) };
    case generalNameTags.ip:
      return { kind: "ip", value: readRange(base.content) };
    case DIRECTORY_NAME:
      return { kind: "directory", value: readName(childrenOf(base)[0], "name of a constraint").toString() };
    default:
      return { kind: "other", value: Buffer.from(base.encoded).toString("hex") };
  }
}

function encodeConstraint({ kind, value }: NameConstraint): Buffer {
  if (kind === "directory" || kind === "other") {
    throw invalidName(`a name constraint of the kind "${kind}" cannot be written: use dns, ip, email or uri`);
  }
  return encodeElement(generalNameTags[kind], kind === "ip" ? encodeRange(value) : encodeIa5(kind, value));
}

/** Address and mask, 8 or 32 octets; a mask with holes is printed as an address. */
function readRange(content: Uint8Array): string {
  if (content.length !== 8 && content.length !== 32) {
    throw malformedContent(`a name constraint with an address range of ${content.length} octets`);
  }
  const half = content.length / 2;
  const mask = content.subarray(half);
  const bits = [...mask].map((octet) => octet.toString(2).padStart(8, "0")).join("");
  const prefix = /^(1*)0*$/.exec(bits)?.[1]?.length;
  return `${formatIpAddress(content.subarray(0, half))}/${prefix ?? formatIpAddress(mask)}`;
}

function encodeRange(value: string): Uint8Array {
  const [address = "", prefix] = value.split("/");
  const octets = parseIpAddress(address);
  const length = prefix === undefined || /^\d{1,3}$/.test(prefix) ? Number(prefix ?? "NaN") : Number.NaN;
  if (octets === undefined || !(length <= 8 * octets.length)) {
    throw invalidName(`"${value}" is not an address range: write "10.0.0.0/8" or "2001:db8::/32"`);
  }
  const mask = Uint8Array.from(octets, (_, index) => 0xff00 >> Math.min(8, Math.max(0, length - 8 * index)));
  return Buffer.concat([octets.map((octet, index) => octet & (mask[index] ?? 0)), mask]);
}
