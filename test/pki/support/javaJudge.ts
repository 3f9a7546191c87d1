import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { javaProgram } from "../../support/javaProgram";
import { tool } from "../../support/tools";

/** Answers of one JVM to many questions; see JavaJudge.java. */
export function askJava(java: "java" | "java25", questions: readonly string[]): string[] {
  const { stdout, stderr, status } = spawnSync(
    tool(java),
    [
      "--add-opens",
      "java.base/sun.security.ssl=ALL-UNNAMED",
      ...javaProgram(join(__dirname, "JavaJudge.java")),
    ],
    { input: questions.join("\n"), encoding: "utf8", maxBuffer: 1 << 28 },
  );
  if (status !== 0) throw new Error(`the Java judge failed: ${stderr}`);
  return stdout.trimEnd().split("\n");
}

export function hostQuestion(der: Uint8Array, name: string): string {
  return `host ${Buffer.from(der).toString("base64")} ${Buffer.from(name).toString("base64")}`;
}

export function nameQuestion(der: Uint8Array): string {
  return `name ${Buffer.from(der).toString("base64")}`;
}

/** The chain starts with the leaf and leaves the anchor out, unless it is the leaf. */
export function trustQuestion(
  role: "server" | "client",
  anchor: Uint8Array,
  chain: readonly Uint8Array[],
): string {
  return [role, ...[anchor, ...chain].map((der) => Buffer.from(der).toString("base64"))].join(" ");
}
