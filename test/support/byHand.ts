import { spawnSync } from "node:child_process";
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { residentKeytool } from "./residentKeytool";
import { tool } from "./tools";

const keytoolProgram = residentKeytool();

/** A store that somebody changes with the programs that administrators use. */
export interface StoreByHand {
  readonly path: string;
  readonly password: string;
}

export type StoreType = "JKS" | "JCEKS" | "PKCS12";

/** Leaves nothing of an entry's chain but its first certificate: the reply of an authority, imported without its chain. */
export function cutToLeaf(store: StoreByHand, alias: string, type: StoreType): void {
  const { password } = store;
  inFolder((folder) => {
    const identity = join(folder, "identity.pem");
    writeFileSync(identity, pemOf(store, alias, folder));
    const leaf = join(folder, "leaf.pem");
    writeFileSync(
      leaf,
      run("openssl", ["pkey", "-in", identity]) + run("openssl", ["x509", "-in", identity]),
    );
    const made = join(folder, "leaf.p12");
    const words = ["pkcs12", "-export", "-in", leaf, "-name", alias, "-out", made, "-passout", "stdin"];
    run("openssl", words, `${password}\n`);
    keytool(store, "-delete", "-alias", alias);
    importAll({ path: made, password }, { ...store, type });
  });
}

/** Puts the same entries into a store of another type under the same name. */
export function convertByHand(store: StoreByHand, type: StoreType): void {
  const converted = `${store.path}.converted`;
  importAll(store, { ...store, path: converted, type });
  renameSync(converted, store.path);
}

/** Gives a key of a JKS or JCEKS store a password of its own. */
export function changeKeyPassword(
  store: StoreByHand,
  alias: string,
  passwords: { readonly from: string; readonly to: string; readonly type: "JKS" | "JCEKS" },
): void {
  const { from, to, type } = passwords;
  keytool(store, "-keypasswd", "-alias", alias, "-keypass", from, "-new", to, "-storetype", type);
}

/** Makes the store anew with OpenSSL: its one key under another password than its MAC. */
export function sealWithOpenssl(store: StoreByHand, alias: string, keyPassword: string): void {
  inFolder((folder) => {
    const identity = join(folder, "identity.pem");
    writeFileSync(identity, pemOf(store, alias, folder));
    const words = ["pkcs12", "-export", "-twopass", "-certpbe", "NONE", "-in", identity, "-name", alias];
    // Without a terminal OpenSSL asks on standard input: the MAC's password first, twice each.
    const answers = [store.password, store.password, keyPassword, keyPassword];
    const { status, stderr } = spawnSync(
      "setsid",
      ["--wait", tool("openssl"), ...words, "-out", store.path],
      {
        input: answers.map((answer) => `${answer}\n`).join(""),
        encoding: "utf8",
      },
    );
    if (status !== 0) throw new Error(stderr);
  });
}

/** Adds a key of one's own, with a self-signed certificate. */
export function addKey(
  store: StoreByHand,
  alias: string,
  algorithm: "EC" | "RSA",
  name = `CN=${alias}`,
): void {
  const size = algorithm === "EC" ? ["-groupname", "secp256r1"] : ["-keysize", "2048"];
  keytool(store, "-genkeypair", "-alias", alias, "-keyalg", algorithm, ...size, "-dname", name);
}

/** Runs keytool on a store. */
export function keytool({ path, password }: StoreByHand, ...words: readonly string[]): string {
  return run("keytool", [...words, "-noprompt", "-keystore", path, "-storepass", password]);
}

/** How many certificates the chain under an alias has, as keytool shows it. */
export function chainLength(store: StoreByHand, alias: string): number {
  const shown = keytool(store, "-list", "-v", "-alias", alias);
  return Number(/Certificate chain length: (\d+)/.exec(shown)?.[1] ?? 0);
}

/** Type of a store as keytool detects it. */
export function typeOf(store: StoreByHand): string {
  return /Keystore type: (\w+)/.exec(keytool(store, "-list"))?.[1] ?? "";
}

/** Key and chain of an entry in PEM, the key in the clear. */
function pemOf(store: StoreByHand, alias: string, folder: string): string {
  const { password } = store;
  const path = join(folder, "copy.p12");
  importAll(store, { path, password, type: "PKCS12" }, "-srcalias", alias);
  return run("openssl", ["pkcs12", "-in", path, "-nodes", "-passin", "stdin"], `${password}\n`);
}

function importAll(
  from: StoreByHand,
  to: StoreByHand & { readonly type: StoreType },
  ...more: readonly string[]
): void {
  const source = ["-srckeystore", from.path, "-srcstorepass", from.password];
  const target = ["-destkeystore", to.path, "-deststorepass", to.password, "-deststoretype", to.type];
  run("keytool", ["-importkeystore", "-noprompt", ...source, ...target, ...more]);
}

function run(program: "keytool" | "openssl", words: readonly string[], input = ""): string {
  const { status, stdout, stderr } = spawnSync(
    program === "keytool" ? keytoolProgram() : tool(program),
    words,
    { input, encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`${program} ${words[0]}: ${stdout}${stderr}`);
  return stdout;
}

function inFolder(action: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), "by-hand-"));
  try {
    action(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
