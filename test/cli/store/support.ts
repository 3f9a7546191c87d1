import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createStore, readStore, setEntry, type StoreEntry, writeStore } from "../../../lib/keystore";
import { samples } from "../../keystore/samples";
import { CliSandbox } from "../cliRun";

export const VECTORS = join(__dirname, "../../fixtures/vectors");
export const PASSWORD = "correct horse";
export const pkcs8 = samples.rsa.key.kind === "clear" ? samples.rsa.key.pkcs8 : Buffer.of();

/** A directory of its own for each test of the file that imports this. */
export let sandbox: CliSandbox;

beforeEach(() => {
  sandbox = new CliSandbox({
    WORD: PASSWORD,
    OTHER: "battery staple",
    CHANGEIT: "changeit",
    KEYPASS: "keypass1",
    NEW: "new password",
    UMLAUT: "pässword1",
  });
});
afterEach(() => sandbox.remove());

export const write = (name: string, ...entries: StoreEntry[]): void =>
  writeFileSync(
    sandbox.path(name),
    writeStore(entries.reduce(setEntry, createStore(name.endsWith(".jks") ? "jks" : "modern")), PASSWORD),
  );
export const read = (name: string, password = PASSWORD) =>
  readStore(readFileSync(sandbox.path(name)), password);
export const aliases = (name: string, password?: string) =>
  read(name, password).entries.map(({ alias }) => alias);
export const files = () => readdirSync(sandbox.directory).filter((name) => !name.startsWith("."));
