import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readStore, setEntry, type StoreEntry, writeStore } from "../../../lib/keystore";
import type { StoreProfile } from "../../../lib/model";
import {
  anchorEntry,
  keyEntry,
  keytoolList,
  makeIdentity,
  writeTestStore,
} from "../../provider/support/stores";
import { AttachedStack } from "../../provider/support/attachedStack";
import { bundleProvider, type TerraformStack } from "../../provider/support/terraform";
import {
  addKey,
  convertByHand,
  keytool,
  type StoreByHand,
  type StoreType,
  typeOf,
} from "../../support/byHand";
import { describeWith, slowly } from "../../support/tools";

const password = "store-password";
const server = makeIdentity("server");
const product = makeIdentity("the product's own");
/** The others take a different way through the same code. */
function someOf<Case>(cases: readonly Case[]): readonly Case[] {
  return process.env["SLOW"] === "1" ? cases : cases.slice(0, 2);
}

const held = { server: `PrivateKeyEntry ${server.sha256}` };

describeWith(["terraform", "keytool"], "a store that somebody put into another format under its name", () => {
  const scratch = mkdtempSync(join(tmpdir(), "trust-store-by-hand-"));
  const bundle = bundleProvider(scratch);
  let stack: TerraformStack;
  let store: StoreByHand;

  beforeEach(() => {
    stack = newStack();
    store = { path: join(stack.root, "host", "opt", "store"), password };
    mkdirSync(join(store.path, ".."), { recursive: true });
  });

  afterEach(() => stack.remove());
  afterAll(() => rmSync(scratch, { recursive: true }));

  function newStack(): TerraformStack {
    const made = new AttachedStack(bundle);
    made.environment = { STORE_PASSWORD: password };
    return made;
  }

  function declare(profile: StoreProfile, where = stack, block = ""): void {
    writeTestStore(join(where.directory, "overlay"), profile, password, [keyEntry("server", server)]);
    where.configure(`
provider "trust" {
  ${block}
}
resource "trust_keystore" "main" {
  host     = "local:${join(store.path, "../..")}"
  path     = "/opt/store"
  password = "env:STORE_PASSWORD"
  profile  = "${profile}"
}
resource "trust_key_entry" "server" {
  host     = trust_keystore.main.host
  path     = trust_keystore.main.path
  password = trust_keystore.main.password
  alias    = "server"
  artifact = "overlay"
  sha256   = "${server.sha256}"
}`);
    where.init();
  }

  function delivered(profile: StoreProfile): void {
    declare(profile);
    expect(stack.apply()).toMatchObject({ status: 0 });
  }

  function add(entry: StoreEntry): void {
    const opened = readStore(readFileSync(store.path), password);
    writeFileSync(store.path, writeStore(setEntry(opened, entry), password));
  }

  test.each(
    someOf<[StoreProfile, StoreType, StoreType]>([
      ["jks", "PKCS12", "JKS"],
      ["compat", "JCEKS", "PKCS12"],
      ["jks", "JCEKS", "JKS"],
      ["modern", "JKS", "PKCS12"],
    ]),
  )("%s, found as %s: ours is put back with what others have put into it", (profile, found, declared) => {
    delivered(profile);
    add(anchorEntry("product", product));
    convertByHand(store, found);
    addKey(store, "added", "EC");
    const before = keytoolList(store.path, password);

    const changes = stack.plan();

    expect(changes.map(({ address, actions }) => `${address} ${actions.join()}`)).toEqual([
      "trust_keystore.main update",
    ]);
    expect(stack.apply()).toMatchObject({ status: 0 });
    expect(typeOf(store)).toBe(declared);
    expect(keytoolList(store.path, password)).toEqual(before);
    expect(stack.plan()).toEqual([]);
    expect(stack.destroy()).toMatchObject({ status: 0 });
    expect(Object.keys(keytoolList(store.path, password)).sort()).toEqual(["added", "product"]);
  });

  test("a key that the password does not open keeps it as it is, and is named at plan", () => {
    delivered("jks");
    convertByHand(store, "JCEKS");
    addKey(store, "added", "EC");
    keytool(store, "-keypasswd", "-alias", "added", "-keypass", password, "-new", "theirs-alone");
    const before = readFileSync(store.path);

    for (const { status, text } of [stack.run("plan", "-input=false"), stack.apply()]) {
      expect(status).toBe(1);
      expect(text).toContain("/opt/store is JCEKS, declared is the profile jks, and it cannot be re-encoded");
      expect(text).toContain('env:STORE_PASSWORD does not open the key under "added"');
      expect(text).toContain("keytool -keypasswd");
    }
    expect(readFileSync(store.path).equals(before)).toBe(true);
  });

  test("a secret key that the declared format cannot hold likewise", () => {
    delivered("jks");
    convertByHand(store, "JCEKS");
    keytool(store, "-genseckey", "-alias", "added", "-keyalg", "AES", "-keysize", "128");
    const before = readFileSync(store.path);

    const { status, text } = stack.run("plan", "-input=false");

    expect(status).toBe(1);
    expect(text).toContain('secret keys, which JKS cannot hold: "added"');
    expect(readFileSync(store.path).equals(before)).toBe(true);
  });

  test.each(
    someOf<[StoreProfile, StoreType, string, StoreProfile | undefined]>([
      ["jks", "PKCS12", "PKCS12", "modern"],
      ["jks", "JCEKS", "JCEKS", undefined],
      ["modern", "JKS", "JKS", "jks"],
    ]),
  )(
    "%s, found as %s: what was there before us is not re-encoded, and the plan says so",
    (profile, type, found, declarable) => {
      writeTestStore(store.path, profile, password, [anchorEntry("product", product)]);
      delivered(profile);
      const before = readFileSync(store.path);
      convertByHand(store, type);
      const changed = readFileSync(store.path);

      const { status, text } = stack.run("plan", "-input=false");

      expect(status).toBe(1);
      expect(text).toContain(`/opt/store is ${found}`);
      expect(text).toContain(`declared is the profile ${profile}`);
      expect(stack.apply()).toMatchObject({ status: 1 });
      expect(readFileSync(store.path).equals(changed)).toBe(true);

      // WHEN it is declared as what it is
      if (declarable !== undefined) {
        declare(declarable);
        expect(stack.apply()).toMatchObject({ status: 0 });
        expect(stack.plan()).toEqual([]);
        expect(readFileSync(store.path).equals(changed)).toBe(true);
        declare(profile);
      }

      // WHEN it is put back
      writeFileSync(store.path, before);
      expect(stack.apply()).toMatchObject({ status: 0 });
      expect(stack.plan()).toEqual([]);

      // WHEN it is to go in the other format
      convertByHand(store, type);
      expect(stack.destroy()).toMatchObject({ status: 0 });
      expect(Object.keys(keytoolList(store.path, password))).toEqual(["product"]);
    },
  );

  slowly("a PKCS12 of before that somebody made anew with other algorithms is no change", () => {
    writeTestStore(store.path, "compat", password, [anchorEntry("product", product)]);
    delivered("compat");
    convertByHand(store, "PKCS12");
    const changed = readFileSync(store.path);

    expect(stack.plan()).toEqual([]);
    expect(readFileSync(store.path).equals(changed)).toBe(true);
  });

  slowly("one that two stacks share is put back by either", () => {
    delivered("jks");
    const other = newStack();
    declare("jks", other, 'owner = "shop/prod/other"');
    expect(other.apply()).toMatchObject({ status: 0 });
    convertByHand(store, "PKCS12");

    expect(other.apply()).toMatchObject({ status: 0 });

    expect(typeOf(store)).toBe("JKS");
    expect(stack.plan()).toEqual([]);
    expect(other.destroy()).toMatchObject({ status: 0 });
    expect(keytoolList(store.path, password)).toEqual(held);
    other.remove();
  });

  test("an imported one stays in the format in which it was imported", () => {
    writeTestStore(store.path, "jks", password, [keyEntry("server", server)]);
    convertByHand(store, "JCEKS");
    declare("jks");
    const id = `local:${join(store.path, "../..")}:/opt/store`;
    const imported = stack.run("import", "trust_keystore.main", `${id}?password=env:STORE_PASSWORD`);
    expect(imported).toMatchObject({ status: 0 });

    expect(stack.apply()).toMatchObject({ status: 0 });

    expect(typeOf(store)).toBe("JCEKS");
    expect(stack.plan()).toEqual([]);
  });
});
