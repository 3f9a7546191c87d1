import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openHost } from "../../lib/hosts";
import { createStore, findEntry, openKey, readStore, setEntry, writeStore } from "../../lib/keystore";
import { StoreSession } from "../../lib/provider/storeSession";
import { convertByHand, keytool, typeOf } from "../support/byHand";
import { describeWith } from "../support/tools";
import { anchorEntry, keyEntry, keytoolList, makeIdentity } from "./support/stores";

const FORMER = "the-former-password";
const NEXT = "the-next-password";
const OWN = "a-key-password-of-its-own";
const path = "/opt/store";
const [ours, theirs, apart] = [makeIdentity("ours"), makeIdentity("theirs"), makeIdentity("apart")];

describeWith("keytool", "a store that gets another password", () => {
  let root: string;
  let file: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "password-change-"));
    mkdirSync(join(root, "opt"));
    file = join(root, "opt/store");
    process.env["FORMER_WORD"] = FORMER;
    process.env["NEXT_WORD"] = NEXT;
  });

  afterEach(() => {
    rmSync(root, { recursive: true });
    delete process.env["FORMER_WORD"];
    delete process.env["NEXT_WORD"];
  });

  /** A process of its own. */
  function session(): StoreSession {
    const change = { host: `local:${root}`, path, from: "env:FORMER_WORD", to: "env:NEXT_WORD" };
    return new StoreSession(openHost(`local:${root}`), path, change);
  }

  function next(): { readonly reference: string; readonly value: string } {
    return { reference: "env:NEXT_WORD", value: NEXT };
  }

  function lay(profile: "jks" | "modern"): void {
    const entries = [keyEntry("ours", ours), keyEntry("theirs", theirs), anchorEntry("root", ours)];
    const store = entries.reduce((made, entry) => setEntry(made, entry), createStore(profile));
    writeFileSync(file, writeStore(store, FORMER));
  }

  /** As a row does whose password alone is another one. */
  async function write(): Promise<void> {
    await session().change(next(), (draft) => draft);
  }

  test.each(["jks", "modern"] as const)(
    "is put under it, with every key that the former opens (%s)",
    async (profile) => {
      lay(profile);
      await write();
      expect(keytoolList(file, NEXT)).toEqual({
        ours: `PrivateKeyEntry ${ours.sha256}`,
        theirs: `PrivateKeyEntry ${theirs.sha256}`,
        root: `trustedCertEntry ${ours.sha256}`,
      });
      const entry = findEntry(readStore(readFileSync(file), NEXT), "theirs");
      expect(entry?.kind === "identity" && openKey(entry, NEXT).equals(theirs.pkcs8)).toBe(true);
    },
  );

  test.each(["JKS", "JCEKS", "PKCS12"] as const)(
    "opens with it in keytool, every key and secret key too (%s)",
    async (type) => {
      lay("modern");
      convertByHand({ path: file, password: FORMER }, type);
      const secrets = type === "JKS" ? [] : ["secret"];
      for (const alias of secrets)
        keytool(
          { path: file, password: FORMER },
          "-genseckey",
          "-alias",
          alias,
          "-keyalg",
          "AES",
          "-keysize",
          "256",
        );
      await write();
      expect(typeOf({ path: file, password: NEXT })).toBe(type);
      // Copying asks for every key.
      convertByHand({ path: file, password: NEXT }, "JCEKS");
      const listed = keytool({ path: file, password: NEXT }, "-list");
      for (const alias of ["ours", "theirs", "root", ...secrets]) expect(listed).toContain(`${alias}, `);
    },
  );

  test("is written once, and the former password is not asked for again", async () => {
    lay("jks");
    await write();
    const bytes = readFileSync(file);
    delete process.env["FORMER_WORD"];
    await write();
    expect(readFileSync(file).equals(bytes)).toBe(true);
  });

  test("is read with either before and after, and a row that names the former writes the new one", async () => {
    lay("jks");
    const former = { reference: "env:FORMER_WORD", value: FORMER };
    expect((await session().read(former)).store?.entries).toHaveLength(3);
    expect((await session().read(next())).store?.entries).toHaveLength(3);
    expect(() => readStore(readFileSync(file), FORMER)).not.toThrow();
    await session().change(former, (draft) => draft);
    expect(Object.keys(keytoolList(file, NEXT))).toHaveLength(3);
    expect((await session().read(former)).store?.entries).toHaveLength(3);
  });

  test("keeps a key's own password", async () => {
    const sealed = setEntry(createStore("jks"), keyEntry("apart", apart));
    writeFileSync(file, writeStore(sealed, OWN));
    const closed = findEntry(readStore(readFileSync(file), OWN), "apart");
    if (closed === undefined) throw new Error("an entry was expected");
    const both = setEntry(setEntry(createStore("jks"), keyEntry("ours", ours)), closed);
    writeFileSync(file, writeStore(both, FORMER));
    await write();
    const entry = findEntry(readStore(readFileSync(file), NEXT), "apart");
    expect(entry?.kind === "identity" && openKey(entry, OWN).equals(apart.pkcs8)).toBe(true);
  });

  test("that opens with neither is refused, by both references and no value, and stays as it is", async () => {
    writeFileSync(file, writeStore(setEntry(createStore("jks"), keyEntry("ours", ours)), OWN));
    const before = readFileSync(file);
    const error: unknown = await write().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "wrong-password" });
    expect(String(error)).toMatch(/env:NEXT_WORD.*env:FORMER_WORD/);
    expect(String(error)).not.toMatch(new RegExp([FORMER, NEXT, OWN].join("|")));
    expect(readFileSync(file).equals(before)).toBe(true);
  });
});
