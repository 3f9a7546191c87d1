import { execFileSync } from "node:child_process";
import { copyFileSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { createStore, openKey, readStore, setEntry, writeStore } from "../../../lib/keystore";
import type { StoreEntry } from "../../../lib/keystore";
import { parseCertificate, toPem } from "../../../lib/pki";
import { samples, under } from "../../keystore/samples";
import { describeWith, tool } from "../../support/tools";
import { CliSandbox } from "../cliRun";

const VECTORS = join(__dirname, "../../fixtures/vectors");
const PASSWORD = "correct horse";
const pkcs8 = samples.rsa.key.kind === "clear" ? samples.rsa.key.pkcs8 : Buffer.of();

let sandbox: CliSandbox;

beforeEach(() => {
  sandbox = new CliSandbox({
    WORD: PASSWORD,
    OTHER: "battery staple",
    CHANGEIT: "changeit",
    KEYPASS: "keypass1",
  });
});
afterEach(() => sandbox.remove());

const write = (name: string, ...entries: StoreEntry[]): void =>
  writeFileSync(
    sandbox.path(name),
    writeStore(entries.reduce(setEntry, createStore(name.endsWith(".jks") ? "jks" : "modern")), PASSWORD),
  );
const read = (name: string, password = PASSWORD) => readStore(readFileSync(sandbox.path(name)), password);
const aliases = (name: string, password?: string) => read(name, password).entries.map(({ alias }) => alias);
const files = () => readdirSync(sandbox.directory).filter((name) => !name.startsWith("."));

describe("store list", () => {
  test("prints the JSON that tools rely on", async () => {
    copyFileSync(join(VECTORS, "made/jdk17-jceks.ks"), sandbox.path("conf.ks"));
    const { exitCode, stdout } = await sandbox.run(
      "store",
      "list",
      "conf.ks",
      "--password",
      "env:CHANGEIT",
      "--json",
    );
    const listing = JSON.parse(stdout);
    const leaf = parseCertificate(samples.rsa.chain[0] ?? Buffer.of());
    expect(exitCode).toBe(0);
    expect({ ...listing, entries: listing.entries.length }).toEqual({
      file: "conf.ks",
      format: "jceks",
      profile: "custom",
      integrity: "verified",
      entries: 4,
    });
    const entries = new Map(listing.entries.map((entry: { alias: string }) => [entry.alias, entry]));
    expect(entries.get("seck")).toEqual({
      alias: "seck",
      kind: "secret",
      created: expect.stringMatching(/^2026-/),
      keyAlgorithm: null,
      chain: [],
    });
    expect(entries.get("rsakey")).toMatchObject({ kind: "identity", keyAlgorithm: "RSA 2048" });
    expect(Object.keys(listing.entries[0].chain[0] ?? listing.entries[1].chain[0])).toEqual([
      "subject",
      "issuer",
      "serialNumber",
      "notBefore",
      "notAfter",
      "sha1",
      "sha256",
      "subjectAltNames",
    ]);
    expect(leaf.sha256).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
  });

  test("reads without a password, and says that nothing was checked", async () => {
    write("store.jks", under("root", samples.anchor));
    const { exitCode, stdout } = await sandbox.run("store", "list", "store.jks");
    expect(exitCode).toBe(0);
    expect(stdout).toContain("store.jks: jks (jks), integrity unchecked, 1 entry");
  });

  test("asks for a password where a store does not open without one", async () => {
    write("store.p12", under("root", samples.anchor));
    const listed = await sandbox.run("store", "list", "store.p12");
    expect(listed).toEqual({
      exitCode: 2,
      stdout: "",
      stderr: "error: store.p12: the store does not open without a password; give --password\n",
    });
    const removed = await sandbox.run("store", "remove", "store.p12", "root", "--json");
    expect(JSON.parse(removed.stderr).error).toMatchObject({ code: "wrong-password" });
    expect(aliases("store.p12")).toEqual(["root"]);
  });

  test("refuses a literal password without repeating it", async () => {
    const { exitCode, stdout, stderr } = await sandbox.run(
      "store",
      "list",
      "store.jks",
      "--password",
      "sEcReT-word",
    );
    expect(exitCode).toBe(2);
    expect(stdout + stderr).not.toContain("sEcReT-word");
    expect(stderr).toContain("env:NAME");
  });

  test("says what is wrong on the error output, as JSON where tools ask", async () => {
    write("store.jks", under("root", samples.anchor));
    const wrong = await sandbox.run("store", "list", "store.jks", "--password", "env:OTHER", "--json");
    expect(wrong).toEqual({
      exitCode: 2,
      stdout: "",
      stderr: `{"error":{"code":"wrong-password","message":"store.jks: the password does not open the store, or it was changed since it was written"}}\n`,
    });
    const missing = await sandbox.run("store", "list", "nothing.jks");
    expect(missing.stderr).toBe(
      "error: nothing.jks cannot be read (ENOENT); give the path of a file that is there\n",
    );
  });
});

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

describe("store import-identity", () => {
  const keyOf = (name: string, alias: string, password = PASSWORD): Buffer => {
    const entry = read(name).entries.find((entry) => entry.alias === alias);
    if (entry?.kind !== "identity") throw new Error("no identity");
    return openKey(entry, password);
  };

  test("puts the key under the password of the store it goes to", async () => {
    copyFileSync(join(VECTORS, "made/jdk17-jks.ks"), sandbox.path("source.jks"));
    const result = await sandbox.run(
      "store",
      "import-identity",
      "target.p12",
      "source.jks",
      "--source-password",
      "env:CHANGEIT",
      "--source-key-password",
      "env:KEYPASS",
      "--source-alias",
      "RsaKey",
      "--alias",
      "server",
      "--password",
      "env:WORD",
    );
    expect(result).toMatchObject({ exitCode: 0, stdout: "target.p12: written\n  set server\n", stderr: "" });
    expect(keyOf("target.p12", "server")).toEqual(pkcs8);
  });

  test("asks which one where the source holds several", async () => {
    copyFileSync(join(VECTORS, "made/jdk17-jks.ks"), sandbox.path("source.jks"));
    const { exitCode, stderr } = await sandbox.run(
      "store",
      "import-identity",
      "target.p12",
      "source.jks",
      "--source-password",
      "env:CHANGEIT",
      "--password",
      "env:WORD",
    );
    expect(exitCode).toBe(2);
    expect(stderr).toContain("choose one with --source-alias: rsakey, eckey");
    expect(files()).toEqual(["source.jks"]);
  });

  test("takes PEM, the key beside the certificates or in a file of its own", async () => {
    const certificates = toPem(samples.rsa.chain[0] ?? Buffer.of(), "CERTIFICATE");
    writeFileSync(sandbox.path("both.pem"), toPem(pkcs8, "PRIVATE KEY") + certificates);
    writeFileSync(sandbox.path("certificates.pem"), certificates);
    writeFileSync(sandbox.path("key.pem"), toPem(pkcs8, "PRIVATE KEY"));
    await sandbox.run(
      "store",
      "import-identity",
      "store.jks",
      "both.pem",
      "--alias",
      "one",
      "--password",
      "env:WORD",
    );
    await sandbox.run(
      "store",
      "import-identity",
      "store.jks",
      "certificates.pem",
      "--key-file",
      "key.pem",
      "--alias",
      "two",
      "--key-password",
      "env:OTHER",
      "--password",
      "env:WORD",
    );
    expect(keyOf("store.jks", "one")).toEqual(pkcs8);
    expect(keyOf("store.jks", "two", "battery staple")).toEqual(pkcs8);
    writeFileSync(sandbox.path("wrong.pem"), toPem(samples.ec.chain[0] ?? Buffer.of(), "CERTIFICATE"));
    const wrong = await sandbox.run(
      "store",
      "import-identity",
      "store.jks",
      "wrong.pem",
      "--key-file",
      "key.pem",
      "--alias",
      "three",
      "--password",
      "env:WORD",
    );
    expect(wrong.stderr).toContain("none of the certificates belongs to the private key");
  });

  test("does nothing the second time, and replaces only when told", async () => {
    write("source.p12", under("server", samples.rsa));
    write("other.p12", under("server", samples.ec));
    const add = (source: string, ...more: string[]) =>
      sandbox.run(
        "store",
        "import-identity",
        "store.p12",
        source,
        "--source-password",
        "env:WORD",
        "--password",
        "env:WORD",
        ...more,
      );
    await add("source.p12");
    expect((await add("source.p12")).stdout).toBe("store.p12: nothing to change\n");
    expect((await add("other.p12")).stderr).toContain(
      '"server" is taken; choose another --alias, or --replace it',
    );
    expect((await add("other.p12", "--replace")).exitCode).toBe(0);
  });

  test("warns of an identity that has no name", async () => {
    write("source.p12", under("1", samples.rsa));
    const { stderr } = await sandbox.run(
      "store",
      "import-identity",
      "store.p12",
      "source.p12",
      "--source-password",
      "env:WORD",
      "--password",
      "env:WORD",
    );
    expect(stderr).toContain('called "1"; choose an --alias');
  });
});

describe("store generate-identity, export-certificate, remove and rename", () => {
  test("make, show, rename and remove an identity", async () => {
    const made = await sandbox.run(
      "store",
      "generate-identity",
      "store.p12",
      "--alias",
      "server",
      "--common-name",
      "server.example",
      "--name",
      "server.example",
      "10.0.0.1",
      "--key-algorithm",
      "ec-p256",
      "--validity-days",
      "30",
      "--password",
      "env:WORD",
    );
    expect(made).toMatchObject({ exitCode: 0, stderr: "" });
    const [entry] = read("store.p12").entries;
    const certificate = parseCertificate(
      entry?.kind === "identity" ? (entry.chain[0] ?? Buffer.of()) : Buffer.of(),
    );
    expect(certificate.subjectAltNames).toEqual([
      { kind: "dns", value: "server.example" },
      { kind: "ip", value: "10.0.0.1" },
    ]);
    expect(certificate.notAfter.toISOString()).toBe("2026-12-21T12:00:00.000Z");

    const printed = await sandbox.run(
      "store",
      "export-certificate",
      "store.p12",
      "server",
      "--password",
      "env:WORD",
    );
    expect(printed.stdout).toBe(toPem(certificate.der, "CERTIFICATE"));
    await sandbox.run(
      "store",
      "export-certificate",
      "store.p12",
      "server",
      "--password",
      "env:WORD",
      "--encoding",
      "der",
      "--out",
      "server.der",
    );
    expect(readFileSync(sandbox.path("server.der"))).toEqual(Buffer.from(certificate.der));
    expect(statSync(sandbox.path("server.der")).mode & 0o777).toBe(0o644);

    await sandbox.run("store", "rename", "store.p12", "server", "tomcat", "--password", "env:WORD");
    expect(aliases("store.p12")).toEqual(["tomcat"]);
    expect(
      (await sandbox.run("store", "remove", "store.p12", "server", "--password", "env:WORD")).stderr,
    ).toContain('has no entry "server"; it has tomcat');
    await sandbox.run("store", "remove", "store.p12", "tomcat", "--password", "env:WORD");
    expect(aliases("store.p12")).toEqual([]);
  });

  test("remove takes an alias once, however often and in whatever case it is given", async () => {
    write("store.p12", under("root", samples.anchor), under("other", samples.anchor));
    const removed = await sandbox.run(
      "store",
      "remove",
      "store.p12",
      "root",
      "ROOT",
      "--password",
      "env:WORD",
      "--json",
    );
    expect(removed).toMatchObject({ exitCode: 0, stderr: "" });
    expect(JSON.parse(removed.stdout)).toMatchObject({ changed: true, removed: ["root"] });
    expect(aliases("store.p12")).toEqual(["other"]);
  });
});

describe("store convert", () => {
  test("goes by the reader, and refuses what the reader cannot open", async () => {
    write("store.p12", under("server", samples.rsa));
    const before = readFileSync(sandbox.path("store.p12"));
    const convert = (...words: string[]) =>
      sandbox.run("store", "convert", "store.p12", "--password", "env:WORD", ...words);
    const refused = await convert("--reader", "java 8u202", "--profile", "modern");
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain(
      'profile "modern" cannot be opened by "java 8u202": HmacPBESHA256 came with 8u301; use "compat"',
    );
    expect(readFileSync(sandbox.path("store.p12"))).toEqual(before);

    await convert("--reader", "java 8u202");
    expect(read("store.p12").profile).toBe("compat");
    await convert("--reader", "ibm j9 8", "--out", "store.jks");
    expect(read("store.jks").format).toBe("jks");
    expect((await convert()).stderr).toContain("--profile, --format or --reader");
  });

  test("puts the result under another password where asked", async () => {
    write("store.jks", under("server", samples.rsa));
    await sandbox.run(
      "store",
      "convert",
      "store.jks",
      "--format",
      "pkcs12",
      "--out",
      "store.p12",
      "--password",
      "env:WORD",
      "--out-password",
      "env:OTHER",
    );
    expect(read("store.p12", "battery staple").entries).toMatchObject([{ alias: "server" }]);
    expect(read("store.jks").format).toBe("jks");
  });
});

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
});

