import { resolve } from "node:path";
import { findTool, type ToolName } from "../test/support/tools";
import { execute, type Contender } from "./measure";

export const CLI = resolve("dist/cdktf-trust.cjs");
export const PASSWORD = "correct horse";

/** A store command of ours. */
export function ours(words: readonly string[], prepare?: () => void): Contender {
  const line = [CLI, "store", ...words, "--password", "env:WORD"];
  const run = () => void execute(process.execPath, line, { WORD: PASSWORD });
  return { name: "cdktf-trust", run, ...(prepare === undefined ? {} : { prepare }) };
}

/** The same with every keytool that is installed. */
export function keytools(words: readonly string[], prepare?: () => void): Contender[] {
  const judges: readonly (readonly [string, ToolName])[] = [
    ["keytool 17", "keytool"],
    ["keytool 25", "keytool25"],
  ];
  return judges.flatMap(([name, tool]): Contender[] => {
    const command = findTool(tool);
    if (command === undefined) return [];
    const password = words.includes("-importkeystore") ? [] : ["-storepass:env", "WORD"];
    const run = () => void execute(command, [...words, ...password], { WORD: PASSWORD });
    return [{ name, run, ...(prepare === undefined ? {} : { prepare }) }];
  });
}

/** `keytool -importkeystore` from one store to another under the same password. */
export function importKeystore(from: string, to: string, format: string): string[] {
  const source = ["-srckeystore", from, "-srcstorepass:env", "WORD"];
  const destination = ["-destkeystore", to, "-deststoretype", format, "-deststorepass:env", "WORD"];
  return ["-importkeystore", ...source, ...destination];
}

/** OpenSSL under one name, run to its end as often as there are lines. */
export function openssl(...lines: readonly (readonly string[])[]): Contender[] {
  const command = findTool("openssl");
  if (command === undefined) return [];
  const run = () => lines.forEach((words) => void execute(command, words, { WORD: PASSWORD }));
  return [{ name: "openssl", run }];
}
