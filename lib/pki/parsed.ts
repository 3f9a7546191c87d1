import { createHash } from "node:crypto";
import { parseCertificate, type Certificate } from "./certificate";

/** Reading a certificate costs more than any rule, and the same roots stand in many stores. */
const byArray = new WeakMap<Uint8Array, Certificate>();
const byContent = new Map<string, Certificate>();

/** Certificates kept by content; beyond that the memory starts afresh. */
const MAXIMUM_KEPT = 10_000;

/** The certificate in the bytes of a material. */
export function parsed(der: Uint8Array): Certificate {
  const seen = byArray.get(der);
  if (seen !== undefined) return seen;
  const digest = createHash("sha256").update(der).digest("base64");
  const certificate = byContent.get(digest) ?? parseCertificate(der);
  if (byContent.size >= MAXIMUM_KEPT) byContent.clear();
  byContent.set(digest, certificate);
  byArray.set(der, certificate);
  return certificate;
}
