import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { anchorEntry, keyEntry, makeIdentity, writeTestStore } from "../support/stores";
import { activation, Deployment, entry, keystore, PASSWORD, scratchForEachTest } from "./deployment";

const [one, two] = [makeIdentity("One"), makeIdentity("Two")];

describe("an activation that needs a key", () => {
  let root: string;
  let folder: string;
  let flow: Deployment;
  const files = [{ path: "/opt/store.p12", password: "env:ACTIVATION_PASSWORD" }];
  const needs = ["/opt/store.p12#Flow"];

  scratchForEachTest((made, opt) => {
    [root, folder] = [made, opt];
    writeFileSync(join(root, "runs"), "");
    flow = new Deployment("p/e/flow", root);
  });

  const restart = () => `echo run >> ${join(root, "runs")}`;
  const timesRun = () => readFileSync(join(root, "runs"), "utf8").split("\n").length - 1;
  const trust = () => activation(restart(), files, { name: "flow_trust", needs });
  const identity = () => activation(restart(), files, { name: "flow_identity" });
  const key = (which: typeof one) => entry(root, keyEntry("flow", which), which.sha256);
  const anchor = (which: typeof one) => entry(root, anchorEntry("x", which), which.sha256);

  test("waits for it, and the one that follows does its work, so that the next plan is empty", async () => {
    const all = () => [keystore(), anchor(one), trust(), key(one), identity()];

    // WHEN
    expect(await flow.apply(...all())).toEqual({});

    // THEN
    expect(flow.row("flow_trust")).toMatchObject({ state: "deferred", level: "" });
    expect(flow.row("flow_identity")).toMatchObject({ state: "proven", level: "called" });
    expect(timesRun()).toBe(1);
    expect(await flow.plan(...all())).toEqual([]);

    // WHEN only the anchor changes
    const renewed = () => [keystore(), anchor(two), trust(), key(one), identity()];
    expect(await flow.apply(...renewed())).toEqual({});

    // THEN one restart does for both
    expect(timesRun()).toBe(2);
    expect(await flow.plan(...renewed())).toEqual([]);

    // WHEN only the key changes
    const rekeyed = () => [keystore(), anchor(two), trust(), key(two), identity()];
    expect(await flow.apply(...rekeyed())).toEqual({});
    expect(timesRun()).toBe(3);
    expect(await flow.plan(...rekeyed())).toEqual([]);
  });

  test("stays owed where nobody brings the key, without an error", async () => {
    const all = () => [keystore(), anchor(one), trust()];
    expect(await flow.apply(...all())).toEqual({});
    expect(timesRun()).toBe(0);
    expect(await flow.plan(...all())).toEqual(["flow_trust"]);
    expect(await flow.apply(...all())).toEqual({});
    expect(flow.row("flow_trust")).toMatchObject({ state: "deferred" });
  });

  test("finds a key that nobody here has delivered in the store itself", async () => {
    writeTestStore(join(folder, "store.p12"), "modern", PASSWORD, [keyEntry("flow", one)]);
    expect(await flow.apply(keystore(), anchor(one), trust())).toEqual({});
    expect(flow.row("flow_trust")).toMatchObject({ state: "proven" });
    expect(timesRun()).toBe(1);
  });
});
