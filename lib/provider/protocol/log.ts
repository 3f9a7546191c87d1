import { inspect } from "node:util";

export type LogLevel = "trace" | "debug" | "info" | "warn" | "error";

/** Writes one hclog line to standard error, where Terraform picks it up (`TF_LOG_PROVIDER` shows it). */
export function log(level: LogLevel, message: string): void {
  const line = { "@level": level, "@message": message, "@timestamp": new Date().toISOString() };
  process.stderr.write(`${JSON.stringify(line)}\n`);
}

/**
 * Keeps standard output for the handshake alone: whatever a library prints goes to the log instead.
 *
 * @returns writes the handshake line to the real standard output
 */
export function reserveStandardOutput(): (line: string) => void {
  const write = process.stdout.write.bind(process.stdout);
  const redirect = (chunk: string | Uint8Array): boolean => {
    log("info", typeof chunk === "string" ? chunk.trimEnd() : Buffer.from(chunk).toString());
    return true;
  };
  process.stdout.write = redirect;
  for (const level of ["debug", "info", "warn", "error"] as const) console[level] = logger(level);
  console.log = logger("info");
  return (line) => void write(`${line}\n`);
}

function logger(level: LogLevel): (...values: unknown[]) => void {
  return (...values) =>
    log(level, values.map((value) => (typeof value === "string" ? value : inspect(value))).join(" "));
}
