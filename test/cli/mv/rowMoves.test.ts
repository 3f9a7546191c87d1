import { type Rename, parseRename } from "../../../lib/cli/mv/rename";
import { rowMovesOf } from "../../../lib/cli/mv/rowMoves";
import type { TrustPlan } from "../../../lib/model";
import type { StateRow } from "../../../lib/project";

const empty: TrustPlan = {
  formatVersion: 2,
  toolVersion: "0.1.0",
  project: "trust",
  environment: "prod",
  stack: "shop",
  hosts: [],
  systems: [],
  identities: [],
  stores: [],
  entries: [],
  endpoints: [],
  bindings: [],
  hops: [],
  files: [],
  configFiles: [],
  runbooks: [],
  fingerprints: [],
};

const stores = (...ids: readonly string[]): Pick<TrustPlan, "stores"> => ({
  stores: ids.map((id) => ({
    id,
    hostId: "app",
    path: `/opt/${id}`,
    profile: "jks",
    password: "env:P",
    ifMissing: "create",
  })),
});

const anchors = (...ids: readonly string[]): Pick<TrustPlan, "entries"> => ({
  entries: ids.map((id) => ({
    kind: "anchor",
    id,
    storeId: "shop/Store",
    alias: "a",
    identityId: "shop/I",
    part: "anchor",
    unlessAlreadyTrusted: false,
    onForeign: "refuse",
  })),
});

function row(address: string, claim = address): StateRow {
  const [type = "", name = ""] = address.split(".");
  return { address, type, name, isPlain: true, id: address, claim };
}

function within(rename: Rename, plan: Partial<TrustPlan>, ...addresses: readonly string[]) {
  const whole = { ...empty, ...plan };
  const rows = addresses.map((address) => row(address));
  return rowMovesOf(rename, { plan: whole, oldPlan: whole, from: rows, to: rows }).moves.map(
    ({ from, to }) => `${from} ${to}`,
  );
}

describe("the rows of a rename", () => {
  test("are those of its parts alone, however alike others are called", () => {
    const moved = within(
      parseRename("shop/A", "shop/B"),
      stores("shop/B/Store", "shop/A_Store"),
      "trust_keystore.A_Store",
      "trust_keystore.AA_Store",
      "trust_file.A_Store",
    );
    // What is declared as A_Store still has the name that A/Store had before.
    expect(moved).toEqual([]);
    expect(within(parseRename("shop/A", "shop/B"), stores("shop/B/Store"), "trust_keystore.A_Store")).toEqual(
      ["trust_keystore.A_Store trust_keystore.B_Store"],
    );
  });

  test("keep the fingerprint in the name of each generation of an anchor", () => {
    const moved = within(
      parseRename("shop/A", "shop/B"),
      anchors("shop/B"),
      "trust_truststore_entry.A_0a1b2c3d",
      "trust_truststore_entry.A_ffffffff",
      "trust_truststore_entry.A_Other_0a1b2c3d",
    );
    expect(moved).toEqual([
      "trust_truststore_entry.A_0a1b2c3d trust_truststore_entry.B_0a1b2c3d",
      "trust_truststore_entry.A_ffffffff trust_truststore_entry.B_ffffffff",
    ]);
  });

  test("get a digest where another part has the name", () => {
    const [moved = ""] = within(
      parseRename("shop/A", "shop/B/Store"),
      stores("shop/B_Store", "shop/B/Store"),
      "trust_keystore.A",
      "trust_keystore.B_Store",
    );
    expect(moved).toMatch(/^trust_keystore\.A trust_keystore\.B_Store_[0-9a-f]{8}$/);
  });

  test("are refused where the new address is something else's", () => {
    const rename = parseRename("shop/A", "shop/B");
    expect(() => within(rename, stores("shop/B"), "trust_keystore.A", "trust_keystore.B")).toThrow(
      "the state of shop holds trust_keystore.B already, as something else",
    );
  });

  test("that an earlier run has put into the other state are only taken out of the old one", () => {
    const rename = parseRename("shop", "other");
    const plan = { ...empty, stack: "other", ...stores("other/Store") };
    const from = [row("trust_keystore.Store")];
    expect(rowMovesOf(rename, { plan, from, to: from })).toMatchObject({
      moves: [],
      leftBehind: ["trust_keystore.Store"],
    });
    const to = [row("trust_keystore.Store", "another claim")];
    expect(() => rowMovesOf(rename, { plan, from, to })).toThrow("already, as something else");
  });
});

test.each([
  ["a/b", "a/b", "is given twice"],
  ["a/b", "a", "write two stacks, or two ids"],
  ["a//b", "a/c", "is no id"],
  ["a/b", "a/b/c", "one is within the other"],
])("%s and %s are no rename", (from, to, message) => {
  expect(() => parseRename(from, to)).toThrow(message);
});
