import { HostError } from "../errors";

/** What is wrong with a record, and what to do. */
export function damaged(recordPath: string, reason: string, cause?: unknown): HostError {
  return new HostError(
    "ownership-damaged",
    `${recordPath}: the ownership record is damaged: ${reason}. Restore it from a backup of the machine; without it all entries count as foreign, so remove it only if none is ours. Nothing was changed.`,
    { cause },
  );
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function requireObject(value: unknown, where: string, recordPath: string): Record<string, unknown> {
  if (!isObject(value)) throw damaged(recordPath, `${where} must be an object`);
  return value;
}

export function requireText(value: unknown, where: string, recordPath: string): string {
  if (typeof value !== "string") throw damaged(recordPath, `${where} must be a string`);
  return value;
}
