import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { javaProgram } from "../../support/javaProgram";
import { tool } from "../../support/tools";

/** What `java.util.Properties` reads from a text. */
export function readProperties(text: string): Record<string, string> {
  const program = javaProgram(join(__dirname, "..", "java", "ReadProperties.java"));
  const { stdout, stderr, status } = spawnSync(tool("java"), ["-Dfile.encoding=UTF-8", ...program], {
    input: text,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  const lines = stdout.split("\n").filter((line) => line !== "");
  return Object.fromEntries(
    lines.map((line) => {
      const tab = line.indexOf("\t");
      return [line.slice(0, tab), line.slice(tab + 1)];
    }),
  );
}
