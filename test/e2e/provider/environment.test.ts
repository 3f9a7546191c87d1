import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { anchorEntry, keytoolList, makeIdentity, writeTestStore } from "../../provider/support/stores";
import type { AttachedStack } from "../../provider/support/attachedStack";
import { stackForEachTest } from "../../provider/support/stackForEachTest";
import { describeWith, slowly } from "../../support/tools";

const password = "changeit";
const anchor = makeIdentity("anchor");

describeWith(["terraform", "keytool"], "rows of another environment under Terraform", () => {
  let stack: AttachedStack;
  let store: string;

  stackForEachTest({ STORE_PASSWORD: password }, (begun, folder) => {
    stack = begun;
    store = join(folder, "store");
    writeTestStore(join(stack.directory, "overlay"), "jks", password, [anchorEntry("flow", anchor)]);
    configure('owner = "trust/tst/web"');
    stack.init();
    expect(stack.apply().status).toBe(0);
  });

  const place = `host = "local:../host"
  path = "/opt/store"
  password = "env:STORE_PASSWORD"`;

  function configure(block: string, entry = 'artifact = "overlay"'): void {
    stack.configure(`
provider "trust" {
  ${block}
}
resource "trust_keystore" "store" {
  ${place}
  profile = "jks"
}
resource "trust_truststore_entry" "flow" {
  ${place}
  alias = "flow"
  sha256 = "${anchor.sha256}"
  ${entry}
  depends_on = [trust_keystore.store]
}`);
  }

  const record = () => readFileSync(join(store, "../.store.cdktf-trust.json"));

  function expectRefused(...words: string[]): void {
    const before = [readFileSync(store), record()];
    const { status, text } = stack.run(...words);
    expect(status).toBe(1);
    expect(text).toContain(
      "this belongs to the environment tst (stack web), and this configuration is that of the environment prod (stack web)",
    );
    expect(text).toContain("Point the backend at the state of prod");
    expect(text).toContain("cdktf-trust deploy web --environment prod --take-over trust/tst/web");
    expect(text).toContain('take_over = ["trust/tst/web"] in the provider block');
    expect([readFileSync(store), record()]).toEqual(before);
  }

  test("are neither planned nor changed, destroyed or imported", () => {
    // GIVEN a plan of the right environment, and the configuration of another one
    expect(stack.run("plan", "-destroy", "-input=false", "-out=plan.bin").status).toBe(0);
    configure('owner = "trust/prod/web"');

    // WHEN, THEN
    expectRefused("plan", "-input=false");
    expectRefused("plan", "-input=false", "-refresh=false");
    expectRefused("apply", "-auto-approve", "-input=false");
    expectRefused("destroy", "-auto-approve", "-input=false");
    expectRefused("destroy", "-auto-approve", "-input=false", "-refresh=false");
    rmSync(join(stack.directory, "terraform.tfstate"));
    const id = "local:../host:/opt/store";
    expectRefused("import", "trust_keystore.store", `${id}?password=env:STORE_PASSWORD`);
    expectRefused("import", "trust_truststore_entry.flow", `${id}#flow?password=env:STORE_PASSWORD`);
  });

  test("are this environment's from the run on that takes them over", () => {
    // WHEN
    configure('owner = "trust/prod/web"\n  take_over = ["trust/tst/web"]');
    expect(stack.plan()).toEqual([]);
    // As `cdktf-trust deploy --take-over` does, although there is nothing to change.
    expect(stack.run("apply", "-input=false", "plan.bin").text).toContain("0 added, 0 changed, 0 destroyed");

    // THEN
    configure('owner = "trust/prod/web"');
    expect(stack.plan()).toEqual([]);
    expect(stack.state("trust_keystore.store")).toMatchObject({ owner: "trust/prod/web" });
    expect(stack.destroy().status).toBe(0);
  });

  test.each([
    ["of another stack of the environment", 'owner = "trust/tst/shop"'],
    ["of another project", 'owner = "other/prod/web"'],
    ["under a configuration without an owner", ""],
  ])("%s are left to the rules of claims", (_what, block) => {
    configure(block);
    expect(stack.plan()).toEqual([]);
    expect(stack.destroy().status).toBe(0);
  });

  slowly("plain HCL goes on where its directory has moved", () => {
    // GIVEN rows that name a directory
    expect(stack.destroy().status).toBe(0);
    configure("");
    expect(stack.apply().status).toBe(0);

    // WHEN, THEN
    configure('owner = "/builds/one/web"');
    expect(stack.plan()).toEqual([]);
    expect(keytoolList(store, password)).toEqual({ flow: `trustedCertEntry ${anchor.sha256}` });
  });
});
