import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createStore, findEntry, readStore, setEntry, writeStore } from "../../../lib/keystore";
import { fingerprintOf } from "../../../lib/provider/entries";
import { anchorEntry, keyEntry, makeIdentity, writeTestStore } from "../support/stores";
import {
  activation,
  Deployment,
  entry,
  keystore,
  PASSWORD,
  recordOf,
  scratchForEachTest,
} from "./deployment";

const [one, two, three] = ["One", "Two", "Three"].map((name) => makeIdentity(name));
if (one === undefined || two === undefined || three === undefined) throw new Error("made none");

describe("a failed activation of a store", () => {
  let root: string;
  let folder: string;
  let flow: Deployment;
  const read = () => readStore(readFileSync(join(folder, "store.p12")), PASSWORD);
  /** Fingerprints by alias. */
  const held = () => Object.fromEntries(read().entries.map((made) => [made.alias, fingerprintOf(made)]));
  const files = [{ path: "/opt/store.p12", password: "env:ACTIVATION_PASSWORD" }];
  const works = activation("true", files);
  const fails = activation("exit 7", files);

  scratchForEachTest((made, opt) => {
    [root, folder] = [made, opt];
    flow = new Deployment("p/e/flow", root);
  });

  /** Somebody else's work between the deploy and the roll-back: the first run of the step, which fails. */
  const meanwhileCopied = (name: string) =>
    `test -e ${root}/done || { touch ${root}/done; cp ${join(root, name)} ${join(folder, "store.p12")}; }; exit 7`;
  const key = (identity: typeof one, more = {}) =>
    entry(root, keyEntry("flow", identity), identity.sha256, more);
  const anchor = (alias: string, identity: typeof one, more = {}) =>
    entry(root, anchorEntry(alias, identity), identity.sha256, more);

  test("puts a key back to the one that was proven, with a key that opens", async () => {
    await flow.apply(keystore(), key(one), works);

    // WHEN
    const errors = await flow.apply(keystore(), key(two), fails);

    // THEN
    expect(errors["product"]).toContain(`key "flow": now the certificate ${one.sha256}`);
    expect(held()).toEqual({ flow: one.sha256 });
    expect(await flow.plan(keystore(), key(two), works)).toEqual(["flow", "product"]);
    expect(await flow.apply(keystore(), key(two), works)).toEqual({});
    expect(held()).toEqual({ flow: two.sha256 });
    expect(await flow.plan(keystore(), key(two), works)).toEqual([]);
  });

  test("keeps what somebody else has put there meanwhile, and the place of each entry", async () => {
    await flow.apply(keystore(), key(one), anchor("x", one), works);
    const meanwhile = activation(meanwhileCopied("with-foreign.p12"), files);
    const foreign = setEntry(
      setEntry(setEntry(createStore("modern"), keyEntry("flow", two)), anchorEntry("x", one)),
      anchorEntry("foreign", three),
    );
    writeFileSync(join(root, "with-foreign.p12"), writeStore(foreign, PASSWORD));

    // WHEN
    const errors = await flow.apply(keystore(), key(two), anchor("x", one), meanwhile);

    // THEN
    expect(errors["product"]).toContain("Rolled back");
    expect(Object.entries(held())).toEqual([
      ["flow", one.sha256],
      ["x", one.sha256],
      ["foreign", three.sha256],
    ]);
  });

  test("takes out what was not there, and lets what it displaced come back", async () => {
    writeTestStore(join(folder, "store.p12"), "modern", PASSWORD, [anchorEntry("x", three)]);

    // WHEN it is the first deploy
    const declared = [keystore(), anchor("x", one, { on_foreign: "replace" }), anchor("y", two)];
    const errors = await flow.apply(...declared, fails);

    // THEN
    expect(errors["product"]).toContain(`certificate "x": now the certificate ${three.sha256}`);
    expect(errors["product"]).toContain(`certificate "y": taken out`);
    expect(held()).toEqual({ x: three.sha256 });

    // WHEN it works
    expect(await flow.apply(...declared, works)).toEqual({});

    // THEN it converges, and goes away as ever
    expect(held()).toEqual({ x: one.sha256, y: two.sha256 });
    expect(await flow.plan(...declared, works)).toEqual([]);
    await flow.apply();
    expect(held()).toEqual({ x: three.sha256 });
  });

  test("leaves what was there long before its activation was declared", async () => {
    await flow.apply(keystore(), key(one), anchor("x", two));
    const errors = await flow.apply(keystore(), key(one), anchor("x", two), fails);
    expect(errors["product"]).toContain("Nothing was rolled back");
    expect(held()).toEqual({ flow: one.sha256, x: two.sha256 });
    expect(await flow.plan(keystore(), key(one), anchor("x", two), works)).toEqual(["product"]);
  });

  test("leaves what somebody has changed, and what another owner relies on too", async () => {
    const other = new Deployment("p/e/other", root);
    await flow.apply(keystore(), key(one), works);
    await other.apply(keystore(), anchor("y", two));
    const changed = setEntry(
      setEntry(setEntry(createStore("modern"), keyEntry("flow", three)), anchorEntry("x", one)),
      anchorEntry("y", two),
    );
    writeFileSync(join(root, "changed.p12"), writeStore(changed, PASSWORD));
    const meanwhile = activation(meanwhileCopied("changed.p12"), files);

    // WHEN
    const errors = await flow.apply(keystore(), key(two), anchor("x", one), anchor("y", two), meanwhile);

    // THEN
    expect(errors["product"]).toMatch(/certificate "x": taken out/);
    expect(errors["product"]).toMatch(/Not rolled back:[^]*certificate "y": another owner/);
    expect(held()).toEqual({ flow: three.sha256, y: two.sha256 });
  });

  test("moves the older of two anchors back where it was", async () => {
    await flow.apply(keystore(), anchor("x", one), works);
    // As create_before_destroy has it: the new one comes while the old one's row is there.
    const younger = { ...anchor("x", two), name: "x2" };
    const errors = await flow.apply(keystore(), anchor("x", one), younger, fails);
    expect(errors["product"]).toContain(`now the certificate ${one.sha256}`);
    expect(held()).toEqual({ x: one.sha256 });
  });

  test("does not put back what was taken out, and says so", async () => {
    await flow.apply(keystore(), key(one), anchor("x", two), works);
    await flow.apply(keystore(), key(one), works);
    expect(await flow.plan(keystore(), key(one), fails)).toEqual(["product"]);
    const errors = await flow.apply(keystore(), key(one), fails);
    expect(errors["product"]).toMatch(/Nothing was rolled back[^]*certificate "x": it was taken out/);
    expect(held()).toEqual({ flow: one.sha256 });
    expect(await flow.apply(keystore(), key(one), works)).toEqual({});
    expect(await flow.plan(keystore(), key(one), works)).toEqual([]);
  });

  test("says so where no backup opens with the password, and leaves the store", async () => {
    await flow.apply(keystore(), key(one), works);
    const spoil = `for f in ${folder}/store.p12.*.bak; do printf spoilt > "$f"; done; exit 7`;
    const errors = await flow.apply(keystore(), key(two), activation(spoil, files));
    expect(errors["product"]).toMatch(/key "flow": .*none of the backups.*env:ACTIVATION_PASSWORD opens; \d/);
    expect(held()).toEqual({ flow: two.sha256 });
    expect(recordOf(folder, "store.p12").activations?.["p/e/flow product"]?.unproven).toEqual(["key flow"]);
    // It is repeated although no file has changed.
    expect(await flow.plan(keystore(), key(two), works)).toEqual(["product"]);
  });

  test("is told where the password is not at hand, and keeps the store", async () => {
    await flow.apply(keystore(), key(one), works);
    const other = activation("exit 7", [{ path: "/opt/store.p12", password: "env:NOWHERE" }]);
    const errors = await flow.apply(keystore(), key(two), other);
    expect(errors["product"]).toMatch(/Not rolled back:[^]*NOWHERE/);
    expect(held()).toEqual({ flow: two.sha256 });
    const none = activation("exit 7", [{ path: "/opt/store.p12" }]);
    expect((await flow.apply(keystore(), key(two), none))["product"]).toContain("names no password");
  });

  test("says nothing of the password, and hides it in what a step prints", async () => {
    writeFileSync(join(root, "printed"), `using ${PASSWORD}\n`);
    const errors = await flow.apply(keystore(), key(one), activation(`cat ${root}/printed; exit 7`, files));
    expect(errors["product"]).toContain("using [secret]");
    expect(JSON.stringify(errors)).not.toContain(PASSWORD);
    expect(findEntry(read(), "flow")).toBeUndefined();
  });
});
