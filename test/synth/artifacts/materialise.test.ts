import { readStore } from "../../../lib/keystore";
import type { ResolvedIdentity } from "../../../lib/lock";
import type { ConfigFilePlan, FilePlan, StorePlan, TrustPlan } from "../../../lib/model";
import { materialise } from "../../../lib/synth/artifacts/materialise";
import { keystore, plan, truststore } from "../../check/plans";
import { makeCertificate } from "../../support/certificateMaker";

const now = new Date("2026-06-01T00:00:00Z");
const server = makeCertificate({ now, subject: "server.example" });
const whole: ResolvedIdentity = { chain: server.chain, anchor: server.der, privateKey: server.pkcs8 };
const notBeforeMs = now.getTime() - 24 * 3_600_000;

function artifactsOf(
  declared: TrustPlan,
  { identity = whole, files = {} }: { identity?: ResolvedIdentity; files?: Record<string, string> } = {},
) {
  return materialise({
    plan: declared,
    identity: (id) => (id === "identity" ? identity : undefined),
    secret: (reference) => `value of ${reference}`,
    readFile: (path) => (files[path] === undefined ? undefined : Buffer.from(files[path])),
  });
}

const file: FilePlan = {
  id: "file",
  hostId: "server",
  path: "/opt/server/readme.txt",
  mode: 0o644,
  content: { kind: "text", text: "hello" },
};
const configFile: ConfigFilePlan = {
  id: "config",
  hostId: "server",
  path: "/opt/server/app.properties",
  settings: [
    { kind: "property", key: "port", value: "8443" },
    { kind: "property", key: "old", value: null },
  ],
};

describe("materialise", () => {
  test("minimal: a plan without entries makes nothing, not even an empty store", () => {
    expect(artifactsOf(plan({ entries: [] }))).toEqual([]);
  });

  test("full: stores under their own passwords, files, and what is to be set", () => {
    // WHEN
    const artifacts = artifactsOf(plan({ files: [file], configFiles: [configFile] }));

    // THEN
    expect(artifacts.map(({ path }) => path)).toEqual([
      "artifacts/server/opt/server/keystore",
      "artifacts/client/opt/client/truststore",
      "artifacts/server/opt/server/readme.txt",
      "artifacts/server/opt/server/app.properties.settings",
    ]);
    const [keys, anchors, text, settings] = artifacts.map(({ bytes }) => bytes);
    if (keys === undefined || anchors === undefined) throw new Error("both stores are expected");
    expect(readStore(keys, "value of env:KEYSTORE_PASSWORD").entries).toMatchObject([
      { kind: "identity", alias: "server", createdMs: notBeforeMs, chain: [server.der] },
    ]);
    expect(readStore(anchors, "value of env:TRUSTSTORE_PASSWORD").entries).toMatchObject([
      { kind: "anchor", alias: "server", createdMs: notBeforeMs, certificate: server.der },
    ]);
    expect(Buffer.from(text ?? []).toString("utf8")).toBe("hello");
    expect(Buffer.from(settings ?? []).toString("utf8")).toBe(
      "property port = 8443\nproperty old = (removed)\n",
    );
  });

  test.each<StorePlan["profile"]>(["jks", "modern", "compat"])(
    "makes the same bytes of the same inputs: %s",
    (profile) => {
      const stores = [keystore, truststore].map((store) => ({ ...store, profile }));
      const declared = plan({ stores, files: [file], configFiles: [configFile] });
      expect(artifactsOf(declared)).toEqual(artifactsOf(declared));
    },
  );

  test("spells aliases as keytool does, in lower case, which is all that Java finds in a JKS", () => {
    const aliasOf = (profile: StorePlan["profile"]) => {
      const [key] = plan().entries.map((entry) => ({ ...entry, alias: "Server" }));
      const stores = [{ ...keystore, profile }];
      const [made] = artifactsOf(plan({ stores, entries: key === undefined ? [] : [key] }));
      return readStore(made?.bytes ?? new Uint8Array(), "value of env:KEYSTORE_PASSWORD").entries[0]?.alias;
    };
    expect([aliasOf("jks"), aliasOf("modern")]).toEqual(["server", "server"]);
  });

  test("takes a password beyond ASCII only for a reader that opens it", () => {
    const make = (store: Partial<StorePlan>) => () =>
      materialise({
        plan: plan({ stores: [{ ...keystore, profile: "modern", ...store }] }),
        identity: () => whole,
        secret: () => "pässword1",
        readFile: () => undefined,
      });
    expect(make({})).toThrow("the password holds characters other than printable ASCII");
    expect(make({ reader: { kind: "java", release: 17 } })).toThrow("printable ASCII");
    const [artifact] = make({ reader: { kind: "java", release: 25 } })();
    expect(readStore(artifact?.bytes ?? Buffer.of(), "pässword1").entries).toHaveLength(1);
  });

  test("edits the site's own copy whole", () => {
    const artifacts = artifactsOf(
      plan({ entries: [], configFiles: [{ ...configFile, source: "site/app.properties" }] }),
      { files: { "site/app.properties": "# ours\nport=80\nold=1\nkept=yes\n" } },
    );
    expect(artifacts.map(({ path, bytes }) => [path, Buffer.from(bytes).toString("utf8")])).toEqual([
      ["artifacts/server/opt/server/app.properties", "# ours\nport=8443\nkept=yes\n"],
    ]);
  });

  test("is refused where the site's copy is missing", () => {
    const declared = plan({ configFiles: [{ ...configFile, source: "site/app.properties" }] });
    expect(() => artifactsOf(declared)).toThrow(
      expect.objectContaining({
        code: "missing-source",
        message: expect.stringContaining("config names site/app.properties") as string,
      }),
    );
  });

  test.each<[string, Partial<TrustPlan>, string, string]>([
    ["a store and a file", { files: [{ ...file, path: keystore.path }] }, "keystore", "file"],
    ["two files", { files: [file, { ...file, id: "other" }] }, "file", "other"],
    [
      "a file and an edited file",
      { files: [file], configFiles: [{ ...configFile, path: file.path, source: "site" }] },
      "file",
      "config",
    ],
  ])("refuses one file with two owners: %s", (_title, changes, first, second) => {
    expect(() => artifactsOf(plan(changes), { files: { site: "" } })).toThrow(
      expect.objectContaining({
        code: "file-declared-twice",
        message: expect.stringContaining(
          `is written by ${first} and by ${second}. One file has one owner`,
        ) as string,
      }),
    );
  });

  test("the same path on two hosts is two files", () => {
    const files = [file, { ...file, id: "other", hostId: "client" }];
    expect(artifactsOf(plan({ entries: [], files })).map(({ path }) => path)).toEqual([
      "artifacts/server/opt/server/readme.txt",
      "artifacts/client/opt/server/readme.txt",
    ]);
  });
});
