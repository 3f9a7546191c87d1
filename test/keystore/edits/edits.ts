import { writeFileSync } from "node:fs";
import fc from "fast-check";
import { createStore, readStore, setEntry, writeStore } from "../../../lib/keystore";
import { STORE_PROFILES } from "../../../lib/cli/store/options";
import type { StoreProfile } from "../../../lib/model";
import { toPem } from "../../../lib/pki";
import type { CliResult, CliSandbox } from "../../cli/cliRun";
import type { JavaStoreType } from "../../support/storeJudge";
import { identities, type OddStore, pick } from "./oddStores";

/** What a person may do to a store with one command. */
export type Edit =
  | {
      readonly kind: "import-certificate" | "import-identity" | "merge";
      readonly alias: string;
      readonly which: number;
      readonly replace: boolean;
    }
  | { readonly kind: "remove"; readonly which: number }
  | { readonly kind: "rename"; readonly which: number; readonly to: string }
  | { readonly kind: "change-password"; readonly to: string }
  | { readonly kind: "convert"; readonly profile: StoreProfile };

const alias = fc.constantFrom("server", "abc", "ABC", "new", "two words", "ключ", "1");

export const edits: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({
    kind: fc.constantFrom("import-certificate" as const, "import-identity" as const, "merge" as const),
    alias,
    which: fc.nat(99),
    replace: fc.boolean(),
  }),
  fc.record({ kind: fc.constant("remove" as const), which: fc.nat(99) }),
  fc.record({ kind: fc.constant("rename" as const), which: fc.nat(99), to: alias }),
  fc.record({
    kind: fc.constant("change-password" as const),
    to: fc.constantFrom("battery staple", "x y z"),
  }),
  fc.record({ kind: fc.constant("convert" as const), profile: fc.constantFrom(...STORE_PROFILES) }),
);

/** What came of an edit, and what it was about. */
export interface Edited {
  readonly result: CliResult;
  /** Of the store, from now on. */
  readonly password: string;
  readonly type: JavaStoreType;
  /** Alias of which nothing is asked: what was put there or taken away. */
  readonly touched?: string;
  readonly renamed?: { readonly from: string; readonly to: string };
}

/** Edits the file `store` in the sandbox, whose environment holds the passwords. */
export async function applyEdit(sandbox: CliSandbox, store: OddStore, edit: Edit): Promise<Edited> {
  const file = sandbox.path("store");
  const password = ["--password", variableOf(store.password)];
  const keys = store.keyPasswords.flatMap((one) => ["--key-password", variableOf(one)]);
  const aliases = readStore(store.bytes, store.password).entries.map((entry) => entry.alias);
  const chosen = (which: number): string => (aliases.length === 0 ? "server" : pick(aliases, which));
  const same = { password: store.password, type: store.type };
  const run = (...words: readonly string[]) => sandbox.run("store", ...words);
  switch (edit.kind) {
    case "import-certificate":
    case "import-identity":
    case "merge": {
      const source = sourceOf(sandbox, edit);
      const replace = edit.replace ? ["--replace"] : [];
      const result = await run(
        edit.kind === "merge" ? "import-identity" : edit.kind,
        file,
        ...source,
        "--alias",
        edit.alias,
        ...replace,
        ...password,
      );
      return { ...same, result, touched: edit.alias };
    }
    case "remove": {
      const removed = chosen(edit.which);
      return {
        ...same,
        result: await run("remove", file, removed, ...password),
        touched: removed,
      };
    }
    case "rename": {
      const from = chosen(edit.which);
      const renamed = { from, to: edit.to };
      return {
        ...same,
        result: await run("rename", file, from, edit.to, ...password),
        renamed,
      };
    }
    case "change-password": {
      const result = await run(
        "change-password",
        file,
        "--new-password",
        variableOf(edit.to),
        ...password,
        ...keys,
      );
      return { ...same, password: edit.to, result };
    }
    case "convert": {
      const result = await run("convert", file, "--profile", edit.profile, ...password, ...keys);
      return { ...same, type: edit.profile === "jks" ? "JKS" : "PKCS12", result };
    }
  }
}

/** Passwords by the variables that hold them. */
export const VARIABLES: Readonly<Record<string, string>> = {
  STORE_WORD: "store password",
  KEY_WORD: "another password",
  NEW_WORD: "battery staple",
  NEXT_WORD: "x y z",
};

function variableOf(password: string): string {
  const [name] = Object.entries(VARIABLES).find(([, value]) => value === password) ?? [];
  if (name === undefined) throw new RangeError("a password without a variable");
  return `env:${name}`;
}

function sourceOf(sandbox: CliSandbox, edit: Extract<Edit, { which: number; alias: string }>): string[] {
  const { pkcs8, chain } = pick(identities, edit.which);
  if (edit.kind === "merge") {
    const source = setEntry(createStore(pick(STORE_PROFILES, edit.which)), {
      kind: "identity",
      alias: "source",
      key: { kind: "clear", pkcs8 },
      chain,
    });
    writeFileSync(sandbox.path("source"), writeStore(source, VARIABLES["NEXT_WORD"] ?? ""));
    return [sandbox.path("source"), "--source-password", "env:NEXT_WORD"];
  }
  const certificates = edit.kind === "import-certificate" ? chain.slice(0, 1) : chain;
  writeFileSync(sandbox.path("source.crt"), certificates.map((der) => toPem(der, "CERTIFICATE")).join(""));
  if (edit.kind === "import-certificate") return [sandbox.path("source.crt")];
  writeFileSync(sandbox.path("source.key"), toPem(pkcs8, "PRIVATE KEY"), { mode: 0o600 });
  return [sandbox.path("source.crt"), "--key-file", sandbox.path("source.key")];
}
