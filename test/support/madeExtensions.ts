import {
  contextTag,
  encodeElement,
  encodeInteger,
  encodeObjectIdentifier,
  encodeOctetString,
  encodeSequence,
  Tag,
} from "../../lib/pki/asn1";
import { encodeNameConstraints, type NameConstraints } from "../../lib/pki/nameConstraints";

/** Certificate policies by their dotted identifiers. */
export function policies(ids: readonly string[], critical = false): Buffer {
  const list = ids.map((id) => encodeSequence(encodeObjectIdentifier(id)));
  return extension("2.5.29.32", critical, encodeSequence(...list));
}

/** A certificate policy that points to a statement, with a qualifier that is critical. */
export function qualifiedPolicy(id: string): Buffer {
  const uri = encodeElement(Tag.ia5String, Buffer.from("https://example/cps", "latin1"));
  const qualifier = encodeSequence(encodeObjectIdentifier("1.3.6.1.5.5.7.2.1"), uri);
  const policy = encodeSequence(encodeObjectIdentifier(id), encodeSequence(qualifier));
  return extension("2.5.29.32", true, encodeSequence(policy));
}

export function policyConstraints(skip: { readonly explicit?: number; readonly mapping?: number }): Buffer {
  const part = (tag: number, value: number | undefined): Buffer[] =>
    value === undefined ? [] : [encodeElement(contextTag(tag, false), encodeInteger(value).subarray(2))];
  return extension("2.5.29.36", true, encodeSequence(...part(0, skip.explicit), ...part(1, skip.mapping)));
}

export function policyMappings(pairs: readonly (readonly [issuer: string, subject: string])[]): Buffer {
  const list = pairs.map((pair) => encodeSequence(...pair.map((id) => encodeObjectIdentifier(id))));
  return extension("2.5.29.33", true, encodeSequence(...list));
}

export function inhibitAnyPolicy(skip: number): Buffer {
  return extension("2.5.29.54", true, encodeInteger(skip));
}

export function nameConstraints(constraints: NameConstraints): Buffer {
  return extension("2.5.29.30", true, encodeNameConstraints(constraints));
}

/** Where revocation is told: OCSP responders (authority information access) or lists (distribution points). */
export function revocation({ ocsp, list }: { readonly ocsp?: string; readonly list?: string }): Buffer[] {
  const uri = (url: string) => encodeElement(0x86, Buffer.from(url, "latin1"));
  const access = (url: string) => encodeSequence(encodeObjectIdentifier("1.3.6.1.5.5.7.48.1"), uri(url));
  const point = (url: string) =>
    encodeSequence(encodeElement(contextTag(0, true), encodeElement(contextTag(0, true), uri(url))));
  return [
    ...(ocsp === undefined ? [] : [extension("1.3.6.1.5.5.7.1.1", false, encodeSequence(access(ocsp)))]),
    ...(list === undefined ? [] : [extension("2.5.29.31", false, encodeSequence(point(list)))]),
  ];
}

function extension(id: string, critical: boolean, value: Buffer): Buffer {
  const flag = critical ? [encodeElement(Tag.boolean, Buffer.from([0xff]))] : [];
  return encodeSequence(encodeObjectIdentifier(id), ...flag, encodeOctetString(value));
}
