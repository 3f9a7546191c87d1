import { claimsOf } from "../../hosts";
import { findEntry } from "../../keystore";
import { secret } from "../secrets";
import { openSession } from "../storeSession";
import type { DeclaredActivation, DeclaredNeed } from "./declared";
import type { RecordedFile } from "./records";

/** How needs are looked for. */
export interface NeedOptions {
  /** Whether a store is opened where its record does not know the key, because nobody here has delivered it. */
  readonly opensStores: boolean;
}

/** Keys that are not in place, as the configuration names them. */
export async function needsMissing(
  activation: DeclaredActivation,
  files: readonly RecordedFile[],
  options: NeedOptions,
): Promise<string[]> {
  const missing = [];
  for (const need of activation.needs)
    if (!(await isInPlace(activation, need, files, options))) missing.push(needText(need));
  return missing;
}

/** As a configuration writes it. */
export function needText({ path, alias }: DeclaredNeed): string {
  return alias === undefined ? path : `${path}#${alias}`;
}

async function isInPlace(
  { host, address }: DeclaredActivation,
  { path, alias }: DeclaredNeed,
  files: readonly RecordedFile[],
  { opensStores }: NeedOptions,
): Promise<boolean> {
  const file = files.find(({ declared }) => declared === path);
  if (alias === undefined) return (await host.readFile(file?.path ?? path)) !== undefined;
  if (file === undefined) return false;
  const at = alias.toLowerCase();
  if (claimsOf(file.record).some((claim) => claim.kind === "key" && claim.at === at)) return true;
  if (!opensStores || file.password === undefined) return false;
  const { store } = await (await openSession(address, file.path)).read(secret(file.password));
  return store !== undefined && findEntry(store, alias)?.kind === "identity";
}
