import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createStore,
  findEntry,
  type IdentityEntry,
  openKey,
  readStore,
  setEntry,
  type StoreEntry,
  writeStore,
} from "../../../lib/keystore";
import type { StoreProfile } from "../../../lib/model";
import { parseCertificate } from "../../../lib/pki";
import { anchorEntry, keyEntry, keytoolList, makeIdentity } from "../../provider/support/stores";
import { AttachedStack } from "../../provider/support/attachedStack";
import { bundleProvider, type PlannedResource, type TerraformStack } from "../../provider/support/terraform";
import {
  addKey,
  chainLength,
  changeKeyPassword,
  convertByHand,
  cutToLeaf,
  keytool,
  sealWithOpenssl,
  type StoreByHand,
} from "../../support/byHand";
import { makeAuthority, makeCertificate, type MadeIdentity } from "../../support/certificateMaker";
import { describeWith, slowly } from "../../support/tools";

const password = "store-password";
const keyPassword = "key-password";
const now = new Date("2026-01-01T00:00:00Z");
const root = makeAuthority(now, "Root");
const issuing = makeAuthority(now, "Issuing", { issuer: root });
const issued = (subject: string) =>
  makeCertificate({ now, subject, issuer: issuing, key: "rsa-2048", toDays: 3650 });
const server = issued("server");
const renewed = issued("server renewed");
const product = makeIdentity("the product's own");
const foreign = makeIdentity("somebody else's");

