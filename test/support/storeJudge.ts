import { join } from "node:path";
import { javaProgram } from "./javaProgram";
import { ResidentJava } from "./residentJava";
import { findTool, tool, type ToolName } from "./tools";

/** Releases of Java that judge stores. */
export const JAVA_RELEASES = [8, 11, 17, 21, 25, 26] as const;
export type JavaRelease = (typeof JAVA_RELEASES)[number];

const TOOLS: Readonly<Record<JavaRelease, ToolName>> = {
  8: "jre8",
  11: "jre11",
  17: "jre17",
  21: "jre21",
  25: "jre25",
  26: "jre26",
};

export type JavaStoreType = "JKS" | "JCEKS" | "PKCS12";

/** What one release makes of a store. */
export interface JudgedStore {
  /** Why it does not load. */
  readonly error?: string;
  readonly entries: readonly JudgedEntry[];
}

export interface JudgedEntry {
  readonly alias: string;
  readonly kind: "identity" | "anchor" | "secret";
  /** SHA-1 of the certificates, hexadecimal, with commas between them. */
  readonly chain: string;
  /** SHA-1 of the key's encoding; `sealed` where no password opens it; empty for anchors. */
  readonly key: string;
}

/** An entry of a store that Java is to make. */
export type EntryToMake =
  | { readonly kind: "anchor"; readonly alias: string; readonly certificate: Uint8Array }
  | {
      readonly kind: "secret";
      readonly alias: string;
      readonly algorithm: string;
      readonly key: Uint8Array;
      readonly password: string;
    }
  | {
      readonly kind: "identity";
      readonly alias: string;
      /** As `KeyFactory` knows it. */
      readonly algorithm: string;
      readonly pkcs8: Uint8Array;
      readonly chain: readonly Uint8Array[];
      readonly password: string;
    };

/** One Java of a release that stays, so that a look at a store costs no start of a JVM. */
export class StoreJudge {
  private readonly java: ResidentJava;

  private constructor(readonly release: JavaRelease) {
    const program = javaProgram(join(__dirname, "StoreJudge.java"), 8);
    this.java = new ResidentJava(tool(TOOLS[release]), ["-XX:TieredStopAtLevel=1", ...program]);
  }

  /** One for each release that is installed; `stop` ends them. */
  static startAll(releases: readonly JavaRelease[] = JAVA_RELEASES): {
    judges: StoreJudge[];
    stop: () => void;
  } {
    const judges = releases
      .filter((release) => findTool(TOOLS[release]) !== undefined)
      .map((release) => new StoreJudge(release));
    const stop = (): void => {
      for (const { java } of judges) java.stop();
    };
    return { judges, stop };
  }

  /** @param keyPasswords tried on each key */
  async list(
    type: JavaStoreType,
    bytes: Uint8Array,
    password: string | null,
    keyPasswords: readonly (string | null)[] = [password],
  ): Promise<JudgedStore> {
    const answer = await this.ask([
      "list",
      type,
      text(password),
      keyPasswords.map(text).join(","),
      base64(bytes),
    ]);
    if (!answer.ok) return { error: answer.text, entries: [] };
    const entries = answer.text
      .split(";")
      .slice(0, -1)
      .map((line): JudgedEntry => {
        const [alias = "", kind, chain = "", key = ""] = line.split(" ");
        if (kind !== "identity" && kind !== "anchor" && kind !== "secret") throw new Error(line);
        return { alias: Buffer.from(alias, "base64").toString("utf8"), kind, chain, key };
      });
    return { entries };
  }

  /** A store as this release writes it; an error where it cannot hold the entries. */
  async make(type: JavaStoreType, password: string, entries: readonly EntryToMake[]): Promise<Buffer> {
    const answer = await this.ask(["make", type, text(password), entries.map(encoded).join(";")]);
    if (!answer.ok) throw new Error(answer.text);
    return Buffer.from(answer.text, "base64");
  }

  private async ask(words: readonly string[]): Promise<{ readonly ok: boolean; readonly text: string }> {
    this.java.say(words.join(" "));
    const [verdict = "", rest = ""] = (await this.java.line()).split("\t");
    return { ok: verdict === "ok", text: rest };
  }
}

function encoded(entry: EntryToMake): string {
  const alias = text(entry.alias);
  switch (entry.kind) {
    case "anchor":
      return ["anchor", alias, "-", "-", base64(entry.certificate)].join(",");
    case "secret":
      return ["secret", alias, text(entry.password), entry.algorithm, base64(entry.key)].join(",");
    case "identity":
      return [
        "identity",
        alias,
        text(entry.password),
        entry.algorithm,
        base64(entry.pkcs8),
        ...entry.chain.map(base64),
      ].join(",");
  }
}

function text(words: string | null): string {
  return words === null ? "-" : base64(Buffer.from(words, "utf8"));
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
