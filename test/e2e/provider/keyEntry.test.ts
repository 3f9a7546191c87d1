import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findEntry, openKey, readStore } from "../../../lib/keystore";
import type { StoreProfile } from "../../../lib/model";
import { describeWith, slowly } from "../../support/tools";
import {
  anchorEntry,
  keyEntry,
  keytool,
  keytoolList,
  makeIdentity,
  writeTestStore,
} from "../../provider/support/stores";
import type { AttachedStack } from "../../provider/support/attachedStack";
import { stackForEachTest } from "../../provider/support/stackForEachTest";

/** One of each format; the others differ in their algorithms only. */
const profiles: readonly StoreProfile[] =
  process.env["SLOW"] === "1" ? ["jks", "modern", "compat", "jdk-legacy"] : ["jks", "modern"];
const password = "abcdef";
const jetty = makeIdentity("jetty");
const renewed = makeIdentity("jetty renewed");
const product = makeIdentity("the product's own");
const partner = makeIdentity("partner");

describeWith(["terraform", "keytool"], "trust_keystore and trust_key_entry under Terraform", () => {
  let stack: AttachedStack;
  let folder: string;
  let keystore: string;

  stackForEachTest({ KEYSTORE_PASSWORD: password }, (begun, opt) => {
    [stack, folder] = [begun, opt];
    keystore = join(folder, "keystore");
  });

  interface Declaration {
    readonly identity?: typeof jetty;
    readonly profile?: StoreProfile;
    readonly store?: string;
    readonly entry?: string;
    readonly keyPassword?: string;
    readonly passwordReference?: string;
  }

  function declare(declaration: Declaration = {}): void {
    const { identity = jetty, profile = "modern", keyPassword } = declaration;
    const reference = declaration.passwordReference ?? "env:KEYSTORE_PASSWORD";
    const artifact = join(stack.directory, "overlay");
    writeTestStore(artifact, profile, password, [keyEntry("jetty", identity, keyPassword)]);
    stack.configure(`
resource "trust_keystore" "main" {
  host     = "local:../host"
  path     = "/opt/keystore"
  password = "${reference}"
  profile  = "${profile}"
  ${declaration.store ?? ""}
}
resource "trust_key_entry" "jetty" {
  host     = trust_keystore.main.host
  path     = trust_keystore.main.path
  password = trust_keystore.main.password
  alias    = "jetty"
  artifact = "overlay"
  sha256   = "${identity.sha256}"
  ${declaration.entry ?? ""}
}`);
    stack.init();
  }

  const held = ({ sha256 }: typeof jetty) => `PrivateKeyEntry ${sha256}`;

  test.each(profiles)("creates a %s store with its key, follows a renewal and removes both", (profile) => {
    if (profile === "jks") stack.detach();
    // GIVEN
    declare({ profile });

    // WHEN
    const applied = stack.apply();

    // THEN
    expect(applied.text).toContain("2 added");
    expect(keytoolList(keystore, password)).toEqual({ jetty: held(jetty) });
    expect(stack.state("trust_keystore.main")).toMatchObject({ created: true, profile });
    expect(stack.state("trust_key_entry.jetty")).toMatchObject({
      subject: "CN=jetty",
      not_after: jetty.notAfter,
    });
    expect(stack.plan()).toEqual([]);

    // WHEN
    declare({ profile, identity: renewed });
    const changes = stack.plan();

    // THEN
    expect(changes.map(({ address, actions }) => [address, actions])).toEqual([
      ["trust_key_entry.jetty", ["update"]],
    ]);
    expect(stack.apply().text).toContain("0 added, 1 changed, 0 destroyed");
    expect(keytoolList(keystore, password)).toEqual({ jetty: held(renewed) });
    const entry = findEntry(readStore(readFileSync(keystore), password), "jetty");
    expect(entry?.kind === "identity" && openKey(entry, password).equals(renewed.pkcs8)).toBe(true);

    // WHEN
    expect(stack.destroy().text).toContain("2 destroyed");

    // THEN nothing of ours is left, no backup with a key in it either
    expect(readdirSync(folder)).toEqual([]);
  });

  test("keeps what the product brought, and puts back the key that it displaced", () => {
    // GIVEN
    writeTestStore(keystore, "jks", password, [keyEntry("jetty", product), anchorEntry("partner", partner)]);
    declare({ profile: "jks", entry: 'on_foreign = "replace"' });

    // WHEN
    expect(stack.apply()).toMatchObject({ status: 0 });

    // THEN
    expect(keytoolList(keystore, password)).toEqual({
      jetty: held(jetty),
      partner: `trustedCertEntry ${partner.sha256}`,
    });
    expect(stack.state("trust_keystore.main")).toMatchObject({ created: false });

    // WHEN the host goes from the configuration together with all that is on it
    stack.configure("");
    expect(stack.apply().text).toContain("0 added, 0 changed, 2 destroyed");

    // THEN
    expect(keytoolList(keystore, password)).toEqual({
      jetty: held(product),
      partner: `trustedCertEntry ${partner.sha256}`,
    });
    const entry = findEntry(readStore(readFileSync(keystore), password), "jetty");
    expect(entry?.kind === "identity" && openKey(entry, password).equals(product.pkcs8)).toBe(true);
  });

  test("keeps a store it created as long as somebody else's entry is in it", () => {
    // GIVEN
    declare();
    stack.apply();
    const der = join(stack.root, "partner.der");
    writeFileSync(der, partner.certificate);
    keytool(keystore, password, "-importcert", "-alias", "partner", "-file", der);

    // WHEN
    expect(stack.plan()).toEqual([]);
    const destroyed = stack.destroy();

    // THEN
    expect(destroyed.text).toContain('It holds entries that are not ours: "partner"');
    expect(keytoolList(keystore, password)).toEqual({ partner: `trustedCertEntry ${partner.sha256}` });
  });

  test("gives the key its own password where one is declared", () => {
    // GIVEN
    stack.environment = { ...stack.environment, KEY_PASSWORD: "key-word" };
    declare({ profile: "jks", keyPassword: "key-word", entry: 'key_password = "env:KEY_PASSWORD"' });

    // WHEN
    expect(stack.apply().status).toBe(0);

    // THEN
    const entry = findEntry(readStore(readFileSync(keystore), password), "jetty");
    expect(entry?.kind === "identity" && openKey(entry, "key-word").equals(jetty.pkcs8)).toBe(true);
    expect(stack.plan()).toEqual([]);
  });

  slowly("re-encodes a store of its own, and no other", () => {
    // GIVEN
    declare({ profile: "compat" });
    stack.apply();

    // WHEN
    declare({ profile: "jks" });

    // THEN
    expect(stack.plan().map(({ address, actions }) => [address, actions])).toEqual([
      ["trust_keystore.main", ["update"]],
    ]);
    expect(stack.apply().text).toContain("1 changed");
    expect(readFileSync(keystore).readUInt32BE(0)).toBe(0xfeedfeed);
    expect(keytoolList(keystore, password)).toEqual({ jetty: held(jetty) });
    expect(stack.plan()).toEqual([]);

    // WHEN the product's own store has another format
    stack.destroy();
    writeTestStore(keystore, "jks", password, [keyEntry("other", product)]);
    const bytes = readFileSync(keystore);
    declare({ profile: "modern" });
    const { status, text } = stack.apply();

    // THEN
    expect(status).toBe(1);
    expect(text).toContain("/opt/keystore is JKS, declared is the profile modern");
    expect(readFileSync(keystore).equals(bytes)).toBe(true);
  });

  test("refuses a store that the product should have brought", () => {
    // GIVEN
    declare({ store: 'if_missing = "fail"' });

    // WHEN
    const { status, text } = stack.apply();

    // THEN
    expect(status).toBe(1);
    expect(text).toContain("/opt/keystore does not exist. Install the product that brings it");
    expect(readdirSync(folder)).toEqual([]);
  });

  test("plans a store that is there as one that nobody makes", () => {
    // GIVEN a product's own store, and none
    writeTestStore(keystore, "jks", password, [keyEntry("other", product)]);
    declare({ profile: "jks" });
    const createdIn = () =>
      stack.plan().find(({ address }) => address === "trust_keystore.main")?.after?.["created"];

    // WHEN, THEN
    expect(createdIn()).toBe(false);
    rmSync(keystore);
    expect(createdIn()).toBeUndefined();
  });

  test("imports a store and its key with an empty plan", () => {
    // GIVEN
    writeTestStore(keystore, "jks", password, [keyEntry("jetty", jetty)]);
    declare({ profile: "jks" });
    const where = "local:../host:/opt/keystore";

    // WHEN
    const imported = [
      stack.run("import", "trust_keystore.main", `${where}?password=env:KEYSTORE_PASSWORD`),
      stack.run("import", "trust_key_entry.jetty", `${where}#jetty?password=env:KEYSTORE_PASSWORD`),
    ];

    // THEN
    expect(imported.map(({ status }) => status)).toEqual([0, 0]);
    expect(stack.plan()).toEqual([]);
  });

  slowly("moves to another reference for the same password without touching the store", () => {
    // GIVEN
    declare();
    stack.apply();
    const bytes = readFileSync(keystore);
    stack.environment = { ...stack.environment, NEW_PASSWORD: password };

    // WHEN
    declare({ passwordReference: "env:NEW_PASSWORD" });

    // THEN
    expect(stack.apply().text).toContain("0 added, 2 changed, 0 destroyed");
    expect(readFileSync(keystore).equals(bytes)).toBe(true);

    // WHEN it is another password
    stack.environment = { KEYSTORE_PASSWORD: "another-word", NEW_PASSWORD: password };
    declare({ passwordReference: "env:KEYSTORE_PASSWORD" });
    const { status, text } = stack.apply();

    // THEN
    expect(status).toBe(1);
    expect(text).toContain(
      "/opt/keystore (password env:KEYSTORE_PASSWORD): the password does not open the store",
    );
    expect(text).not.toContain("another-word");
    expect(readFileSync(keystore).equals(bytes)).toBe(true);
  });

  slowly("forgets a store that vanished, and creates it again", () => {
    // GIVEN
    declare();
    stack.apply();
    rmSync(folder, { recursive: true });
    mkdirSync(folder);

    // WHEN
    expect(stack.apply().text).toContain("2 added");

    // THEN
    expect(keytoolList(keystore, password)).toEqual({ jetty: held(jetty) });

    // WHEN the whole host is gone
    rmSync(join(stack.root, "host"), { recursive: true });
    const destroyed = stack.run("destroy", "-auto-approve", "-refresh=false");

    // THEN
    expect(destroyed.status).toBe(0);
    expect(destroyed.text).toContain("was gone already");
    expect(existsSync(keystore)).toBe(false);
  });

  // In every run `e2e/canaries.test.ts` searches all of this, and more, for every kind of secret.
  slowly("writes no secret into plan, state or logs (SLOW=1)", () => {
    // GIVEN
    stack.environment = {
      KEYSTORE_PASSWORD: "canary-word",
      TF_LOG: "trace",
      TF_LOG_PATH: join(stack.root, "trace.log"),
    };
    writeTestStore(join(stack.directory, "overlay"), "modern", "canary-word", [keyEntry("jetty", jetty)]);
    declare();
    writeTestStore(join(stack.directory, "overlay"), "modern", "canary-word", [keyEntry("jetty", jetty)]);

    // WHEN
    stack.plan();
    expect(stack.apply().status).toBe(0);

    // THEN
    const canaries = [
      "canary-word",
      jetty.pkcs8.toString("base64").slice(60, 100),
      jetty.pkcs8.toString("hex").slice(80, 120),
    ];
    const written = ["plan.bin", "terraform.tfstate", "main.tf", "../trace.log"].map((name) =>
      readFileSync(join(stack.directory, name), "latin1"),
    );
    const shown = stack.run("show", "-json", "plan.bin").text;
    for (const text of [...written, shown]) {
      for (const canary of canaries) expect(text.includes(canary)).toBe(false);
    }
  });
});
