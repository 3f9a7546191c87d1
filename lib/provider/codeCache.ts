import { createHash, randomBytes } from "node:crypto";
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { Script } from "node:vm";
import { flagsTag, optimiseAsEver } from "./optimiser";

/** A program as `scripts/build.mjs` puts it into its file: as text, so that Node does not compile it a second time. */
export interface CachedProgram {
  readonly source: string;
  /** Says which source it is; hexadecimal. */
  readonly hash: string;
  /** The file that all of it is in. */
  readonly file: string;
  /** What the file was given by Node. */
  readonly require: NodeJS.Require;
  readonly module: NodeJS.Module;
}

const DIGEST_LENGTH = 32;

/**
 * Runs a program with what V8 compiled of it in an earlier run, which is kept near its file: to compile it is a sixth
 * of a start. Where that is missing, damaged, of another Node or cannot be written, the program runs all the same.
 */
export function runCached({ source, hash, file, require, module }: CachedProgram): void {
  const cache = cacheFile(file, hash);
  const cachedData = readCache(cache);
  const script = new Script(`(function (require, module, exports, __filename, __dirname) {${source}\n})`, {
    filename: file,
    ...(cachedData === undefined ? {} : { cachedData }),
  });
  if (cachedData === undefined || script.cachedDataRejected === true) {
    const kind = flagsTag();
    // At the end, when what was needed is compiled.
    process.once("exit", () => {
      optimiseAsEver();
      // Under other flags it would be refused, time and again.
      if (flagsTag() !== kind) return;
      writeCache(cache, script.createCachedData(), cacheFile(file, ""));
    });
  }
  const run = script.runInThisContext() as (...given: unknown[]) => void;
  run(require, module, module.exports, file, dirname(file));
}

/**
 * Of one program and one kind of Node; beside the program. A program of a package is in a folder that Terraform has a
 * hash of, so it is one folder higher, which Terraform gives to that version.
 */
function cacheFile(file: string, hash: string): string {
  const folder = extname(file) === ".cjs" ? dirname(file) : dirname(dirname(file));
  return join(folder, `.${basename(file)}-${process.version}-${process.arch}-${hash}.cache`);
}

/** V8 looks at its version, its flags and the length of the source, and trusts all the rest. */
function readCache(file: string): Buffer | undefined {
  try {
    const bytes = readFileSync(file);
    const data = bytes.subarray(DIGEST_LENGTH);
    return digestOf(data).equals(bytes.subarray(0, DIGEST_LENGTH)) ? data : undefined;
  } catch {
    return undefined;
  }
}

/** @param ofAny beginning of the names of those of any program, which this one's takes the place of */
function writeCache(file: string, data: Buffer, ofAny: string): void {
  const temporary = `${file}.${randomBytes(6).toString("hex")}`;
  try {
    writeFileSync(temporary, Buffer.concat([digestOf(data), data]), { flag: "wx" });
    renameSync(temporary, file);
    const beginning = basename(ofAny, ".cache");
    for (const name of readdirSync(dirname(file)))
      if (name.startsWith(beginning) && name.endsWith(".cache") && name !== basename(file))
        rmSync(join(dirname(file), name));
  } catch {
    // The next run starts a little slower, that is all.
    rmSync(temporary, { force: true });
  }
}

function digestOf(data: Buffer): Buffer {
  return createHash("sha256").update(data).digest();
}
