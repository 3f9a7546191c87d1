import { createPrivateKey, X509Certificate } from "node:crypto";

import { openKey, readStore, StoreError, writeStore } from "../../../lib/keystore";
import type { StoreEntry } from "../../../lib/keystore";
import { readVector, storeVectors } from "../storeVectors";

const isJks = (format: string) => format.startsWith("JKS") || format.startsWith("JCEKS");

describe("JKS and JCEKS stores of other projects", () => {
  const known = storeVectors().filter(
    (vector) => isJks(vector.format) && typeof vector.storePassword === "string",
  );

  test.each(known)("$path is read as its own reader reads it", (vector) => {
    // WHEN
    const store = readStore(readVector(vector.path), vector.storePassword ?? null);
    // THEN
    const listed = store.entries.map(describeEntry).sort();
    expect(listed).toEqual([...new Set(vector.entries)].sort());
    expect(store.integrity).toBe("verified");
  });

  test.each(known)("$path is written back without a change", (vector) => {
    // GIVEN
    const bytes = readVector(vector.path);
    const password = vector.storePassword ?? "";
    // WHEN
    const written = writeStore(readStore(bytes, password), password);
    // THEN
    if (!vector.path.includes("duplicate_aliases")) expect(written).toEqual(bytes);
    expect(writeStore(readStore(written, password), password)).toEqual(written);
  });

  test.each(known.filter((vector) => vector.entries.some((entry) => entry.startsWith("K:"))))(
    "$path gives its keys to its key password alone",
    (vector) => {
      const store = readStore(readVector(vector.path), vector.storePassword ?? null);
      for (const entry of store.entries) {
        if (entry.kind !== "identity") continue;
        expect(() => openKey(entry, "no such password")).toThrow(
          expect.objectContaining({ code: "wrong-password" }),
        );
        if (vector.keyPassword === undefined) continue;
        const pkcs8 = openKey(entry, vector.keyPassword);
        const [leaf] = entry.chain;
        const key = createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" });
        expect(new X509Certificate(leaf ?? "").checkPrivateKey(key)).toBe(true);
      }
    },
  );

  test.each(known)("$path is refused under another password", (vector) => {
    expect(() => readStore(readVector(vector.path), "no such password")).toThrow(
      expect.objectContaining({ code: "wrong-password" }),
    );
  });

  test("a store whose password nobody knows is read unchecked", () => {
    const store = readStore(readVector("pyjks/jks/truststore.jks"), null);
    expect(store.entries.map(({ kind }) => kind)).toEqual(["anchor", "anchor"]);
    expect(store.integrity).toBe("unchecked");
  });

  test.each(storeVectors().filter(({ format }) => format === "BKS/UBER"))(
    "$path is refused by name",
    ({ path }) => {
      const name = path.includes("/uber/") ? "UBER" : "BKS";
      expect(() => readStore(readVector(path), "store_password")).toThrow(
        new StoreError(
          "unsupported",
          `this is a${name === "UBER" ? "n UBER" : " BKS"} store of Bouncy Castle; convert it to PKCS12 with keytool and Bouncy Castle's provider`,
        ),
      );
    },
  );
});

describe("JKS and JCEKS stores of keytool 8 and 17", () => {
  test.each([
    ["made/jdk8-jks.ks", []],
    ["made/jdk17-jks.ks", []],
    ["made/jdk8-jceks.ks", ["S:seck"]],
    ["made/jdk17-jceks.ks", ["S:seck"]],
  ])("%s", (path, secrets) => {
    const bytes = readVector(path);
    const store = readStore(bytes, "changeit");
    expect(store.entries.map(describeEntry).sort()).toEqual(
      ["K:eckey[1]", "K:rsakey[1]", ...secrets, "T:my ca"].sort(),
    );
    expect(writeStore(store, "changeit")).toEqual(bytes);
    for (const entry of store.entries) {
      if (entry.kind === "identity") expect(openKey(entry, "keypass1").length).toBeGreaterThan(50);
    }
  });
});

function describeEntry(entry: StoreEntry): string {
  if (entry.kind === "identity") return `K:${entry.alias}[${entry.chain.length}]`;
  return `${entry.kind === "anchor" ? "T" : "S"}:${entry.alias}`;
}
