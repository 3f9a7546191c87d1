import { childrenOf, expectTag, readAsn1, readSequence, Tag } from "../../pki/asn1";
import { damaged } from "../errors";

/**
 * Start of a certificate's validity (RFC 5280, 4.1.2.5), in milliseconds since 1970. Reads no other field,
 * so that dating a large truststore costs nothing.
 *
 * @throws PkiError, StoreError `damaged`
 */
export function notBeforeMs(certificate: Uint8Array): number {
  const [body] = readSequence(readAsn1(certificate), "a certificate");
  const fields = readSequence(body, "a certificate's body");
  const afterVersion = fields[0]?.tag === 0xa0 ? 1 : 0;
  const validity = expectTag(fields[afterVersion + 3], Tag.sequence, "a certificate's validity");
  const [notBefore] = childrenOf(validity);
  const text = Buffer.from(notBefore?.content ?? []).toString("latin1");
  const digits = notBefore?.tag === Tag.utcTime ? `${text < "5" ? "20" : "19"}${text}` : text;
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(digits);
  if (parts === null) throw damaged("a certificate has no valid start date");
  const [, year, month, day, hour, minute, second] = parts;
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}
