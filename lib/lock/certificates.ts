import { type Certificate, parseCertificate } from "../pki";

const parsed = new WeakMap<Uint8Array, Certificate>();

/** Parses each certificate of a lock once, however often it is asked for. */
export function certificateOf(der: Uint8Array): Certificate {
  const known = parsed.get(der);
  if (known !== undefined) return known;
  const certificate = parseCertificate(der);
  parsed.set(der, certificate);
  return certificate;
}
