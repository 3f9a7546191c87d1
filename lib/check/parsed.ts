import { parseCertificate, type Certificate } from "../pki";

/** Reading a certificate costs more than any rule; the same bytes are read once. */
const known = new WeakMap<Uint8Array, Certificate>();

/** The certificate in the bytes of a material. */
export function parsed(der: Uint8Array): Certificate {
  const seen = known.get(der);
  if (seen !== undefined) return seen;
  const certificate = parseCertificate(der);
  known.set(der, certificate);
  return certificate;
}
