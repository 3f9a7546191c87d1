import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, realpathSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { tool } from "./tools";

/** With these a Java that has little to compute ends in half the time. */
export const SHORT_LIVED = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"];

/** The same for `keytool`. */
export const SHORT_LIVED_KEYTOOL = SHORT_LIVED.map((word) => `-J${word}`);

/**
 * Words with which a Java runs the program of a source file.
 *
 * Compiled once on a machine: a Java that is given the source takes a second more each time.
 *
 * @param release of Java from which on it runs
 */
export function javaProgram(source: string, release: 8 | 17 = 17): string[] {
  return ["-cp", classesOf(source, release), basename(source, ".java")];
}

/** Folder of the classes, named after all that they depend on. */
function classesOf(source: string, release: number): string {
  const compiler = realpathSync(tool("javac"));
  const hash = createHash("sha256")
    .update(readFileSync(source))
    .update(`${compiler} ${release}`)
    .digest("hex");
  const classes = join(tmpdir(), `cdktf-trust-java-${hash.slice(0, 16)}`);
  if (existsSync(classes)) return classes;
  const compiled = mkdtempSync(`${classes}-`);
  const words = ["--release", String(release), "-Xlint:none", "-d", compiled, source];
  const { status, stderr } = spawnSync(compiler, words, { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  moveUnlessThere(compiled, classes);
  return classes;
}

/** Another worker may have been quicker. */
function moveUnlessThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!existsSync(to)) throw error;
    rmSync(from, { recursive: true });
  }
}
