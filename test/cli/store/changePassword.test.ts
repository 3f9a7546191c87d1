import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { openKey } from "../../../lib/keystore";
import { samples, under } from "../../keystore/samples";
import { PASSWORD, VECTORS, files, pkcs8, read, sandbox, write } from "./support";

describe("store change-password", () => {
  test("re-keys what it can open, or refuses and changes nothing", async () => {
    copyFileSync(join(VECTORS, "made/jdk17-jks.ks"), sandbox.path("store.jks"));
    const before = readFileSync(sandbox.path("store.jks"));
    const change = (...words: string[]) =>
      sandbox.run(
        "store",
        "change-password",
        "store.jks",
        "--password",
        "env:CHANGEIT",
        "--new-password",
        "env:WORD",
        ...words,
      );
    const refused = await change();
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain('does not open "rsakey", "eckey"');
    expect(readFileSync(sandbox.path("store.jks"))).toEqual(before);
    expect((await change("--key-password", "env:KEYPASS")).exitCode).toBe(0);
    const entry = read("store.jks").entries.find(({ alias }) => alias === "rsakey");
    expect(entry?.kind === "identity" && openKey(entry, PASSWORD).equals(pkcs8)).toBe(true);
  });

  test("takes several passwords of keys, each for its alias or for any", async () => {
    const own = (alias: string, password: string) =>
      ({ ...samples.rsa, alias, key: { kind: "clear", pkcs8, password } }) as const;
    const change = async (...keys: string[]) => {
      write("store.jks", own("a", "keypass1"), own("b=c", "battery staple"));
      const words = ["store.jks", "--password", "env:WORD", "--new-password", "env:NEW"];
      return sandbox.run(
        "store",
        "change-password",
        ...words,
        ...keys.flatMap((key) => ["--key-password", key]),
      );
    };
    expect(await change("env:KEYPASS", "env:OTHER")).toMatchObject({ exitCode: 0 });
    expect(await change("a=env:KEYPASS", "b=c=env:OTHER")).toMatchObject({ exitCode: 0 });
    for (const entry of read("store.jks", "new password").entries) {
      expect(entry.kind === "identity" && openKey(entry, "new password").equals(pkcs8)).toBe(true);
    }
    expect((await change("a=env:KEYPASS")).stderr).toContain('does not open "b=c"');
    expect((await change("a=keypass1")).stderr).toContain("never as a literal");
  });

  test("refuses one that Java cannot take, before anything is written", async () => {
    write("store.p12", under("server", samples.rsa));
    const before = readFileSync(sandbox.path("store.p12"));
    const words = ["store.p12", "--password", "env:WORD", "--new-password", "env:UMLAUT"];
    const { exitCode, stderr } = await sandbox.run("store", "change-password", ...words);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("store.p12: the password holds characters other than printable ASCII");
    expect(stderr).not.toContain("pässword");
    expect(readFileSync(sandbox.path("store.p12"))).toEqual(before);
    expect(files()).toEqual(["store.p12"]);
    expect(await sandbox.run("store", "change-password", ...words, "--reader", "java 25")).toMatchObject({
      exitCode: 0,
    });
    expect(read("store.p12", "pässword1").entries).toHaveLength(1);
  });

  test("warns of a weak one", async () => {
    write("store.jks", under("root", samples.anchor));
    const { exitCode, stderr } = await sandbox.run(
      "store",
      "change-password",
      "store.jks",
      "--password",
      "env:WORD",
      "--new-password",
      "env:CHANGEIT",
    );
    expect({ exitCode, stderr }).toEqual({
      exitCode: 0,
      stderr: expect.stringContaining("warning: the new password"),
    });
  });

  test.each([
    ["no key", [under("root", samples.anchor)], "and it holds no key"],
    ["one key", [under("server", samples.rsa)], 'and so is its key "server"'],
    ["keys", [under("b", samples.rsa), under("a", samples.rsa)], 'and so are its keys "b", "a"'],
  ])("says in a sentence what is under the new password: %s", async (_, entries, keys) => {
    write("store.jks", ...entries);
    const words = ["store.jks", "--password", "env:WORD", "--new-password", "env:NEW"];
    const { stdout } = await sandbox.run("store", "change-password", ...words);
    expect(stdout).toMatch(/^store\.jks is under the new password, .*\.\n$/);
    expect(stdout).toContain(
      `store.jks is under the new password, ${keys}. As it was, under the password before, it is in `,
    );
  });
});
