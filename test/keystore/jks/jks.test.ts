import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { createStore, openKey, readStore, setEntry, writeStore } from "../../../lib/keystore";
import type { IdentityEntry, Store, StoreEntry } from "../../../lib/keystore";
import { SHORT_LIVED_KEYTOOL, javaProgram } from "../../support/javaProgram";
import { describeWith, tool } from "../../support/tools";
import { samples, under } from "../samples";
import { readVector } from "../storeVectors";

const PASSWORD = "wordword";

describe("a JKS store that is written", () => {
  const storeOf = (...entries: StoreEntry[]): Store => entries.reduce(setEntry, createStore("jks"));
  const saltOf = (entry: StoreEntry | undefined): string =>
    entry?.kind === "identity" && entry.key.kind === "sealed"
      ? // SEQUENCE { SEQUENCE { OID, NULL }, OCTET STRING }, each with a length of two or three bytes.
        (Buffer.from(entry.key.encryptedPrivateKeyInfo)
          .subarray(-2_000)
          .toString("hex")
          .split("2b060104012a021101010500")[1]
          ?.slice(8, 48) ?? "")
      : "";

  test("has another salt for every key, and for the same key under another alias", () => {
    const { entries } = readStore(
      writeStore(
        storeOf(under("one", samples.rsa), under("two", samples.ec), under("three", samples.rsa)),
        PASSWORD,
      ),
      PASSWORD,
    );
    expect(new Set(entries.map(saltOf)).size).toBe(3);
  });

  test("gives a key its own password", () => {
    const pkcs8 = samples.ec.key.kind === "clear" ? samples.ec.key.pkcs8 : Buffer.of();
    const own: IdentityEntry = { ...samples.ec, key: { kind: "clear", pkcs8, password: "ключ 🔑" } };
    const [entry] = readStore(writeStore(storeOf(own), PASSWORD), PASSWORD).entries;
    if (entry?.kind !== "identity") throw new Error("no identity");
    expect(openKey(entry, "ключ 🔑")).toEqual(pkcs8);
    expect(() => openKey(entry, PASSWORD)).toThrow('the password does not open the key of "eckey"');
  });

  test("is dated by its certificates where nothing else is known", () => {
    const { createdMs: _, ...undated } = samples.anchor;
    const [entry] = readStore(writeStore(storeOf(undated), PASSWORD), PASSWORD).entries;
    expect(new Date(entry?.createdMs ?? 0).getUTCFullYear()).toBe(2026);
  });

  test("refuses an identity without a certificate, and secret keys", () => {
    const { createdMs: _, ...undated } = samples.rsa;
    expect(() => writeStore(storeOf({ ...undated, chain: [] }), PASSWORD)).toThrow(
      'the identity "rsakey" has no certificate; give it its chain',
    );
    const secret = readStore(readVector("made/jdk17-jceks.ks"), "changeit").entries.filter(
      ({ kind }) => kind === "secret",
    );
    expect(() => writeStore(storeOf(...secret), PASSWORD)).toThrow(
      'the secret key "seck" cannot be written to JKS; remove the entry first',
    );
  });

  test("refuses an alias that has no place in it", () => {
    expect(() => writeStore(storeOf(under("x".repeat(70_000), samples.anchor)), PASSWORD)).toThrow(
      "JKS allows 65535",
    );
  });
});

describe("a JCEKS store that is edited", () => {
  test("keeps its secret keys byte for byte, and takes a new identity", () => {
    // GIVEN
    const before = readStore(readVector("made/jdk17-jceks.ks"), "changeit");
    // WHEN
    const bytes = writeStore(setEntry(before, under("new", samples.ec)), "changeit");
    // THEN
    const after = readStore(bytes, "changeit");
    expect(after.format).toBe("jceks");
    expect(after.entries.slice(0, -1)).toEqual(before.entries);
    const added = after.entries.at(-1);
    if (added?.kind !== "identity") throw new Error("no identity");
    expect(openKey(added, "changeit")).toEqual(samples.ec.key.kind === "clear" ? samples.ec.key.pkcs8 : "");
  });

  test("refuses a key password that Java refuses", () => {
    const store = readStore(readVector("pyjks/jceks/empty.jceks"), "");
    expect(() => writeStore(setEntry(store, under("new", samples.ec)), "pässword")).toThrow(
      "printable ASCII",
    );
  });
});

describe("a store of version 1", () => {
  test("is read", () => {
    // GIVEN keytool's store, as JDK 1.1 would have written it: no certificate type
    const bytes = readVector("pyjks/jks/3certs.jks");
    const type = Buffer.from("0005582e353039", "hex");
    const parts: Buffer[] = [];
    for (let at = 0; at < bytes.length - 20;) {
      const next = bytes.indexOf(type, at);
      parts.push(bytes.subarray(at, next < 0 ? bytes.length - 20 : next));
      at = next < 0 ? bytes.length : next + type.length;
    }
    const old = Buffer.concat([...parts, Buffer.alloc(20)]);
    old.writeUInt32BE(1, 4);
    // WHEN / THEN
    expect(readStore(old, null).entries).toEqual(readStore(bytes, null).entries);
    expect(() =>
      readStore(Buffer.concat([Buffer.from("feedfeed00000003", "hex"), old.subarray(8)]), null),
    ).toThrow("not supported: version 3 of JKS");
  });
});