describeWith(["terraform", "keytool", "openssl"], "a key that somebody changed by hand", () => {
  const scratch = mkdtempSync(join(tmpdir(), "trust-by-hand-"));
  const bundle = bundleProvider(scratch);
  let stack: TerraformStack;
  let store: StoreByHand;

  beforeEach(() => {
    stack = new AttachedStack(bundle);
    stack.environment = { STORE_PASSWORD: password, KEY_PASSWORD: keyPassword };
    store = { path: join(stack.root, "host", "opt", "store"), password };
    mkdirSync(join(store.path, ".."), { recursive: true });
  });

  afterEach(() => stack.remove());
  afterAll(() => rmSync(scratch, { recursive: true }));

  function declare(profile: StoreProfile, made = server, ...lines: readonly string[]): void {
    writeFileSync(
      join(stack.directory, "overlay"),
      writeStore(setEntry(createStore(profile), identity(made)), password),
    );
    stack.configure(`
resource "trust_key_entry" "server" {
  host     = "local:../host"
  path     = "/opt/store"
  password = "env:STORE_PASSWORD"
  alias    = "server"
  artifact = "overlay"
  sha256   = "${parseCertificate(made.der).sha256}"
  ${lines.join("\n")}
}`);
    stack.init();
  }

  function bring(profile: StoreProfile, ...entries: readonly StoreEntry[]): void {
    const brought = [anchorEntry("product", product), ...entries];
    writeFileSync(store.path, writeStore({ ...createStore(profile), entries: brought }, password));
  }

  function delivered(profile: StoreProfile): void {
    bring(profile);
    declare(profile);
    expect(stack.apply()).toMatchObject({ status: 0 });
    expect(stack.plan()).toEqual([]);
  }

  /** Plans and applies; gives what the plan said would change. */
  function mended(): readonly PlannedResource[] {
    const changes = stack.plan();
    expect(stack.apply()).toMatchObject({ status: 0 });
    expect(stack.plan()).toEqual([]);
    return changes;
  }

  /** Whether the declared password opens the key, and Java agrees by using it. */
  function opens(secret = password): boolean {
    const entry = findEntry(readStore(readFileSync(store.path), password), "server");
    if (entry?.kind !== "identity" || !openKey(entry, secret).equals(server.pkcs8)) return false;
    keytool(store, "-certreq", "-alias", "server", "-keypass", secret);
    return true;
  }

  const updated = (changes: readonly PlannedResource[]) =>
    changes.map(({ address, actions }) => `${address} ${actions.join()}`);

  test.each<[StoreProfile, "JKS" | "PKCS12"]>([
    ["jks", "JKS"],
    ["modern", "PKCS12"],
  ])("%s: a chain that was cut to its leaf is put back, and goes with the key", (profile, type) => {
    delivered(profile);
    cutToLeaf(store, "server", type);
    expect(chainLength(store, "server")).toBe(1);

    expect(updated(mended())).toEqual(["trust_key_entry.server update"]);

    expect(chainLength(store, "server")).toBe(3);
    expect(opens()).toBe(true);
    expect(stack.destroy()).toMatchObject({ status: 0 });
    expect(Object.keys(keytoolList(store.path, password))).toEqual(["product"]);
    expect(readdirSync(join(store.path, ".."))).toEqual(["store"]);
  });

  slowly("a chain that was cut before its key was renewed is replaced too", () => {
    delivered("jks");
    cutToLeaf(store, "server", "JKS");
    declare("jks", renewed);

    mended();

    expect(chainLength(store, "server")).toBe(3);
  });

  slowly("an adopted key whose chain was cut gets it back, and stays on destroy as it was adopted", () => {
    bring("jks", identity(server));
    declare("jks");
    expect(stack.apply()).toMatchObject({ status: 0 });
    cutToLeaf(store, "server", "JKS");

    mended();

    expect(chainLength(store, "server")).toBe(3);
    expect(stack.destroy()).toMatchObject({ status: 0 });
    expect(chainLength(store, "server")).toBe(3);
    expect(readdirSync(join(store.path, "..")).filter((name) => name.includes("kept"))).toEqual([]);
  });

  test("another key is still somebody else's", () => {
    delivered("jks");
    keytool(store, "-delete", "-alias", "server");
    addKey(store, "server", "RSA");

    const { status, text } = stack.apply();

    expect(status).toBe(1);
    expect(text).toContain('/opt/store: "server" is there already: a key with the certificate CN=server');
    expect(chainLength(store, "server")).toBe(1);
  });

  test("JKS: a key under another password is drift, and is written anew under the declared one", () => {
    delivered("jks");
    changeKeyPassword(store, "server", { from: password, to: "another", type: "JKS" });

    const [change, ...others] = mended();

    expect(others).toEqual([]);
    expect(change).toMatchObject({
      address: "trust_key_entry.server",
      before: { key_state: "under another password" },
      after: { key_state: "as declared" },
    });
    expect(opens()).toBe(true);
    expect(stack.destroy()).toMatchObject({ status: 0 });
    expect(Object.keys(keytoolList(store.path, password))).toEqual(["product"]);
  });

  test("JCEKS: likewise", () => {
    bring("jks");
    convertByHand(store, "JCEKS");
    declare("jks");
    expect(stack.apply()).toMatchObject({ status: 0 });
    changeKeyPassword(store, "server", { from: password, to: "another", type: "JCEKS" });

    const [change] = mended();

    expect(change?.before).toMatchObject({ key_state: "under another password" });
    expect(opens()).toBe(true);
  });

  test("PKCS12 that OpenSSL made with a password for the key and one for the rest: likewise", () => {
    delivered("modern");
    sealWithOpenssl(store, "server", "another-password");

    const [change] = mended();

    expect(change?.before).toMatchObject({ key_state: "under another password" });
    expect(opens()).toBe(true);
  });

  test("a key whose own password is declared, and was changed to the store's", () => {
    bring("jks");
    declare("jks", server, 'key_password = "env:KEY_PASSWORD"');
    writeFileSync(
      join(stack.directory, "overlay"),
      writeStore(setEntry(createStore("jks"), identity(server, keyPassword)), password),
    );
    expect(stack.apply()).toMatchObject({ status: 0 });
    expect(stack.plan()).toEqual([]);
    changeKeyPassword(store, "server", { from: keyPassword, to: password, type: "JKS" });

    mended();

    expect(opens(keyPassword)).toBe(true);
  });

  slowly("a key that does not belong to its certificate is replaced by the one that does", () => {
    delivered("jks");
    const wrong: IdentityEntry = { ...identity(server), key: { kind: "clear", pkcs8: renewed.pkcs8 } };
    bring("jks", wrong);

    const [change] = mended();

    expect(change?.before).toMatchObject({ key_state: "not the one of its certificate" });
    expect(opens()).toBe(true);
  });

  test("where the password is not at hand, nothing is said of the key", () => {
    delivered("jks");
    changeKeyPassword(store, "server", { from: password, to: "another", type: "JKS" });
    stack.environment = {};

    expect(stack.plan()).toEqual([]);
  });

  slowly("keys that somebody added stay, whatever is done", () => {
    delivered("jks");
    addKey(store, "added", "EC");
    bringAnother();
    cutToLeaf(store, "server", "JKS");
    const before = keytoolList(store.path, password);

    mended();

    const after = keytoolList(store.path, password);
    expect(after["added"]).toBe(before["added"]);
    expect(after["another"]).toBe(before["another"]);
    expect(stack.destroy()).toMatchObject({ status: 0 });
    expect(Object.keys(keytoolList(store.path, password)).sort()).toEqual(["added", "another", "product"]);
  });

  /** A key under a password that nobody here knows. */
  function bringAnother(): void {
    const opened = readStore(readFileSync(store.path), password);
    writeFileSync(store.path, writeStore(setEntry(opened, keyEntry("another", foreign, "theirs")), password));
  }
});

function identity(made: MadeIdentity, secret?: string): IdentityEntry {
  const clear = { kind: "clear", pkcs8: made.pkcs8 } as const;
  return {
    kind: "identity",
    alias: "server",
    createdMs: now.getTime(),
    chain: made.chain,
    key: secret === undefined ? clear : { ...clear, password: secret },
  };
}
