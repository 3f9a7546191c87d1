import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { createStore, findEntry, openKey, readStore, setEntry, writeStore } from "../../../lib/keystore";
import { samples, under } from "../../keystore/samples";
import { PASSWORD, pkcs8, read, sandbox, write } from "./support";

const KEPT = ".store.jks.cdktf-trust.kept";
const CLAIM = "0123456789abcdef0123456789abcdef";
const NEW = "battery staple";

describe("what was displaced from a store whose password is changed", () => {
  function keep(password: string, key?: string): void {
    const identity = under(CLAIM, samples.rsa);
    const clear = { kind: "clear", pkcs8 } as const;
    const kept = { ...identity, key: key === undefined ? clear : { ...clear, password: key } };
    writeFileSync(sandbox.path(KEPT), writeStore(setEntry(createStore("jks"), kept), password), {
      mode: 0o640,
    });
  }

  function change(file = "store.jks", before = "env:WORD") {
    return sandbox.run("store", "change-password", file, "--password", before, "--new-password", "env:OTHER");
  }

  function opensWith(password: string): boolean {
    const entry = findEntry(read(KEPT, NEW), CLAIM);
    return entry?.kind === "identity" && openKey(entry, password).equals(pkcs8);
  }

  beforeEach(() => write("store.jks", under("root", samples.anchor)));

  test("is under the new one too", async () => {
    keep(PASSWORD);
    expect(await change()).toMatchObject({ exitCode: 0, stderr: "" });
    expect(opensWith(NEW)).toBe(true);
    expect(read("store.jks", NEW).entries).toHaveLength(1);
  });

  test("keeps the password that a key of its own had", async () => {
    keep(PASSWORD, "keypass1");
    expect(await change()).toMatchObject({ exitCode: 0 });
    expect(opensWith("keypass1")).toBe(true);
  });

  test("goes first, so that a run that is killed in between is finished by the same command", async () => {
    // GIVEN that the store cannot be backed up
    keep(PASSWORD);
    mkdirSync(sandbox.path("store.jks.orig"));
    expect(await change()).toMatchObject({ exitCode: 2 });
    expect(opensWith(NEW)).toBe(true);
    expect(read("store.jks").entries).toHaveLength(1);

    // WHEN it is run again
    rmdirSync(sandbox.path("store.jks.orig"));
    const { exitCode, stderr } = await change();

    // THEN
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(opensWith(NEW)).toBe(true);
    expect(read("store.jks", NEW).entries).toHaveLength(1);
  });

  test("is not touched where the store cannot be changed", async () => {
    keep(PASSWORD);
    const before = readFileSync(sandbox.path(KEPT));
    expect(await change("store.jks", "env:CHANGEIT")).toMatchObject({ exitCode: 2 });
    expect(readFileSync(sandbox.path(KEPT))).toEqual(before);
  });

  test("is left as it is under a third password, and said, with the command that puts it right", async () => {
    keep("keypass1");
    const before = readFileSync(sandbox.path(KEPT));
    const { exitCode, stderr } = await change();
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/warning: what was displaced .*\.kept, opens with neither password/);
    expect(readFileSync(sandbox.path(KEPT))).toEqual(before);
    expect(await change(KEPT, "env:KEYPASS")).toMatchObject({ exitCode: 0 });
    expect(opensWith(NEW)).toBe(true);
    expect(readStore(readFileSync(sandbox.path(KEPT)), NEW).entries).toHaveLength(1);
  });
});
