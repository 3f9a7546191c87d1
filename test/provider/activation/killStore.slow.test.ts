import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readStore } from "../../../lib/keystore";
import { fingerprintOf } from "../../../lib/provider/entries";
import { slowly } from "../../support/tools";
import { anchorEntry, keyEntry, makeIdentity } from "../support/stores";
import {
  activation,
  type Declared,
  Deployment,
  entry,
  keystore,
  PASSWORD,
  recordOf,
  scratchForEachTest,
} from "./deployment";

const PASSWORD_REFERENCE = "env:ACTIVATION_PASSWORD";
const STORE = { path: "/opt/store.p12", password: PASSWORD_REFERENCE };
const isSlow = process.env["SLOW"] === "1";
/** Up to more than an apply writes, and than one that fails and is rolled back does. */
const FORWARD_WRITES = 14;
const FAILED_WRITES = 22;
const forward = isSlow ? [...Array(FORWARD_WRITES + 1).keys()] : [7];
const failing = isSlow ? [...Array(FAILED_WRITES + 1).keys()] : [6, 15];

const versions = ["v1", "v2", "bad"] as const;
type Version = (typeof versions)[number];
const keys = Object.fromEntries(versions.map((name) => [name, makeIdentity(`Key ${name}`)]));
const anchors = Object.fromEntries(versions.map((name) => [name, makeIdentity(`Anchor ${name}`)]));
const sha256Of = (made: typeof keys, name: Version) => made[name]?.sha256 ?? "";
const identityOf = (made: typeof keys, name: Version) => made[name] ?? makeIdentity(name);

/** Fingerprints of a store's entries, by alias. */
function heldIn(path: string): Record<string, string | undefined> {
  const { entries } = readStore(readFileSync(path), PASSWORD);
  return Object.fromEntries(entries.map((made) => [made.alias, fingerprintOf(made)]));
}

/** What a product does that starts: it copies what it reads, and does not start on a port that is `bad`. */
function start(root: string, folder: string, name: string): string {
  const copy = `cp ${folder}/store.p12 ${root}/${name}.p12; cp ${folder}/server.properties ${root}/${name}.properties`;
  return `${copy}; echo run >> ${root}/${name}.runs; ! grep -q bad ${root}/${name}.properties`;
}

function timesRun(root: string, name: string): number {
  const path = join(root, `${name}.runs`);
  return existsSync(path) ? readFileSync(path, "utf8").split("\n").length - 1 : 0;
}

function config(port: string): Declared {
  const setting = { kind: "property", element: null, attribute: null, key: "port", pattern: null };
  return {
    type: "trust_config_file",
    name: "config",
    config: {
      host: "local:host",
      path: "/opt/server.properties",
      settings: [{ ...setting, value: port, on_foreign: null }],
    },
  };
}

function key(root: string, version: Version): Declared {
  return entry(root, keyEntry("server", identityOf(keys, version)), sha256Of(keys, version));
}

function anchor(root: string, alias: string, version: Version): Declared {
  return entry(root, anchorEntry(alias, identityOf(anchors, version)), sha256Of(anchors, version));
}

describe("a killed activation of a store with a key and an anchor, and of a product's own file", () => {
  let root: string;
  let folder: string;
  let web: Deployment;

  scratchForEachTest((made, opt) => {
    [root, folder] = [made, opt];
    writeFileSync(join(folder, "server.properties"), "# theirs\nport=80\n");
    web = new Deployment("p/e/web", root);
  });

  const all = (version: Version): Declared[] => [
    keystore(),
    key(root, version),
    anchor(root, "partner", version),
    config(version),
    activation(start(root, folder, "web"), [STORE, { path: "/opt/server.properties" }]),
  ];
  const ofVersion = (version: Version) => ({
    entries: { server: sha256Of(keys, version), partner: sha256Of(anchors, version) },
    text: `# theirs\nport=${version}\n`,
  });
  const read = () => ({
    entries: heldIn(join(root, "web.p12")),
    text: readFileSync(join(root, "web.properties"), "utf8"),
  });
  const held = () => ({
    entries: heldIn(join(folder, "store.p12")),
    text: readFileSync(join(folder, "server.properties"), "utf8"),
  });
  const owed = (name: string) => recordOf(folder, name).activations?.["p/e/web product"]?.unproven ?? [];

  slowly("the last of these points is after the last write", async () => {
    await web.apply(...all("v1"));
    expect(await web.applyKilled(FORWARD_WRITES, ...all("v2"))).toBe(false);
    expect(await web.applyKilled(FAILED_WRITES, ...all("bad"))).toBe(false);
  });

  test.each(forward)("after %i writes is repeated by the next run, and converges", async (writes) => {
    await web.apply(...all("v1"));
    const before = timesRun(root, "web");

    // WHEN
    const isKilled = await web.applyKilled(writes, ...all("v2"));

    // THEN what is in the files is known to be owed
    const now = held();
    if (isKilled && now.entries["server"] !== ofVersion("v1").entries.server)
      expect(owed("store.p12")).toContain("key server");
    if (isKilled && now.entries["partner"] !== ofVersion("v1").entries.partner)
      expect(owed("store.p12")).toContain("anchor partner");
    if (isKilled && now.text !== ofVersion("v1").text) expect(owed("server.properties")).toHaveLength(1);
    expect(await web.apply(...all("v2"))).toEqual({});
    expect([read(), held()]).toEqual([ofVersion("v2"), ofVersion("v2")]);
    expect(timesRun(root, "web")).toBeGreaterThan(before);
    expect(await web.plan(...all("v2"))).toEqual([]);
    expect([...owed("store.p12"), ...owed("server.properties")]).toEqual([]);
  });

  test.each(failing)(
    "after %i writes on the way to a roll-back goes back in the next run",
    async (writes) => {
      await web.apply(...all("v1"));
      await web.applyKilled(writes, ...all("bad"));

      // WHEN the next run fails as this one would have
      const errors = await web.apply(...all("bad"));

      // THEN files and product are at what it ran with
      expect(errors["product"]).toContain("Rolled back");
      expect([read(), held()]).toEqual([ofVersion("v1"), ofVersion("v1")]);
      expect(await web.plan(...all("v1"))).toEqual([]);

      // WHEN it is put right, and then goes
      expect(await web.apply(...all("v2"))).toEqual({});
      expect([read(), held()]).toEqual([ofVersion("v2"), ofVersion("v2")]);
      expect(await web.plan(...all("v2"))).toEqual([]);
      await web.apply();

      // THEN what was there before all of them is there, and nothing else
      expect(readFileSync(join(folder, "server.properties"), "utf8")).toBe("# theirs\nport=80\n");
      expect(existsSync(join(folder, "store.p12"))).toBe(false);
    },
  );
});

