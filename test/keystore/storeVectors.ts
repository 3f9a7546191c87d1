import { readFileSync } from "node:fs";
import { join } from "node:path";

const FOLDER = join(__dirname, "../fixtures/vectors");

/** One line of INDEX.tsv: a store that somebody else wrote, and what others made of it. */
export interface StoreVector {
  readonly path: string;
  readonly format: string;
  /** Undefined where nobody knows it. */
  readonly storePassword: string | null | undefined;
  readonly keyPassword: string | undefined;
  /** `K:alias[chain length]`, `T:alias`, `S:alias`, as a reference reader of another project lists them. */
  readonly entries: readonly string[];
  readonly expected: string;
}

export function storeVectors(): StoreVector[] {
  const [, ...lines] = readFileSync(join(FOLDER, "INDEX.tsv"), "utf8").trim().split("\n");
  return lines.map((line) => {
    const [path = "", format = "", storePassword = "", keyPassword = "", entries = "", ...rest] =
      line.split("\t");
    return {
      path,
      format,
      storePassword: passwordOf(storePassword),
      keyPassword: keyPassword === "?" ? undefined : keyPassword,
      entries: entries === "" ? [] : entries.split(" "),
      expected: rest[5] ?? "",
    };
  });
}

export function readVector(path: string): Buffer {
  return readFileSync(join(FOLDER, path));
}

function passwordOf(text: string): string | null | undefined {
  if (text === "?") return undefined;
  if (text === "<null>") return null;
  return text === "<empty>" ? "" : text;
}
