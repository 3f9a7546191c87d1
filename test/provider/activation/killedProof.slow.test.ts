import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readStore } from "../../../lib/keystore";
import { fingerprintOf } from "../../../lib/provider/entries";
import type { Values } from "../../../lib/provider/protocol";
import { anchorEntry, makeIdentity } from "../support/stores";
import {
  activation,
  type Declared,
  Deployment,
  entry,
  keystore,
  PASSWORD,
  scratchForEachTest,
} from "./deployment";

const versions = ["one", "two", "three"] as const;
type Version = (typeof versions)[number];
const identities = { one: makeIdentity("one"), two: makeIdentity("two"), three: makeIdentity("three") };

/** A kind of thing that goes back, and what of it is there. */
interface Kind {
  readonly file: Values & { readonly path: string };
  readonly rows: (root: string, version: Version) => readonly Declared[];
  readonly held: (path: string) => string | undefined;
}

const kinds: Readonly<Record<string, Kind>> = {
  "a whole file": {
    file: { path: "/opt/file" },
    rows: (root, version) => {
      const artifact = join(root, version);
      writeFileSync(artifact, version);
      const sha256 = createHash("sha256").update(version).digest("hex");
      const config = { host: "local:host", path: "/opt/file", artifact, sha256 };
      return [{ type: "trust_file", name: "file", config }];
    },
    held: (path) => readFileSync(path, "utf8"),
  },
  "a setting": {
    file: { path: "/opt/server.properties" },
    rows: (_, version) => {
      const setting = { kind: "property", element: null, attribute: null, key: "name", pattern: null };
      const settings = [{ ...setting, value: version, on_foreign: null }];
      const config = { host: "local:host", path: "/opt/server.properties", settings };
      return [{ type: "trust_config_file", name: "config", config }];
    },
    held: (path) => /^name=(.*)$/m.exec(readFileSync(path, "utf8"))?.[1],
  },
  "an entry": {
    file: { path: "/opt/store.p12", password: "env:ACTIVATION_PASSWORD" },
    rows: (root, version) => {
      const identity = identities[version];
      return [keystore(), entry(root, anchorEntry("x", identity), identity.sha256)];
    },
    held: (path) => {
      const [only] = readStore(readFileSync(path), PASSWORD).entries;
      const sha256 = only === undefined ? undefined : fingerprintOf(only);
      return versions.find((version) => identities[version].sha256 === sha256);
    },
  },
};

/** Up to more than an apply with a roll-back writes; at 6 a thing is about to go back. */
const points = process.env["SLOW"] === "1" ? [...Array(12).keys()] : [6];

describe.each(Object.keys(kinds))("a proof after a run that was killed on its way back, of %s", (name) => {
  const kind = kinds[name];
  if (kind === undefined) throw new Error(name);
  let root: string;
  let folder: string;
  let web: Deployment;

  scratchForEachTest((made, opt) => {
    [root, folder] = [made, opt];
    writeFileSync(join(folder, "server.properties"), "# theirs\n");
    web = new Deployment("p/e/web", root);
  });

  test.each(points)("after %i writes is of what is there", async (writes) => {
    const held = () => kind.held(join(root, "host", kind.file.path));
    const works = (version: Version) => [...kind.rows(root, version), activation("true", [kind.file])];
    const fails = (version: Version) => [...kind.rows(root, version), activation("exit 7", [kind.file])];
    await web.apply(...works("one"));
    await web.applyKilled(writes, ...fails("two"));

    // WHEN the same is proven after all
    expect(await web.apply(...works("two"))).toEqual({});
    expect(held()).toBe("two");
    expect(await web.plan(...works("two"))).toEqual([]);

    // THEN the next one that fails goes back to it
    const errors = await web.apply(...fails("three"));
    expect(errors["product"]).toContain("Rolled back");
    expect(held()).toBe("two");
  });
});