describe("a killed activation of a store that another owner writes too", () => {
  let root: string;
  let folder: string;
  let web: Deployment;
  let other: Deployment;

  scratchForEachTest((made, opt) => {
    [root, folder] = [made, opt];
    writeFileSync(join(folder, "server.properties"), "port=80\n");
    web = new Deployment("p/e/web", root);
    other = new Deployment("p/e/other", root);
  });

  const ofWeb = (version: Version): Declared[] => [
    keystore(),
    key(root, version),
    config(version),
    activation(start(root, folder, "web"), [STORE, { path: "/opt/server.properties" }]),
  ];
  const ofOther = (version: Version): Declared[] => [
    keystore(),
    anchor(root, "partner", version),
    activation(start(root, folder, "other").replace(/!.*/, "true"), [STORE]),
  ];
  const held = () => heldIn(join(folder, "store.p12"));
  const owed = () =>
    Object.values(recordOf(folder, "store.p12").activations ?? {}).flatMap(({ unproven }) => unproven);

  test.each(forward)("after %i writes stays owed by its own alone", async (writes) => {
    await web.apply(...ofWeb("v1"));
    await other.apply(...ofOther("v1"));
    const before = timesRun(root, "other");

    // WHEN
    await web.applyKilled(writes, ...ofWeb("v2"));

    // THEN the other owner's plan knows nothing of it
    expect(await other.plan(...ofOther("v1"))).toEqual([]);
    // AND its deploy goes on, and proves nothing of ours
    expect(await other.apply(...ofOther("v2"))).toEqual({});
    expect(timesRun(root, "other")).toBe(before + 1);
    expect(held()["partner"]).toBe(sha256Of(anchors, "v2"));

    // WHEN
    expect(await web.apply(...ofWeb("v2"))).toEqual({});

    // THEN
    expect(held()).toEqual({ server: sha256Of(keys, "v2"), partner: sha256Of(anchors, "v2") });
    expect(heldIn(join(root, "web.p12"))["server"]).toBe(sha256Of(keys, "v2"));
    expect(await web.plan(...ofWeb("v2"))).toEqual([]);
    expect(await other.plan(...ofOther("v2"))).toEqual([]);
    expect(owed()).toEqual([]);
  });

  test.each(failing)("after %i writes on the way to a roll-back leaves the other's alone", async (writes) => {
    await web.apply(...ofWeb("v1"));
    await other.apply(...ofOther("v1"));
    await web.applyKilled(writes, ...ofWeb("bad"));
    expect(await other.apply(...ofOther("v2"))).toEqual({});

    // WHEN
    const errors = await web.apply(...ofWeb("bad"));

    // THEN only ours goes back
    expect(errors["product"]).toContain("Rolled back");
    expect(held()).toEqual({ server: sha256Of(keys, "v1"), partner: sha256Of(anchors, "v2") });
    expect(heldIn(join(root, "web.p12"))["server"]).toBe(sha256Of(keys, "v1"));
    expect(await web.plan(...ofWeb("v1"))).toEqual([]);
    expect(await other.plan(...ofOther("v2"))).toEqual([]);

    // WHEN the other one is killed likewise, and both go on
    await other.applyKilled(writes, ...ofOther("v1"));
    expect(await web.apply(...ofWeb("v2"))).toEqual({});
    expect(await other.apply(...ofOther("v1"))).toEqual({});
    expect(held()).toEqual({ server: sha256Of(keys, "v2"), partner: sha256Of(anchors, "v1") });
    expect(heldIn(join(root, "other.p12"))["partner"]).toBe(sha256Of(anchors, "v1"));
    expect(owed()).toEqual([]);
  });
});
