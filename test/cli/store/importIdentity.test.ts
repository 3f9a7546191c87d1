import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openKey } from "../../../lib/keystore";
import { toPem } from "../../../lib/pki";
import { samples, under } from "../../keystore/samples";
import { makeAuthority, makeCertificate } from "../../support/certificateMaker";
import { PASSWORD, VECTORS, files, pkcs8, read, sandbox, write } from "./support";

const NOW = new Date("2026-11-21T12:00:00Z");

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

  test("puts a chain in order, and says so", async () => {
    const root = makeAuthority(NOW, "Root");
    const issuing = makeAuthority(NOW, "Issuing", { issuer: root });
    const leaf = makeCertificate({ now: NOW, subject: "server", key: "ec", issuer: issuing });
    const key = { kind: "clear", pkcs8: leaf.pkcs8 } as const;
    const disordered = [root.der, leaf.der, issuing.der];
    write("source.jks", { kind: "identity", alias: "server", key, chain: disordered });
    writeFileSync(
      sandbox.path("source.pem"),
      toPem(leaf.pkcs8, "PRIVATE KEY") + disordered.map((der) => toPem(der, "CERTIFICATE")).join(""),
    );
    const words = ["--alias", "server", "--password", "env:WORD", "--source-password", "env:WORD"];
    for (const [source, target] of [
      ["source.jks", "a.p12"],
      ["source.jks", "b.jks"],
      ["source.pem", "c.p12"],
    ] as const) {
      expect(await sandbox.run("store", "import-identity", target, source, ...words)).toMatchObject({
        exitCode: 0,
        stderr:
          "warning: the chain was out of order; it is put in as CN=server, then CN=Issuing, then CN=Root\n",
      });
      const [entry] = read(target).entries;
      expect(entry?.kind === "identity" && entry.chain).toEqual([leaf.der, issuing.der, root.der]);
    }
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
