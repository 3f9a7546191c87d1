import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createStore, setEntry, writeStore } from "../../../lib/keystore";
import type { StoreProfile } from "../../../lib/model";
import type { AttachedStack } from "../../provider/support/attachedStack";
import { stackForEachTest } from "../../provider/support/stackForEachTest";
import { keyEntry, makeIdentity } from "../../provider/support/stores";
import { StoreJudge } from "../../support/storeJudge";
import { describeWith } from "../../support/tools";

const server = makeIdentity("server");

describeWith(["terraform", "javac"], "a store under a password that is not ASCII", () => {
  const password = "Schlüssel1";
  const { judges, stop } = StoreJudge.startAll([8, 25]);
  let stack: AttachedStack;
  let store = "";

  stackForEachTest({ STORE_PASSWORD: password }, (made, folder) => {
    stack = made;
    store = join(folder, "store");
  });

  afterAll(stop);

  function declare(profile: StoreProfile, reader?: string): void {
    // As synth writes it, which knows the reader.
    const overlay = setEntry(createStore(profile), keyEntry("server", server));
    writeFileSync(join(stack.directory, "overlay"), writeStore(overlay, password, { reader: "cdktf-trust" }));
    stack.configure(`
resource "trust_keystore" "main" {
  host     = "local:../host"
  path     = "/opt/store"
  password = "env:STORE_PASSWORD"
  profile  = "${profile}"
  ${reader === undefined ? "" : `reader = "${reader}"`}
}
resource "trust_key_entry" "server" {
  host     = trust_keystore.main.host
  path     = trust_keystore.main.path
  password = trust_keystore.main.password
  alias    = "server"
  artifact = "overlay"
  sha256   = "${server.sha256}"
}`);
    stack.init();
  }

  /** Aliases whose key each Java opens; undefined where it does not open the store. */
  async function openedBy(): Promise<Readonly<Record<number, readonly string[] | undefined>>> {
    const bytes = readFileSync(store);
    const listed = judges.map(async (judge) => {
      const { error, entries } = await judge.list("PKCS12", bytes, password);
      const opened = entries.filter(({ key }) => key !== "sealed").map(({ alias }) => alias);
      return [judge.release, error === undefined ? opened : undefined] as const;
    });
    return Object.fromEntries(await Promise.all(listed));
  }

  test("is made for the reader that opens it, and edited from then on", async () => {
    declare("modern", "java 25");

    expect(stack.apply()).toMatchObject({ status: 0 });

    expect((await openedBy())[25] ?? ["server"]).toEqual(["server"]);
    expect((await openedBy())[8]).toBeUndefined();
    expect(stack.plan()).toEqual([]);
    expect(stack.destroy()).toMatchObject({ status: 0 });
    expect(existsSync(store)).toBe(false);
  });

  test("is encoded anew for that reader", async () => {
    declare("jks");
    expect(stack.apply()).toMatchObject({ status: 0 });
    declare("modern", "java 25");

    expect(stack.apply()).toMatchObject({ status: 0 });

    expect((await openedBy())[25] ?? ["server"]).toEqual(["server"]);
  });

  test.each([
    ["any reader", "modern", undefined],
    ["an older one", "modern", "java 21"],
    ["a profile in which none opens it", "compat", "java 25"],
  ] as const)("is refused at plan for %s, and not made", (_, profile, reader) => {
    declare(profile, reader);
    for (const { status, text } of [stack.run("plan", "-input=false"), stack.apply()]) {
      expect(status).toBe(1);
      expect(text).toContain("/opt/store (password env:STORE_PASSWORD): the password holds characters");
      expect(text).not.toContain(password);
    }
    expect(existsSync(store)).toBe(false);
  });

  test("is refused at plan for such a reader, and not encoded anew", () => {
    declare("jks");
    expect(stack.apply()).toMatchObject({ status: 0 });
    const before = readFileSync(store);
    declare("modern", "java 21");
    const { status, text } = stack.run("plan", "-input=false");
    expect(status).toBe(1);
    expect(text).toContain("/opt/store (password env:STORE_PASSWORD): the password holds characters");
    expect(readFileSync(store).equals(before)).toBe(true);
  });
});

describeWith(["terraform"], "the reader of a store", () => {
  let stack: AttachedStack;

  stackForEachTest({ STORE_PASSWORD: "changeit" }, (made) => {
    stack = made;
  });

  const declare = (more: string): void => {
    stack.configure(`
resource "trust_keystore" "main" {
  host     = "local:../host"
  path     = "/opt/store"
  password = "env:STORE_PASSWORD"
  profile  = "modern"
  ${more}
}`);
    stack.init();
  };

  test("is no change of a store that is there", () => {
    declare("");
    expect(stack.apply()).toMatchObject({ status: 0 });
    declare('reader = "java 25"');
    expect(stack.plan()).toEqual([]);
  });

  test("is one that is known", () => {
    declare('reader = "abacus"');
    const { status, text } = stack.run("plan", "-input=false");
    expect(status).toBe(1);
    expect(text).toContain('the reader "abacus" is not known');
  });
});
