/** The `errno` name of a failed system call, for example `ENOENT`; undefined where an error has no code. */
export function systemCode(cause: unknown): string | undefined {
  if (typeof cause !== "object" || cause === null || !("code" in cause)) return undefined;
  return typeof cause.code === "string" ? cause.code : undefined;
}
