import { isoSeconds } from "../model/day";
import { certificateOf } from "./certificates";
import type { JsonObject, JsonReader } from "./jsonReader";
import { type PinnedChain, leafOf } from "./lock";
import { derOf, pemOf } from "./pem";

/** By their PEM: an authority's certificate, which stands in a thousand chains, is read once. */
export type KnownCertificates = Map<string, Uint8Array>;

/** What a review wants to know of a certificate without decoding it. */
export function shownOf(pinned: PinnedChain): { subject: string; notAfter: string; sha256: string } {
  const { subject, notAfter, sha256 } = certificateOf(leafOf(pinned));
  return { subject: subject.toString(), notAfter: isoSeconds(notAfter), sha256 };
}

/** Whoever reviews the lock reads these three and believes them. */
export function checkShown(reader: JsonReader, pinned: PinnedChain): void {
  for (const [name, expected] of Object.entries(shownOf(pinned))) {
    if (reader.text(name) !== expected) {
      throw reader.damaged(name, "it is not what the first certificate in `chain` says");
    }
  }
}

export function formatChain({ chain, anchor }: PinnedChain): JsonObject {
  return { chain: chain.map(pemOf), ...(anchor === undefined ? {} : { anchor: pemOf(anchor) }) };
}

/**
 * @param count name of the member that counts generations
 * @throws LockError `damaged-lock`
 */
export function readChain(reader: JsonReader, count: string, known: KnownCertificates): PinnedChain {
  const read = (name: string, pem: string): Uint8Array => readCertificate(reader, name, pem, known);
  const chain = reader.texts("chain").map((pem, index) => read(`chain[${index}]`, pem));
  if (chain.length === 0) throw reader.damaged("chain", "it is empty");
  return {
    generation: reader.integer(count, 1, Number.MAX_SAFE_INTEGER),
    chain,
    ...(reader.has("anchor") ? { anchor: read("anchor", reader.text("anchor")) } : {}),
  };
}

function readCertificate(
  reader: JsonReader,
  name: string,
  pem: string,
  known: KnownCertificates,
): Uint8Array {
  const certificate = known.get(pem);
  if (certificate !== undefined) return certificate;
  const der = derOf(pem);
  if (der === undefined) throw reader.damaged(name, "it is not one certificate in PEM");
  try {
    certificateOf(der);
  } catch {
    throw reader.damaged(name, "it is not a certificate that can be read");
  }
  known.set(pem, der);
  return der;
}
