import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { convertStore, openKey, readStore, setEntry, writeStore } from "../../lib/keystore";
import type { Store } from "../../lib/keystore";
import { listWithJava } from "../support/javaStores";
import { describeWith, tool } from "../support/tools";
import { samples, under } from "./samples";

const sha1 = (bytes: Uint8Array): string => createHash("sha1").update(bytes).digest("hex");

/** Ciphers of OpenSSL's legacy provider that Java reads, in keys and in contents. */
const CIPHERS = ["PBE-SHA1-RC4-128", "PBE-SHA1-RC4-40", "PBE-MD5-DES"] as const;

describeWith(["openssl", "java"], "ciphers that only old stores have", () => {
  let directory: string;
  const run = (...words: string[]) =>
    execFileSync(tool("openssl"), words, { cwd: directory, stdio: ["ignore", "pipe", "ignore"] });
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), "cdktf-trust-old-"));
    run("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=a", "-keyout", "a", "-out", "b");
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  const made = (key: string, certificates: string): Buffer => {
    const files = ["-inkey", "a", "-in", "b", "-out", "c", "-name", "server", "-passout", "pass:changeit"];
    run("pkcs12", "-export", "-legacy", ...files, "-keypbe", key, "-certpbe", certificates);
    return readFileSync(join(directory, "c"));
  };
  const keyIn = (store: Store): string => {
    const entry = store.entries.find(({ alias }) => alias === "server");
    if (entry?.kind !== "identity") throw new Error("no identity");
    return sha1(openKey(entry, "changeit"));
  };

  test.each(
    CIPHERS.flatMap((cipher) => [[cipher, "PBE-SHA1-3DES"] as const, ["PBE-SHA1-3DES", cipher] as const]),
  )(
    "a key under %s beside certificates under %s is read, edited and converted as Java has it",
    (key, certificates) => {
      const bytes = made(key, certificates);
      const store = readStore(bytes, "changeit");
      const edited = writeStore(setEntry(store, under("new", samples.ec)), "changeit");
      const converted = writeStore(convertStore(store, "modern", { store: "changeit" }), "changeit");
      const listings = listWithJava(
        "java",
        [bytes, edited, converted].map((file) => ({ bytes: file, password: "changeit" })),
      );
      const keys = listings.map(({ entries }) => entries.find(({ alias }) => alias === "server")?.key);
      expect(keys).toEqual([keyIn(store), keyIn(store), keyIn(store)]);
      expect(listings[1]?.entries.find(({ alias }) => alias === "new")?.key).toMatch(/^[0-9a-f]{40}$/);
      expect(readStore(converted, "changeit").profile).toBe("modern");
    },
  );
});
