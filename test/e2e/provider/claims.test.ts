import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  anchorEntry,
  keyEntry,
  keytoolList,
  makeIdentity,
  writeTestStore,
} from "../../provider/support/stores";
import { AttachedStack } from "../../provider/support/attachedStack";
import { bundleProvider } from "../../provider/support/terraform";
import { describeWith } from "../../support/tools";

const password = "changeit";
const root = makeIdentity("Public Root");
const one = makeIdentity("one");
const two = makeIdentity("two");
const byHand = makeIdentity("renewed by hand");
const older = makeIdentity("years ago");

type Identity = typeof one;

const trusted = ({ sha256 }: Identity) => `trustedCertEntry ${sha256}`;
const held = ({ sha256 }: Identity) => `PrivateKeyEntry ${sha256}`;
const hash = (text: string) => createHash("sha256").update(text).digest("hex");

describeWith(["terraform", "keytool"], "two owners of one host under Terraform", () => {
  const scratch = mkdtempSync(join(tmpdir(), "trust-claims-"));
  const bundle = bundleProvider(scratch);
  let folder: string;
  let store: string;
  let web: AttachedStack;
  let shop: AttachedStack;

  beforeEach(() => {
    folder = join(mkdtempSync(join(scratch, "host-")), "opt");
    mkdirSync(folder);
    store = join(folder, "store");
    [web, shop] = [new AttachedStack(bundle), new AttachedStack(bundle)];
    for (const stack of [web, shop]) stack.environment = { STORE_PASSWORD: password };
  });

  afterEach(() => [web, shop].forEach((stack) => stack.remove()));
  afterAll(() => rmSync(scratch, { recursive: true }));

  const place = () => `host = "local:${join(folder, "..")}"
  path = "/opt/store"
  password = "env:STORE_PASSWORD"`;

  /** What a stack puts into the store that both declare. */
  function declare(
    stack: AttachedStack,
    alias: string,
    identity: Identity,
    { kind = "anchor", more = "", keystore = "", block = "" } = {},
  ): void {
    const entry = kind === "anchor" ? anchorEntry(alias, identity) : keyEntry(alias, identity);
    writeTestStore(join(stack.directory, "overlay"), "jks", password, [entry]);
    stack.configure(`
provider "trust" {
  ${block}
}
resource "trust_keystore" "store" {
  ${place()}
  profile = "jks"
  ${keystore}
}
resource "${kind === "anchor" ? "trust_truststore_entry" : "trust_key_entry"}" "entry" {
  ${place()}
  alias = "${alias}"
  artifact = "overlay"
  sha256 = "${identity.sha256}"
  ${more}
  depends_on = [trust_keystore.store]
}`);
    if (!existsSync(join(stack.directory, ".terraform"))) stack.init();
  }

  test("share a new store, and each destroy takes its own only", () => {
    for (const stack of [web, shop]) stack.detach();
    // GIVEN
    declare(web, "web", one);
    declare(shop, "shop", two);
    expect([web.apply().status, shop.apply().status]).toEqual([0, 0]);
    expect(keytoolList(store, password)).toEqual({ web: trusted(one), shop: trusted(two) });

    // WHEN the one that made the store goes
    expect(web.destroy().status).toBe(0);

    // THEN
    expect(keytoolList(store, password)).toEqual({ shop: trusted(two) });
    expect(shop.plan()).toEqual([]);

    // WHEN
    expect(shop.destroy().status).toBe(0);

    // THEN
    expect(readdirSync(folder)).toEqual([]);
  });

  test("do not replace each other's key, and say so in the plan", () => {
    // GIVEN
    const foreign = { kind: "key", more: 'on_foreign = "replace"' };
    declare(web, "jetty", one, { ...foreign, block: 'owner = "flow/prod/web"' });
    expect(web.apply().status).toBe(0);
    declare(shop, "jetty", two, foreign);

    // WHEN
    const planned = shop.run("plan", "-input=false");

    // THEN
    expect(planned.status).toBe(1);
    expect(planned.text).toContain('/opt/store: "jetty" is there already: a key with the certificate CN=one');
    expect(planned.text).toContain("it belongs to flow/prod/web");
    expect(keytoolList(store, password)).toEqual({ jetty: held(one) });

    // WHEN it is said that it is ours from now on
    declare(shop, "jetty", two, { ...foreign, block: 'take_over = ["flow/prod/web"]' });
    expect(shop.apply().status).toBe(0);

    // THEN the other one's destroy leaves it
    expect(keytoolList(store, password)).toEqual({ jetty: held(two) });
    expect(web.destroy().status).toBe(0);
    expect(keytoolList(store, password)).toEqual({ jetty: held(two) });
  });

  test("give back the key that was displaced, not what a vendor kept", () => {
    // GIVEN an original from years ago, and a key that was renewed by hand since
    writeTestStore(`${store}.orig`, "jks", password, [keyEntry("jetty", older)]);
    writeTestStore(store, "jks", password, [keyEntry("jetty", byHand), anchorEntry("root", root)]);
    const before = readFileSync(store);
    declare(web, "jetty", one, { kind: "key", more: 'on_foreign = "replace"' });

    // WHEN
    expect(web.apply().status).toBe(0);
    expect(keytoolList(join(folder, ".store.cdktf-trust.kept"), password)).toEqual({
      [String(web.state("trust_key_entry.entry")?.["claim"])]: held(byHand),
    });
    expect(web.destroy().status).toBe(0);

    // THEN
    expect(keytoolList(store, password)).toEqual({ jetty: held(byHand), root: trusted(root) });
    expect(readFileSync(store).equals(before)).toBe(true);
    expect(readdirSync(folder).sort()).toEqual(["store", "store.orig"]);
  });

  test("leave a key that was renewed by hand, and do not replace what the plan did not show", () => {
    // GIVEN
    writeTestStore(store, "jks", password, [anchorEntry("root", root)]);
    declare(web, "jetty", one, { kind: "key" });
    expect(web.apply().status).toBe(0);
    declare(web, "jetty", two, { kind: "key" });
    expect(web.run("plan", "-input=false", "-out=plan.bin")).toMatchObject({ status: 0 });

    // WHEN somebody renews it between plan and apply
    writeTestStore(store, "jks", password, [anchorEntry("root", root), keyEntry("jetty", byHand)]);
    const applied = web.run("apply", "-input=false", "plan.bin");

    // THEN
    expect(applied.status).toBe(1);
    expect(applied.text).toContain("the plan did not show that");
    expect(web.run("plan", "-input=false").text).toContain('on_foreign = "replace"');
    expect(web.destroy().text).toContain('"jetty" was left in /opt/store');
    expect(keytoolList(store, password)).toEqual({ root: trusted(root), jetty: held(byHand) });
  });

  test("leave what was there before, identical", () => {
    // GIVEN
    writeTestStore(store, "jks", password, [anchorEntry("flow", one)]);
    writeFileSync(join(folder, "file"), "same\n", { mode: 0o644 });
    declare(web, "flow", one);
    writeFileSync(join(web.directory, "file"), "same\n");
    const main = readFileSync(join(web.directory, "main.tf"), "utf8");
    writeFileSync(
      join(web.directory, "main.tf"),
      `${main}
resource "trust_file" "file" {
  host = "local:${join(folder, "..")}"
  path = "/opt/file"
  artifact = "file"
  sha256 = "${hash("same\n")}"
}`,
    );

    // WHEN
    expect(web.apply().status).toBe(0);
    expect(web.destroy().status).toBe(0);

    // THEN
    expect(keytoolList(store, password)).toEqual({ flow: trusted(one) });
    expect(readdirSync(folder).sort()).toEqual(["file", "store"]);
  });

  test("do not make a product's store anew", () => {
    // GIVEN
    writeTestStore(store, "jks", password, [anchorEntry("root", root)]);
    declare(web, "flow", one);
    expect(web.apply().status).toBe(0);

    // WHEN
    rmSync(store);
    const planned = web.run("plan", "-input=false");

    // THEN
    expect(planned.status).toBe(1);
    expect(planned.text).toContain("was there before anything of ours was put into it, and is gone");
    expect(existsSync(store)).toBe(false);
  });

  test("take hosts and secrets from the project directory", () => {
    // GIVEN
    writeFileSync(join(folder, "..", "secret"), `${password}\n`, { mode: 0o600 });
    writeTestStore(join(web.directory, "overlay"), "jks", password, [anchorEntry("flow", one)]);
    web.configure(`
provider "trust" {
  project_directory = "${join(folder, "..")}"
}
resource "trust_keystore" "store" {
  host = "local:."
  path = "/opt/store"
  password = "file:secret"
  profile = "jks"
}`);
    web.init();

    // WHEN
    expect(web.apply().status).toBe(0);

    // THEN
    expect(web.plan()).toEqual([]);
    expect(keytoolList(store, password)).toEqual({});
  });
});