describeWith(["keytool", "keytool25"], "keytool as the other editor of JKS and JCEKS", () => {
  const folder = mkdtempSync(join(tmpdir(), "jks-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "store.jks");

  const keytool = (judge: "keytool" | "keytool25", ...words: string[]): string =>
    execFileSync(tool(judge), [...SHORT_LIVED_KEYTOOL, ...words, "-keystore", file, "-storepass", PASSWORD], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });

  test.each([
    ["keytool", "JKS"],
    ["keytool25", "JKS"],
    ["keytool", "JCEKS"],
    ["keytool25", "JCEKS"],
  ] as const)("%s writes %s, we edit, it lists everything untouched, and edits again", (judge, type) => {
    // GIVEN
    rmSync(file, { force: true });
    keytool(
      judge,
      "-genkeypair",
      "-alias",
      "theirs",
      "-keyalg",
      "EC",
      "-dname",
      "CN=theirs",
      "-storetype",
      type,
      "-keypass",
      "their key word",
    );
    keytool(judge, "-genkeypair", "-alias", "other", "-keyalg", "EC", "-dname", "CN=other");
    const listed = keytool(judge, "-list", "-v");
    const sectionOf = (listing: string, alias: string) =>
      listing
        .split("*******************************************")
        .find((part) => part.includes(`Alias name: ${alias}\n`));
    // WHEN
    const edited = [under("ours", samples.rsa), under("root", samples.anchor)].reduce(
      setEntry,
      readStore(readFileSync(file), PASSWORD),
    );
    writeFileSync(file, writeStore(edited, PASSWORD));
    // THEN
    const relisted = keytool(judge, "-list", "-v");
    expect(sectionOf(relisted, "theirs")).toBe(sectionOf(listed, "theirs"));
    expect(sectionOf(relisted, "ours")).toContain("Owner: CN=rsa.example, O=Fx");
    expect(sectionOf(relisted, "root")).toContain("Entry type: trustedCertEntry");

    // WHEN keytool edits what we wrote
    keytool(judge, "-delete", "-alias", "other");
    const after = readStore(readFileSync(file), PASSWORD);
    // THEN nothing else has changed, and the keys still open
    expect(after.entries.map(({ alias }) => alias).sort()).toEqual(["ours", "root", "theirs"]);
    for (const entry of after.entries) {
      const before = edited.entries.find(({ alias }) => alias === entry.alias);
      expect(entry.createdMs).toBe(before?.createdMs);
      if (entry.kind !== "identity") continue;
      expect(openKey(entry, entry.alias === "theirs" ? "their key word" : PASSWORD).length).toBeGreaterThan(
        50,
      );
    }
  });
});

/** Opens every key of the stores named with the passwords given, and prints what it holds. */
const LOAD_KEYS = `
import java.io.*; import java.security.*;
class Load {
  public static void main(String[] words) throws Exception {
    for (int at = 0; at < words.length; at += 4) {
      KeyStore store = KeyStore.getInstance(words[at]);
      try (InputStream in = new FileInputStream(words[at + 1])) { store.load(in, "wordword".toCharArray()); }
      PrivateKey key = (PrivateKey) store.getKey(words[at + 2], words[at + 3].toCharArray());
      Signature signature = Signature.getInstance(key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA");
      signature.initSign(key);
      signature.update(new byte[] {1});
      byte[] signed = signature.sign();
      signature.initVerify(store.getCertificate(words[at + 2]));
      signature.update(new byte[] {1});
      System.out.println(words[at] + " " + words[at + 2] + " " + signature.verify(signed));
    }
  }
}`;

describeWith(["java", "java25"], "a Java program loads each key with its password", () => {
  const folder = mkdtempSync(join(tmpdir(), "jks-java-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each(["java", "java25"] as const)("%s", (java) => {
    // GIVEN stores with a key under the store's password and one under its own
    const own: IdentityEntry = {
      ...samples.ec,
      key: {
        kind: "clear",
        pkcs8: samples.ec.key.kind === "clear" ? samples.ec.key.pkcs8 : Buffer.of(),
        password: "own word",
      },
    };
    const jceks = readStore(readVector("pyjks/jceks/empty.jceks"), "");
    const words = [createStore("jks"), jceks].flatMap((empty) => {
      const file = join(folder, empty.format);
      writeFileSync(file, writeStore([samples.rsa, own].reduce(setEntry, empty), PASSWORD));
      return [empty.format, file, "rsakey", PASSWORD, empty.format, file, "eckey", "own word"];
    });
    const source = join(folder, "Load.java");
    writeFileSync(source, LOAD_KEYS);
    // WHEN / THEN
    expect(
      execFileSync(tool(java), [...javaProgram(source), ...words], { encoding: "utf8" })
        .trim()
        .split("\n"),
    ).toEqual(["jks rsakey true", "jks eckey true", "jceks rsakey true", "jceks eckey true"]);
  });
});
