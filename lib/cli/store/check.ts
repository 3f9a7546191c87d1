import { checkStore } from "../../check";
import { StoreError, type Store } from "../../keystore";
import { clauseOf, type Finding, TrustError } from "../../model";
import { finding, refusal, sentenceOf } from "../../rules";
import { type CliIo, type ExitCode, printJson, printLines } from "../io";
import type { GivenPassword } from "./options";
import { openStoreFile, secretOf } from "./storeFile";

export interface CheckOptions {
  readonly password?: GivenPassword;
  readonly expiringWithin: number;
  /** What it was called before. @default - not given */
  readonly expiringWithinDays?: number;
  readonly json: boolean;
}

/** Says what is wrong with a store; exit code 1 where anything is, also where it cannot be read. */
export async function check(io: CliIo, file: string, options: CheckOptions): Promise<ExitCode> {
  const password = secretOf(io, options.password);
  const findings = findingsOf(io, file, password, options.expiringWithinDays ?? options.expiringWithin);
  if (options.json) printJson(io, { file, findings });
  else if (findings.length === 0) printLines(io, `${file}: nothing found`);
  else {
    printLines(
      io,
      ...findings.map((found) => `${found.level} ${found.rule} [${found.subject}]: ${sentenceOf(found)}`),
    );
  }
  return findings.length === 0 ? 0 : 1;
}

function findingsOf(io: CliIo, file: string, password: string | null, expiringWithinDays: number): Finding[] {
  let store: Store;
  try {
    store = openStoreFile(io, file, password);
  } catch (error) {
    // A wrong password is the caller's mistake; a store that nobody can read is what the check is for.
    if (!(error instanceof TrustError) || !isStoreError(error) || error.code === "wrong-password")
      throw error;
    return [finding("store", refusal("store-unreadable", clauseOf(error.message)))];
  }
  return checkStore(store, { password, now: io.now, expiringWithinDays, fileName: file });
}

function isStoreError(error: TrustError): boolean {
  return error instanceof StoreError || error.cause instanceof StoreError;
}
