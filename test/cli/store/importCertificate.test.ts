import { copyFileSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readStore } from "../../../lib/keystore";
import { toPem } from "../../../lib/pki";
import { samples, under } from "../../keystore/samples";
import { listWithJava } from "../../support/javaStores";
import { describeWith } from "../../support/tools";
import { VECTORS, aliases, files, read, sandbox, write } from "./support";

describe("store import-certificate", () => {
  const pem = toPem(samples.anchor.certificate, "CERTIFICATE");

  test("creates a store in the format of its name, and does nothing the second time", async () => {
    writeFileSync(sandbox.path("root.crt"), pem);
    for (const [name, format] of [
      ["trust.jks", "jks"],
      ["trust.p12", "pkcs12"],
    ] as const) {
      const words = ["store", "import-certificate", name, "root.crt", "--password", "env:WORD"];
      expect(await sandbox.run(...words)).toMatchObject({
        exitCode: 0,
        stdout: `${name}: written\n  set root\n`,
      });
      const bytes = readFileSync(sandbox.path(name));
      expect(await sandbox.run(...words)).toMatchObject({
        exitCode: 0,
        stdout: `${name}: nothing to change\n`,
      });
      expect(readFileSync(sandbox.path(name))).toEqual(bytes);
      expect(read(name)).toMatchObject({ format, entries: [{ kind: "anchor", alias: "root" }] });
      expect(statSync(sandbox.path(name)).mode & 0o777).toBe(0o600);
    }
    expect(files().sort()).toEqual(["root.crt", "trust.jks", "trust.p12"]);
  });

  test("keeps the first original and then a backup a run", async () => {
    write("trust.p12", under("a", samples.anchor));
    const original = readFileSync(sandbox.path("trust.p12"));
    writeFileSync(sandbox.path("root.crt"), pem);
    const add = (alias: string) =>
      sandbox.run(
        "store",
        "import-certificate",
        "trust.p12",
        "root.crt",
        "--alias",
        alias,
        "--password",
        "env:WORD",
        "--json",
      );
    const first = JSON.parse((await add("b")).stdout);
    const second = JSON.parse((await add("c")).stdout);
    expect(readFileSync(first.backup)).toEqual(original);
    expect(first.backup).toBe(sandbox.path("trust.p12.orig"));
    expect(second.backup).toMatch(/trust\.p12\.20261121T120000Z-[0-9a-f]{6}\.bak$/);
    expect(aliases("trust.p12")).toEqual(["a", "b", "c"]);
  });

  test("does not put a certificate over another entry unless told so", async () => {
    write("store.jks", under("server", samples.rsa));
    const before = readFileSync(sandbox.path("store.jks"));
    writeFileSync(sandbox.path("root.crt"), pem);
    const words = [
      "store",
      "import-certificate",
      "store.jks",
      "root.crt",
      "--alias",
      "Server",
      "--password",
      "env:WORD",
    ];
    const refused = await sandbox.run(...words);
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain(
      '"Server" is taken by an entry of the kind identity; choose another --alias, or --replace it',
    );
    expect(readFileSync(sandbox.path("store.jks"))).toEqual(before);
    expect((await sandbox.run(...words, "--replace")).exitCode).toBe(0);
    expect(read("store.jks").entries).toMatchObject([{ kind: "anchor", alias: "server" }]);
  });

  test("takes bundles and many files in one change", async () => {
    const leaf = toPem(samples.rsa.chain[0] ?? Buffer.of(), "CERTIFICATE");
    writeFileSync(sandbox.path("bundle.pem"), pem + leaf);
    writeFileSync(sandbox.path("one.der"), samples.ec.chain[0] ?? "");
    await sandbox.run(
      "store",
      "import-certificate",
      "trust.p12",
      "bundle.pem",
      "one.der",
      "--password",
      "env:WORD",
    );
    expect(aliases("trust.p12")).toEqual(["bundle-1", "bundle-2", "one"]);
  });

  test("changes nothing where anything is wrong", async () => {
    write("store.p12", under("server", samples.rsa));
    const before = readFileSync(sandbox.path("store.p12"));
    writeFileSync(sandbox.path("good.crt"), pem);
    writeFileSync(sandbox.path("bad.crt"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    for (const words of [
      ["good.crt", "bad.crt", "--password", "env:WORD"],
      ["good.crt", "--password", "env:OTHER"],
      ["good.crt", "--password", "env:UNSET"],
      ["good.crt"],
    ]) {
      expect((await sandbox.run("store", "import-certificate", "store.p12", ...words)).exitCode).toBe(2);
    }
    expect(readFileSync(sandbox.path("store.p12"))).toEqual(before);
    expect(files().sort()).toEqual(["bad.crt", "good.crt", "store.p12"]);
  });

  test("edits a store that has no password without one, and no other", async () => {
    copyFileSync(join(VECTORS, "variants/O_nomac_plain.p12"), sandbox.path("cacerts"));
    write("store.jks", under("root", samples.anchor));
    writeFileSync(sandbox.path("new.crt"), pem);
    const before = readStore(readFileSync(sandbox.path("cacerts")), null);
    expect((await sandbox.run("store", "import-certificate", "cacerts", "new.crt")).exitCode).toBe(0);
    const after = readStore(readFileSync(sandbox.path("cacerts")), null);
    expect(after.profile).toBe(before.profile);
    expect(after.entries).toHaveLength(before.entries.length + 1);
    const refused = await sandbox.run("store", "import-certificate", "store.jks", "new.crt");
    expect(refused).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("--password is missing") });
  });

  test("is refused where the store is not what its reader opens", async () => {
    write("store.p12", under("root", samples.anchor));
    writeFileSync(sandbox.path("new.crt"), pem);
    const add = (...words: string[]) =>
      sandbox.run("store", "import-certificate", "store.p12", "new.crt", "--password", "env:WORD", ...words);
    expect((await add("--reader", "java 8u202")).stderr).toContain(
      'profile "modern" cannot be opened by "java 8u202"',
    );
    expect((await add("--profile", "jks")).stderr).toContain(
      "the store is pkcs12 modern and not jks; convert it first",
    );
    expect((await add("--reader", "java 17", "--format", "pkcs12")).exitCode).toBe(0);
  });

  test("keeps entries of others, though their keys have passwords of their own", async () => {
    copyFileSync(join(VECTORS, "made/jdk17-jks.ks"), sandbox.path("store.jks"));
    writeFileSync(sandbox.path("new.crt"), pem);
    await sandbox.run("store", "import-certificate", "store.jks", "new.crt", "--password", "env:CHANGEIT");
    const [before, after] = [
      readStore(readFileSync(join(VECTORS, "made/jdk17-jks.ks")), "changeit"),
      read("store.jks", "changeit"),
    ];
    expect(after.entries.slice(0, -1)).toEqual(before.entries);
  });
});

describeWith("java", "stores under the empty password", () => {
  test.each([
    "made/j17-emptypw.p12",
    "made/j8-emptypw.p12",
    "made/ossl30-leaf-emptypw.p12",
    "pyjks/jks/empty.jks",
  ])("edits %s under its empty password, which Java still opens", async (vector) => {
    copyFileSync(join(VECTORS, vector), sandbox.path("store"));
    writeFileSync(sandbox.path("new.pem"), toPem(samples.anchor.certificate, "CERTIFICATE"));
    const before = (await sandbox.run("store", "list", "store", "--empty-password", "--json")).stdout;
    const words = ["store", "new.pem", "--alias", "new", "--empty-password"];
    expect(await sandbox.run("store", "import-certificate", ...words)).toMatchObject({ exitCode: 0 });
    const bytes = readFileSync(sandbox.path("store"));
    const type = vector.endsWith(".jks") ? "JKS" : "PKCS12";
    const [listing] = listWithJava("java", [{ bytes, password: "", type }]);
    expect(listing?.error).toBeUndefined();
    expect(listing?.entries).toHaveLength(JSON.parse(before).entries.length + 1);
    expect(listing?.entries.filter(({ key }) => key === "sealed")).toEqual([]);
  });
});