describe("store diff and store check", () => {
  test("end with 1 where something differs, with 0 where nothing does", async () => {
    write("a.jks", under("server", samples.rsa));
    write("b.p12", under("server", samples.rsa), under("root", samples.anchor));
    const same = await sandbox.run("store", "diff", "a.jks", "a.jks", "--password", "env:WORD");
    expect(same).toMatchObject({ exitCode: 0, stdout: "a.jks and a.jks hold the same\n" });
    const differs = await sandbox.run("store", "diff", "a.jks", "b.p12", "--password", "env:WORD");
    expect(differs).toMatchObject({
      exitCode: 1,
      stdout: "~ store: jks became pkcs12 modern\n+ root: anchor added\n",
    });
    const json = await sandbox.run("store", "diff", "a.jks", "b.p12", "--password", "env:WORD", "--json");
    expect(JSON.parse(json.stdout).changes).toHaveLength(2);
  });

  test("a check that finds nothing ends with 0, one that finds something with 1", async () => {
    write("good.jks", under("server", samples.rsa));
    expect(await sandbox.run("store", "check", "good.jks", "--password", "env:WORD")).toMatchObject({
      exitCode: 0,
      stdout: "good.jks: nothing found\n",
    });
    const soon = await sandbox.run(
      "store",
      "check",
      "good.jks",
      "--password",
      "env:WORD",
      "--expiring-within-days",
      "999999",
      "--json",
    );
    expect(soon.exitCode).toBe(1);
    expect(JSON.parse(soon.stdout).findings).toMatchObject([
      { level: "warning", rule: "expiring", subject: "server" },
    ]);
    writeFileSync(sandbox.path("cut.jks"), readFileSync(sandbox.path("good.jks")).subarray(0, 100));
    const cut = await sandbox.run("store", "check", "cut.jks", "--password", "env:WORD");
    expect(cut).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining("error unreadable [store]: cut.jks: the store is damaged"),
    });
    expect((await sandbox.run("store", "check", "good.jks", "--password", "env:OTHER")).exitCode).toBe(2);
  });
});

