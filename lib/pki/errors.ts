import { TrustError } from "../model";

/** Bytes that are not the certificate, key or request they were taken for. */
export class PkiError extends TrustError {}

/** Bytes that break the encoding rules of X.690, or go beyond what is accepted of them. */
export function malformedAsn1(problem: string, offset: number): PkiError {
  return new PkiError("malformed-asn1", `not valid ASN.1 at byte ${offset}: ${problem}`);
}

/** Well-formed ASN.1 that is not what a certificate, request or key holds in this place. */
export function malformedContent(problem: string, cause?: unknown): PkiError {
  return new PkiError("malformed-content", problem, { cause });
}

/** A file in which a certificate was looked for in vain. */
export function noCertificate(): PkiError {
  return new PkiError(
    "no-certificate",
    "the file holds no certificate: give one that does, in PEM, DER or PKCS#7",
  );
}

/** A name for a certificate that cannot be encoded. */
export function invalidName(problem: string): PkiError {
  return new PkiError("invalid-name", problem);
}

/** A date that X.509 cannot express. */
export function invalidDate(problem: string): PkiError {
  return new PkiError("invalid-date", problem);
}

/** A key of a kind, or under a cipher, that is not dealt with. */
export function unsupportedKey(problem: string, cause?: unknown): PkiError {
  return new PkiError("unsupported-key", problem, { cause });
}

/** A file that does not hold exactly one private key. */
export function noPrivateKey(problem: string): PkiError {
  return new PkiError("no-private-key", problem);
}

/** An encrypted private key for which no password was given. */
export function passwordNeeded(): PkiError {
  return new PkiError("password-needed", "the private key is encrypted: its password is needed");
}

/** A password that does not open an encrypted private key. */
export function wrongKeyPassword(cause: unknown): PkiError {
  return new PkiError("wrong-password", "the password does not open the private key, or the key is damaged", {
    cause,
  });
}

/** An issuer that may not, or cannot, issue what was asked for. */
export function unfitIssuer(problem: string): PkiError {
  return new PkiError("unfit-issuer", problem);
}

/** Runs a step and names it in the message of whatever goes wrong in it; the code stays. */
export function inStep<T>(step: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof PkiError)) throw error;
    throw new PkiError(error.code, `${step}: ${error.message}`, { cause: error });
  }
}
