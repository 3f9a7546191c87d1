import { hostAddress } from "../configuration";
import { isKnown, type Values } from "../protocol";
import type { DeclaredNeed } from "./declared";

/** A row that the plan of this process will write, and where. */
interface PlannedWrite {
  readonly host: string;
  readonly path: string;
  readonly alias?: string;
}

/** The last plan of each row that stands on a host; undefined where that writes nothing. */
const planned = new Map<string, PlannedWrite | undefined>();

/**
 * Remembers what a plan does with a row, so that the activation behind it is planned in the same walk: what is about to be
 * delivered, or put right, is not in any record yet.
 *
 * @param isWritten - false too where it is to be destroyed, which is owed once it is done
 */
export function notePlan(typeName: string, row: Values, isWritten: boolean): void {
  const write = placeOf(row);
  if (write === undefined) return;
  const key = JSON.stringify([typeName, write.host, write.path, write.alias, generationIn(typeName, row)]);
  planned.set(key, isWritten ? write : undefined);
}

/** Two generations of an anchor may have one alias, each in a row of its own. */
function generationIn(typeName: string, { sha256 }: Values): string {
  return typeName === "trust_truststore_entry" && typeof sha256 === "string" ? sha256 : "";
}

/** Forgets what was planned: a process that stays serves one walk after another, each of which configures it. */
export function forgetPlans(): void {
  planned.clear();
}

/** Whether the plan writes to any of these files, keys that are needed only aside. */
export function isWritePlanned(
  host: string,
  paths: readonly string[],
  needs: readonly DeclaredNeed[],
): boolean {
  const address = hostAddress(host);
  const isNeeded = (write: PlannedWrite) =>
    needs.some(
      ({ path, alias }) => path === write.path && alias?.toLowerCase() === write.alias?.toLowerCase(),
    );
  return [...planned.values()].some(
    (write) =>
      write !== undefined && write.host === address && paths.includes(write.path) && !isNeeded(write),
  );
}

function placeOf({ host, path, alias }: Values): PlannedWrite | undefined {
  if (!isKnown(host) || !isKnown(path) || typeof host !== "string" || typeof path !== "string")
    return undefined;
  const place = { host: hostAddress(host), path };
  return typeof alias === "string" ? { ...place, alias } : place;
}
