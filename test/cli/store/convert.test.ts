import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { samples, under } from "../../keystore/samples";
import { listWithJava } from "../../support/javaStores";
import { describeWith } from "../../support/tools";
import { VECTORS, files, read, sandbox, write } from "./support";

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

  test("takes a password beyond ASCII for a reader that opens it", async () => {
    write("store.jks", under("server", samples.rsa));
    const secrets = ["--password", "env:WORD", "--out-password", "env:UMLAUT"];
    const convert = (...words: string[]) =>
      sandbox.run("store", "convert", "store.jks", "--out", "store.p12", ...secrets, ...words);
    expect(await convert("--reader", "java 21")).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("Java before 25 opens no PKCS12 store"),
    });
    expect(files()).toEqual(["store.jks"]);
    expect((await convert("--reader", "java 25")).exitCode).toBe(0);
    expect(read("store.p12", "pässword1").profile).toBe("modern");
  });

  test("takes PBMAC1 away for readers that do not know it", async () => {
    copyFileSync(join(VECTORS, "variants/Q_pbmac1_256.p12"), sandbox.path("store.p12"));
    const words = ["store.p12", "--password", "env:CHANGEIT"];
    const check = async () =>
      (await sandbox.run("store", "check", ...words, "--json")).stdout.includes("integrity-pbmac1");
    expect(await check()).toBe(true);
    for (const [reader, profile] of [
      ["java 17", "modern"],
      ["java 8u202", "compat"],
    ] as const) {
      expect(await sandbox.run("store", "convert", ...words, "--reader", reader)).toMatchObject({
        exitCode: 0,
      });
      expect(read("store.p12", "changeit").profile).toBe(profile);
      expect(await check()).toBe(false);
    }
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

describeWith("java", "a PBMAC1 store that was converted", () => {
  test("opens in Java with its key, which it did not before", async () => {
    const before = readFileSync(join(VECTORS, "variants/Q_pbmac1_256.p12"));
    copyFileSync(join(VECTORS, "variants/Q_pbmac1_256.p12"), sandbox.path("store.p12"));
    await sandbox.run("store", "convert", "store.p12", "--password", "env:CHANGEIT", "--reader", "java 17");
    const after = readFileSync(sandbox.path("store.p12"));
    const [refused, opened] = listWithJava(
      "java",
      [before, after].map((bytes) => ({ bytes, password: "changeit" })),
    );
    expect(refused?.error).toContain("Integrity check failed");
    expect(opened?.entries).toMatchObject([
      { kind: "identity", key: expect.stringMatching(/^[0-9a-f]{40}$/) },
    ]);
  });
});
