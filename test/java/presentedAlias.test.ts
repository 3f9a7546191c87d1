import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import fc from "fast-check";

import { presentationOrder, presentedAlias, remedyFor, winningAlias } from "../../lib/java";
import { javaHashCode } from "../../lib/java/aliasOrder";
import { createStore, setEntry, writeStore } from "../../lib/keystore";
import type { Store } from "../../lib/keystore";
import { describeWith, tool } from "../support/tools";
import { samples, under } from "../keystore/samples";

const NAMES = [
  "1",
  "apia",
  "server",
  "tomcat",
  "new-cert",
  "ia01.example.com",
  "https",
  "mykey",
  "zzz",
  "Jetty",
];

/** Prints, for each store named, the aliases of each key type in the key manager's own order. */
const KEY_MANAGER_ORDER = `
import java.io.*; import java.security.*; import javax.net.ssl.*;
class Order {
  public static void main(String[] files) throws Exception {
    for (String file : files) {
      KeyStore store = KeyStore.getInstance(file.endsWith(".p12") ? "PKCS12" : "JKS");
      try (InputStream in = new FileInputStream(file)) { store.load(in, "wordword".toCharArray()); }
      KeyManagerFactory factory = KeyManagerFactory.getInstance("SunX509");
      factory.init(store, "wordword".toCharArray());
      X509KeyManager manager = (X509KeyManager) factory.getKeyManagers()[0];
      StringBuilder line = new StringBuilder();
      for (String type : new String[] {"EC", "EdDSA", "RSA", "RSASSA-PSS", "DSA"}) {
        String[] aliases = manager.getServerAliases(type, null);
        if (aliases != null) for (String alias : aliases) line.append(alias).append(' ');
      }
      System.out.println(line.toString().trim());
    }
  }
}`;

describe("the alias that Java presents", () => {
  const storeOf = (...aliases: string[]): Store =>
    aliases.reduce((store, alias) => setEntry(store, under(alias, samples.rsa)), createStore("jks"));

  test.each(["1", "server", "tomcat", "new-cert", "ia01.example.com"])("%s wins over apia", (alias) => {
    expect(presentedAlias(storeOf("apia", alias))).toBe(alias);
  });

  test.each(["https", "mykey", "zzz"])("%s loses against apia", (alias) => {
    expect(presentedAlias(storeOf("apia", alias))).toBe("apia");
  });

  test("an alias that would win is named, and it does", () => {
    const winner = winningAlias({ store: storeOf("apia", "https"), alias: "https", chosen: "apia" });
    expect(winner).toBe("server");
    expect(presentedAlias(storeOf("apia", winner ?? ""))).toBe(winner);
  });

  test("no alias is named where the type of the key decides", () => {
    const store = setEntry(storeOf("mine"), under("theirs", samples.ec));
    const passed = { store, alias: "mine", chosen: "theirs" };
    expect(winningAlias(passed)).toBeUndefined();
    expect(remedyFor(passed)).toContain('the type of the key under "theirs" comes first');
  });

  test("an EC key wins over an RSA key, whatever the aliases", () => {
    expect(presentedAlias(setEntry(storeOf("1"), under("zzz", samples.ec)))).toBe("zzz");
  });

  test("what the peer does not accept is passed over", () => {
    expect(presentedAlias(storeOf("apia", "1"), { accepts: (entry) => entry.alias !== "1" })).toBe("apia");
    expect(presentedAlias(createStore("jks"))).toBeUndefined();
  });

  test("text is hashed as Java hashes it", () => {
    expect(javaHashCode("hello")).toBe(99_162_322);
    expect(javaHashCode("polygenelubricants")).toBe(-(2 ** 31));
  });
});

describeWith(["java", "java25"], "the alias order, judged by Java's key manager", () => {
  const folder = mkdtempSync(join(tmpdir(), "presented-alias-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each(["java", "java25"] as const)("%s", (java) => {
    // GIVEN stores of 1 to 40 entries of every kind
    const alias = fc.oneof(fc.constantFrom(...NAMES), fc.stringMatching(/^[a-z0-9.-]{1,12}$/));
    const kind = fc.constantFrom("rsa" as const, "ec" as const, "anchor" as const);
    const stores = fc
      .sample(fc.array(fc.record({ alias, kind }), { minLength: 1, maxLength: 40 }), {
        numRuns: 150,
        seed: 17,
      })
      .map((entries) =>
        entries.reduce(
          (store, { alias, kind }) => setEntry(store, under(alias, samples[kind])),
          createStore("jks"),
        ),
      );
    const files = stores.map((store, index) => {
      const file = join(folder, `${index}.jks`);
      writeFileSync(file, writeStore(store, "wordword"));
      return file;
    });
    const source = join(folder, "Order.java");
    writeFileSync(source, KEY_MANAGER_ORDER);
    // WHEN
    const printed = execFileSync(tool(java), [source, ...files], { encoding: "utf8" });
    // THEN
    const orders = printed.trimEnd().split("\n");
    expect(
      stores.map((store) =>
        presentationOrder(store)
          .map((entry) => entry.alias)
          .join(" "),
      ),
    ).toEqual(orders);
  });
});
