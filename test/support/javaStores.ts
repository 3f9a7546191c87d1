import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { javaProgram } from "./javaProgram";
import { tool } from "./tools";

/** A store for Java to list. */
export interface JavaStoreInput {
  /** @default PKCS12 */
  readonly type?: "PKCS12" | "JKS" | "JCEKS";
  readonly bytes: Uint8Array;
  readonly password: string | null;
  /** Passwords to try on each key. @default - the store's */
  readonly keyPasswords?: readonly (string | null)[];
}

/** What Java makes of a store. */
export interface JavaListing {
  /** Message of the exception where the store does not load. */
  readonly error?: string;
  readonly entries: readonly JavaEntry[];
}

export interface JavaEntry {
  readonly alias: string;
  readonly kind: "identity" | "anchor" | "secret";
  /** SHA-1 of each certificate, hexadecimal. */
  readonly chain: readonly string[];
  /** SHA-1 of the key's encoding; `sealed` where no password opens it; empty for anchors. */
  readonly key: string;
}

/** Lists stores with the Java API (not keytool, which knows one password only), all in one process. */
export function listWithJava(java: "java" | "java25", stores: readonly JavaStoreInput[]): JavaListing[] {
  const folder = mkdtempSync(join(tmpdir(), "java-stores-"));
  try {
    const lines = stores.map(({ bytes, password, keyPasswords = [password], type = "PKCS12" }, index) => {
      const path = join(folder, `${index}.p12`);
      writeFileSync(path, bytes);
      return [path, hex(password), keyPasswords.map(hex).join(","), type].join("\t");
    });
    const result = spawnSync(tool(java), javaProgram(join(__dirname, "ListStores.java")), {
      input: lines.map((line) => `${line}\n`).join(""),
      encoding: "utf8",
      maxBuffer: 64 * 1024 * 1024,
    });
    if (result.status !== 0) throw new Error(`ListStores: ${result.stderr}`);
    return collect(result.stdout, stores.length);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function collect(output: string, count: number): JavaListing[] {
  const listings: { error?: string; entries: JavaEntry[] }[] = Array.from({ length: count }, () => ({
    entries: [],
  }));
  for (const line of output.split("\n").filter((text) => text !== "")) {
    const [number, alias = "", kind, chain = "", key = ""] = line.split("\t");
    const listing = listings[Number(number)];
    if (listing === undefined) throw new Error(`ListStores: ${line}`);
    if (kind === "error") listing.error = chain;
    if (kind === "identity" || kind === "anchor" || kind === "secret") {
      const certificates = chain === "" ? [] : chain.split(",");
      listing.entries.push({ alias: Buffer.from(alias, "hex").toString(), kind, chain: certificates, key });
    }
  }
  return listings;
}

function hex(password: string | null): string {
  return password === null ? "null" : Buffer.from(password, "utf8").toString("hex");
}
