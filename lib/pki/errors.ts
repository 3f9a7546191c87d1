import { TrustError } from "../model";

/** Bytes that are not the certificate, key or request they were taken for. */
export class PkiError extends TrustError {}

/** Bytes that break the encoding rules of X.690, or go beyond what is accepted of them. */
export function malformedAsn1(problem: string, offset: number): PkiError {
  return new PkiError("malformed-asn1", `not valid ASN.1 at byte ${offset}: ${problem}`);
}
