import { readFileSync, writeFileSync } from "node:fs";

import { createStore, writeStore } from "../../../lib/keystore";
import { toPem } from "../../../lib/pki";
import { certificateBag, makeFile } from "../../keystore/pkcs12/handmade";
import { samples, under } from "../../keystore/samples";
import { PASSWORD, aliases, sandbox, write } from "./support";

describe("store remove", () => {
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

describe("aliases that differ in case only", () => {
  const word = ["--password", "env:WORD"] as const;
  const spelled = (name: string) =>
    writeFileSync(
      sandbox.path(name),
      writeStore(
        { ...createStore("jks"), entries: [under("ABC", samples.anchor), under("abc", samples.rsa)] },
        PASSWORD,
      ),
    );

  test("remove and rename take the one that is named", async () => {
    spelled("store.jks");
    await sandbox.run("store", "rename", "store.jks", "ABC", "other", ...word);
    expect(aliases("store.jks")).toEqual(["other", "abc"]);
    spelled("store.jks");
    await sandbox.run("store", "remove", "store.jks", "ABC", ...word);
    expect(aliases("store.jks")).toEqual(["abc"]);
    spelled("store.jks");
    await sandbox.run("store", "remove", "store.jks", "abc", ...word);
    expect(aliases("store.jks")).toEqual(["ABC"]);
  });

  test("export gives the certificate of the one that is named", async () => {
    spelled("store.jks");
    const exported = async (alias: string) =>
      (await sandbox.run("store", "export-certificate", "store.jks", alias, ...word)).stdout;
    expect(await exported("ABC")).toBe(toPem(samples.anchor.certificate, "CERTIFICATE"));
    expect(await exported("abc")).toBe(toPem(samples.rsa.chain[0] ?? Buffer.of(), "CERTIFICATE"));
  });

  test("import does not replace the one in the name of the other", async () => {
    spelled("store.jks");
    const before = readFileSync(sandbox.path("store.jks"));
    writeFileSync(sandbox.path("new.pem"), toPem(samples.ec.chain[0] ?? Buffer.of(), "CERTIFICATE"));
    const words = ["store.jks", "new.pem", "--alias", "ABC", "--replace", ...word];
    expect(await sandbox.run("store", "import-certificate", ...words)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('"ABC" would be written as "abc"'),
    });
    expect(readFileSync(sandbox.path("store.jks"))).toEqual(before);
  });

  test("what PKCS12 hides is not removed in the name of what it shows", async () => {
    const bags = ["ABC", "abc"].map((name) =>
      certificateBag(samples.anchor.certificate, { name, trusted: true }),
    );
    writeFileSync(sandbox.path("store.p12"), makeFile([bags]));
    expect(await sandbox.run("store", "remove", "store.p12", "ABC")).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('say "abc" where you mean that one'),
    });
    expect((await sandbox.run("store", "remove", "store.p12", "abc")).exitCode).toBe(0);
    expect((await sandbox.run("store", "list", "store.p12")).stdout).toContain("0 entries");
  });
});
