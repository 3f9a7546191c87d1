import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { createStore, isPrintableAscii, readStore, setEntry, writeStore } from "../../lib/keystore";
import type { Store, StoreReader } from "../../lib/keystore";
import type { StoreProfile } from "../../lib/model";
import { listWithJava } from "../support/javaStores";
import { describeWith, tool } from "../support/tools";
import { samples, under } from "./samples";

const PASSWORDS = ["pässword1", "κωδικός12", "pass😀word", "tab\tinside", "delete\u007f"] as const;
const PKCS12_PROFILES = ["modern", "compat", "jdk-legacy"] as const;
const JAVA25: StoreReader = { kind: "java", release: 25 };

const storeOf = (profile: StoreProfile): Store =>
  [under("server", samples.rsa), under("root", samples.anchor)].reduce(setEntry, createStore(profile));
/** As this tool wrote before it looked at the reader. */
const unguarded = (profile: StoreProfile, password: string): Buffer =>
  writeStore(storeOf(profile), password, { reader: "cdktf-trust" });

describe("a password beyond printable ASCII", () => {
  test.each(PASSWORDS)("is refused for PKCS12 and taken for JKS: %j", (password) => {
    expect(isPrintableAscii(password)).toBe(false);
    for (const profile of PKCS12_PROFILES) {
      const refused = expect.objectContaining({
        code: "invalid",
        message: expect.stringContaining(
          "choose one of printable ASCII, or the profile jks, which takes any",
        ),
      });
      expect(() => writeStore(storeOf(profile), password)).toThrow(refused);
      expect(() => writeStore(storeOf(profile), password)).not.toThrow(password);
    }
    expect(readStore(writeStore(storeOf("jks"), password), password).integrity).toBe("verified");
  });

  test("is taken for the one reader that was seen to open it, in the one profile", () => {
    const [password] = PASSWORDS;
    const write = (profile: StoreProfile, reader: StoreReader) => () =>
      writeStore(storeOf(profile), password, { reader });
    expect(write("modern", JAVA25)).not.toThrow();
    expect(write("modern", { kind: "java", release: 21 })).toThrow("printable ASCII");
    expect(write("modern", { kind: "java" })).toThrow("printable ASCII");
    expect(write("compat", JAVA25)).toThrow("printable ASCII");
  });

  test("of a store that is there stays: it is edited, and gets no other such password", () => {
    const [password, other] = PASSWORDS;
    const store = readStore(unguarded("compat", password), password);
    const edited = setEntry(store, under("new", samples.ec));
    expect(readStore(writeStore(edited, password), password).entries).toHaveLength(3);
    expect(() => writeStore(edited, other)).toThrow("printable ASCII");
    expect(readStore(writeStore(edited, "changeit"), "changeit").entries).toHaveLength(3);
  });

  test("protects nothing in a store without one", () => {
    const bytes = readFileSync(join(__dirname, "../fixtures/vectors/variants/O_nomac_plain.p12"));
    const edited = setEntry(readStore(bytes, null), under("new", samples.anchor));
    expect(readStore(writeStore(edited, PASSWORDS[0]), null).entries.map(({ alias }) => alias)).toContain(
      "new",
    );
  });
});

describeWith("java", "what Java 17 makes of such passwords", () => {
  test("it opens no PKCS12 store under them, so that what is refused is refused with reason", () => {
    const inputs = PASSWORDS.flatMap((password) =>
      PKCS12_PROFILES.map((profile) => ({ bytes: unguarded(profile, password), password })),
    );
    expect(listWithJava("java", inputs).map(({ error }) => error)).toEqual(
      inputs.map(() => "keystore password was incorrect"),
    );
  });

  test(`it opens JKS under ${JSON.stringify(PASSWORDS)}, and each key`, () => {
    const inputs = PASSWORDS.map((password) => ({
      bytes: writeStore(storeOf("jks"), password),
      password,
      type: "JKS" as const,
    }));
    const entries = [
      { alias: "root", kind: "anchor" },
      { alias: "server", kind: "identity", key: expect.stringMatching(/^[0-9a-f]{40}$/) },
    ];
    const listings = listWithJava("java", inputs);
    expect(listings.map(({ error }) => error)).toEqual(inputs.map(() => undefined));
    expect(listings).toMatchObject(inputs.map(() => ({ entries })));
  });
});

describeWith("java25", "what Java 25 makes of such passwords", () => {
  test(`it opens what is written for it under ${JSON.stringify(PASSWORDS)}, and each key`, () => {
    const inputs = PASSWORDS.map((password) => ({
      bytes: writeStore(storeOf("modern"), password, { reader: JAVA25 }),
      password,
    }));
    const entries = [{ key: expect.stringMatching(/^[0-9a-f]{40}$/) }, { alias: "root" }];
    expect(listWithJava("java25", inputs)).toMatchObject(inputs.map(() => ({ entries })));
  });

  test("what it wrote with PBES1, it opens after an edit too", () => {
    const password = "日本";
    const bytes = readFileSync(join(__dirname, "../fixtures/pkcs12/jdk25-unicode-legacy.p12"));
    const store = readStore(bytes, password);
    const edited = writeStore(setEntry(store, under("new", samples.ec)), password);
    const [before, after] = listWithJava("java25", [
      { bytes, password },
      { bytes: edited, password },
    ]);
    expect(before?.error).toBeUndefined();
    expect(after?.entries).toHaveLength((before?.entries.length ?? 0) + 1);
    expect(after?.entries.filter(({ key }) => key === "sealed")).toEqual([]);
  });
});

describeWith("openssl", "what OpenSSL wrote in a locale without UTF-8", () => {
  test("it opens after an edit too", () => {
    const directory = mkdtempSync(join(tmpdir(), "cdktf-trust-password-"));
    try {
      const run = (...words: string[]) =>
        execFileSync(tool("openssl"), words, {
          cwd: directory,
          env: { ...process.env, LC_ALL: "C", WORD: "pässword1" },
          stdio: ["ignore", "pipe", "pipe"],
        });
      run("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=a", "-keyout", "a", "-out", "b");
      const pbe = ["-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES", "-macalg", "sha1"];
      run("pkcs12", "-export", "-inkey", "a", "-in", "b", "-out", "c", "-passout", "env:WORD", ...pbe);
      const store = readStore(readFileSync(join(directory, "c")), "pässword1");
      const edited = writeStore(setEntry(store, under("new", samples.ec)), "pässword1");
      writeFileSync(join(directory, "d"), edited);
      const opened = run("pkcs12", "-in", "d", "-passin", "env:WORD", "-nodes").toString();
      expect(opened.match(/BEGIN (?:EC |RSA )?PRIVATE KEY/g)).toHaveLength(2);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
