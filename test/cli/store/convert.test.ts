import { readFileSync } from "node:fs";
import { samples, under } from "../../keystore/samples";
import { files, read, sandbox, write } from "./support";

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
    const convert = (...words: string[]) =>
      sandbox.run(
        ...["store", "convert", "store.jks", "--out", "store.p12", "--password", "env:WORD"],
        ...["--out-password", "env:UMLAUT", ...words],
      );
    expect(await convert("--reader", "java 21")).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("Java before 25 opens no PKCS12 store"),
    });
    expect(files()).toEqual(["store.jks"]);
    expect((await convert("--reader", "java 25")).exitCode).toBe(0);
    expect(read("store.p12", "pässword1").profile).toBe("modern");
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
