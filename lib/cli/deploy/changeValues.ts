import type { Row } from "./planJson";
import type { PlannedChange, Values } from "./plannedChange";

/** What is told of the certificate of an entry. */
export function certificateOf(
  before: Row | undefined,
  after: Row | undefined,
): Pick<PlannedChange, "fingerprint" | "expires" | "subject"> {
  return {
    fingerprint: valuesOf(before, after, "sha256"),
    expires: valuesOf(before, after, "not_after"),
    subject: valuesOf(before, after, "subject"),
  };
}

/** An attribute before and after, where it is a text. */
export function valuesOf(before: Row | undefined, after: Row | undefined, name: string): Values {
  const [old, now] = [before?.[name], after?.[name]];
  return {
    ...(typeof old === "string" && old !== "" ? { before: old } : {}),
    ...(typeof now === "string" && now !== "" ? { after: now } : {}),
  };
}

/** The certificate whose change a barrier, or a hook, waits for. */
export function awaited(before: Row | undefined, after: Row | undefined): Pick<PlannedChange, "fingerprint"> {
  const [old, now] = [before, after].map((row) => row?.["triggers"] as Row | undefined);
  const fingerprint = valuesOf(old, now, "endpoint_sha256");
  return fingerprint.before === undefined || fingerprint.after === undefined ? {} : { fingerprint };
}

/** Computed by the provider, or said in words of their own. */
const NOT_TOLD = new Set([
  "id",
  "claim",
  "owner",
  "password",
  "content",
  "artifact",
  "sha256",
  "not_after",
  "subject",
  "relying",
  "settings",
]);

/** The attributes that change, old → new. */
export function attributeChanges(before: Row | undefined, after: Row | undefined): string[] {
  if (before === undefined || after === undefined) return [];
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((name) => {
    const [old, now] = [before[name], after[name]];
    if (NOT_TOLD.has(name) || isTrigger(old) || JSON.stringify(old ?? null) === JSON.stringify(now ?? null))
      return [];
    return [`${name}: ${shortly(old)} → ${shortly(now)}`];
  });
}

/** Told as a fingerprint. */
function isTrigger(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).join() === "endpoint_sha256";
}

/** A value in few words. */
export function shortly(value: unknown): string {
  if (value === undefined || value === null || value === "") return "(none)";
  return typeof value === "string" ? value : JSON.stringify(value);
}
