import { toPem } from "../pki";

const LABEL = "CERTIFICATE";
const BEGIN = `-----BEGIN ${LABEL}-----\n`;
const END = `-----END ${LABEL}-----\n`;

/** One certificate as the lock holds it, so that it can be pasted into any tool. */
export function pemOf(der: Uint8Array): string {
  return toPem(der, LABEL);
}

/** Inverse of `pemOf`, and of nothing else: undefined for any other text. */
export function derOf(pem: string): Buffer | undefined {
  const der = Buffer.from(pem.slice(BEGIN.length, -END.length), "base64");
  return pemOf(der) === pem ? der : undefined;
}
