import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createStore, setEntry, writeStore } from "../../../lib/keystore";
import type { AttachedStack } from "../../provider/support/attachedStack";
import { stackForEachTest } from "../../provider/support/stackForEachTest";
import { keyEntry, keytoolList, makeIdentity, writeTestStore } from "../../provider/support/stores";
import { describeWith } from "../../support/tools";

const FORMER = "canary-former-password-x1";
const NEXT = "canary-next-password-x2";
const ours = makeIdentity("ours");
const theirs = makeIdentity("theirs");

describeWith(["terraform", "keytool"], "a declared store that gets another password", () => {
  let stack: AttachedStack;
  let store = "";

  stackForEachTest({ FORMER, NEXT }, (made, folder) => {
    stack = made;
    store = join(folder, "store");
  });

  function declare(password: string, block = ""): void {
    const value = password === "env:NEXT" ? NEXT : FORMER;
    const overlay = setEntry(createStore("jks"), keyEntry("server", ours));
    writeFileSync(join(stack.directory, "overlay"), writeStore(overlay, value, { reader: "cdktf-trust" }));
    stack.configure(`
${block === "" ? "" : `provider "trust" {\n${block}\n}`}
resource "trust_keystore" "main" {
  host     = "local:../host"
  path     = "/opt/store"
  password = "${password}"
  profile  = "jks"
}
resource "trust_key_entry" "server" {
  host     = trust_keystore.main.host
  path     = trust_keystore.main.path
  password = trust_keystore.main.password
  alias    = "server"
  artifact = "overlay"
  sha256   = "${ours.sha256}"
}`);
    stack.init();
  }

  const CHANGE = `password_changes = [{ host = "local:../host", path = "/opt/store", from = "env:FORMER", to = "env:NEXT" }]`;

  test("is under the new one after one apply, with somebody else's key, and needs the former no more", () => {
    // GIVEN a store of somebody's with a key of ours in it
    writeTestStore(store, "jks", FORMER, [keyEntry("theirs", theirs)]);
    declare("env:FORMER");
    expect(stack.apply()).toMatchObject({ status: 0 });

    // WHEN
    declare("env:NEXT", CHANGE);
    const applied = stack.apply();

    // THEN Terraform's own account says it in words
    expect(applied.text.replaceAll(/\s+/g, " ")).toMatch(
      /\/opt\/store will be re-keyed .*that env:FORMER opens, is put under env:NEXT/,
    );
    expect(applied.status === 0 ? "" : applied.text).toBe("");
    const held = {
      server: `PrivateKeyEntry ${ours.sha256}`,
      theirs: `PrivateKeyEntry ${theirs.sha256}`,
    };
    expect(keytoolList(store, NEXT)).toEqual(held);
    expect(stack.plan()).toEqual([]);
    stack.environment = { NEXT };
    declare("env:NEXT");
    expect(stack.plan()).toEqual([]);
    const said = [applied.text, readFileSync(join(stack.directory, "terraform.tfstate"), "utf8")].join();
    expect(said).not.toMatch(/canary-/);
    expect(stack.destroy()).toMatchObject({ status: 0 });
    expect(keytoolList(store, NEXT)).toEqual({ theirs: held.theirs });
  });

  test("opens with neither: the error names both references and shows neither", () => {
    writeTestStore(store, "jks", "another-password-x3", [keyEntry("theirs", theirs)]);
    declare("env:NEXT", CHANGE);
    const { status, text } = stack.apply();
    expect(status).toBe(1);
    expect(text).toMatch(/env:NEXT[^]*env:FORMER/);
    expect(text).not.toMatch(/canary-|another-password/);
  });
});
