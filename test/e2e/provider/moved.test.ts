import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { keyEntry, keytoolList, makeIdentity, writeTestStore } from "../../provider/support/stores";
import type { AttachedStack } from "../../provider/support/attachedStack";
import { stackForEachTest } from "../../provider/support/stackForEachTest";
import { describeWith, slowly } from "../../support/tools";

const password = "changeit";
const identity = makeIdentity("jetty");

describeWith(["terraform", "keytool"], "moved and removed blocks", () => {
  let stack: AttachedStack;
  let folder: string;

  stackForEachTest({ STORE_PASSWORD: password }, (begun, opt) => {
    [stack, folder] = [begun, opt];
    writeTestStore(join(stack.directory, "overlay"), "modern", password, [keyEntry("jetty", identity)]);
    stack.configure(declared("a"));
    stack.init();
    expect(stack.apply().status).toBe(0);
  });

  const keystore = `
resource "trust_keystore" "store" {
  host     = "local:../host"
  path     = "/opt/keystore"
  password = "env:STORE_PASSWORD"
  profile  = "modern"
}
`;
  const declared = (name: string) => `${keystore}
resource "trust_key_entry" "${name}" {
  host       = trust_keystore.store.host
  path       = trust_keystore.store.path
  password   = trust_keystore.store.password
  alias      = "jetty"
  artifact   = "overlay"
  sha256     = "${identity.sha256}"
  depends_on = [trust_keystore.store]
}
`;
  const held = () => keytoolList(join(folder, "keystore"), password);
  const record = () => JSON.parse(readFileSync(join(folder, ".keystore.cdktf-trust.json"), "utf8")) as object;

  test("moved carries the claim: the plan is empty, and a destroy takes it away", () => {
    const claim = stack.state("trust_key_entry.a")?.["claim"];
    const before = { held: held(), record: record() };
    stack.configure(`${declared("b")}
moved {
  from = trust_key_entry.a
  to   = trust_key_entry.b
}`);

    expect(stack.plan()).toEqual([]);
    expect(stack.apply().text).toContain("0 added, 0 changed, 0 destroyed");

    expect(stack.state("trust_key_entry.a")).toBeUndefined();
    expect(stack.state("trust_key_entry.b")?.["claim"]).toBe(claim);
    expect({ held: held(), record: record() }).toEqual(before);
    expect(stack.destroy().status).toBe(0);
    expect(readdirSync(folder)).toEqual([]);
  });

  slowly("removed without a destroy leaves it claimed, and the same declaration finds it again", () => {
    const before = { held: held(), record: record() };
    stack.configure(`${keystore}
removed {
  from = trust_key_entry.a
  lifecycle {
    destroy = false
  }
}`);
    expect(stack.apply().status).toBe(0);
    expect(stack.state("trust_key_entry.a")).toBeUndefined();
    expect({ held: held(), record: record() }).toEqual(before);

    stack.configure(declared("c"));
    expect(stack.apply().status).toBe(0);
    expect(held()).toEqual(before.held);
    expect(stack.destroy().status).toBe(0);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("removed with a destroy takes it away", () => {
    stack.configure(`${keystore}
removed {
  from = trust_key_entry.a
  lifecycle {
    destroy = true
  }
}`);
    expect(stack.apply().status).toBe(0);
    expect(held()).toEqual({});
  });
});
