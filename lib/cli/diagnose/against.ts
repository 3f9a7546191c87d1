import { existsSync } from "node:fs";
import { resolve } from "node:path";

import { detectFormat } from "../../keystore";
import { type Certificate, certificatesFromFile, parsed } from "../../pki";
import { compareServed, probe, type SeenDiagnosis, type Served, type ServedDifference } from "../../verify";
import { UsageError } from "../errors";
import type { CliIo } from "../io";
import { readInput } from "../readInput";
import { inFile } from "../store/storeFile";
import { addressIn } from "./address";

/** How something that was there before differs from what a server presents now. */
export interface Comparison {
  /** `HOST:PORT` or a file, as it was given. */
  readonly against: string;
  readonly differences: readonly ServedDifference[];
}

/**
 * Compares what a server presents with another server, or with certificates in a file.
 *
 * @throws UsageError for what is neither
 */
export async function compareWith(
  io: CliIo,
  { sight, diagnosis }: SeenDiagnosis,
  against: string,
  timeoutMs: number | undefined,
): Promise<Comparison> {
  const before = await servedBy(io, against, diagnosis.servername, timeoutMs);
  const { presented, authorities, protocol } = sight.first;
  const now = { chain: presented.map(parsed), authorities, ...(protocol === undefined ? {} : { protocol }) };
  return { against, differences: compareServed(now, before) };
}

async function servedBy(
  io: CliIo,
  against: string,
  servername: string,
  timeoutMs: number | undefined,
): Promise<Served> {
  const address = addressIn(against);
  if (existsSync(resolve(io.workingDirectory, against)) || address === undefined)
    return { chain: certificatesIn(io, against) };
  const seen = await probe({ ...address, servername, ...(timeoutMs === undefined ? {} : { timeoutMs }) });
  if (seen.presented.length === 0)
    throw new UsageError(
      `${against} presents no certificate: ${seen.error ?? "it speaks no TLS"}; name a server that runs, or a file with its certificates`,
    );
  const { presented, authorities, protocol } = seen;
  return { chain: presented.map(parsed), authorities, ...(protocol === undefined ? {} : { protocol }) };
}

/** @throws UsageError for a store, which holds more than what one server presents */
function certificatesIn(io: CliIo, file: string): readonly Certificate[] {
  const bytes = readInput(io, file);
  const format = detectFormat(bytes);
  if (format === "jks" || format === "jceks" || format === "pkcs12")
    throw new UsageError(
      `${file} is a store (${format}); give HOST:PORT, or certificates in PEM, DER or PKCS#7: cdktf-trust store export-certificate writes those of an alias`,
    );
  return inFile(file, () => certificatesFromFile(bytes));
}