describe("the command line", () => {
  test("shows its help, and ends with 2 where it is not understood", async () => {
    expect(await sandbox.run("--help")).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining("store"),
    });
    expect(await sandbox.run("store", "--help")).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining("change-password"),
    });
    expect(await sandbox.run("stroe")).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("Did you mean store?"),
    });
    expect(await sandbox.run("store", "list")).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("missing required argument 'file'"),
    });
  });
});

describeWith(["keytool", "keytool25"], "keytool reads what the commands write", () => {
  test.each(["keytool", "keytool25"] as const)("%s", async (judge) => {
    for (const [name, profile] of [
      ["a.jks", "jks"],
      ["b.p12", "modern"],
      ["c.p12", "compat"],
      ["d.p12", "jdk-legacy"],
    ] as const) {
      await sandbox.run(
        "store",
        "generate-identity",
        name,
        "--alias",
        "server",
        "--common-name",
        "server.example",
        "--key-algorithm",
        "ec-p256",
        "--profile",
        profile,
        "--password",
        "env:WORD",
      );
      writeFileSync(sandbox.path("root.crt"), samples.anchor.certificate);
      await sandbox.run("store", "import-certificate", name, "root.crt", "--password", "env:WORD");
      const listed = execFileSync(
        tool(judge),
        ["-list", "-keystore", sandbox.path(name), "-storepass", PASSWORD],
        { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] },
      );
      expect(listed).toMatch(/server, .*, PrivateKeyEntry/);
      expect(listed).toMatch(/root, .*, trustedCertEntry/);
    }
  });
});

describeWith(["keytool", "keytool25"], "store list calls entries as keytool does", () => {
  test.each(["keytool", "keytool25"] as const)("%s", async (judge) => {
    for (const [name, type] of [
      ["a.jks", "JKS"],
      ["b.p12", "PKCS12"],
    ] as const) {
      const options = ["-keystore", sandbox.path(name), "-storetype", type, "-storepass", PASSWORD];
      writeFileSync(sandbox.path("root.crt"), samples.anchor.certificate);
      const certificate = ["-alias", "Corporate Root", "-file", sandbox.path("root.crt")];
      const run = (...words: string[]) =>
        execFileSync(tool(judge), words, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
      run("-importcert", "-noprompt", ...certificate, ...options);
      const listed = await sandbox.run("store", "list", name, "--password", "env:WORD", "--json");
      const [entry] = JSON.parse(listed.stdout).entries;
      expect(entry.alias).toBe("corporate root");
      expect(run("-list", ...options)).toContain(`${entry.alias}, `);
    }
  });
});
