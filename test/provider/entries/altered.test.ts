import { claimsOf, noOwnership } from "../../../lib/hosts";
import {
  createStore,
  findEntry,
  type IdentityEntry,
  readStore,
  setEntry,
  writeStore,
} from "../../../lib/keystore";
import {
  AS_DECLARED,
  contentOf,
  fingerprintOf,
  holdsSame,
  keyStateOf,
  placeEntry,
  settleClaims,
  updateEntry,
} from "../../../lib/provider/entries";
import type { OpenDraft } from "../../../lib/provider/storeDraft";
import { makeWorld } from "../../hop/materials";
import type { MadeIdentity } from "../../support/certificateMaker";
import { claimantFor, claimId, claims, Refused, type Row } from "./support";

const PASSWORD = "store-password";
const { server } = makeWorld();
const other = makeWorld().server;

function entryOf({ chain, pkcs8 }: MadeIdentity, certificates = chain, password?: string): IdentityEntry {
  const key = { kind: "clear", pkcs8 } as const;
  return {
    kind: "identity",
    alias: "server",
    chain: certificates,
    key: password === undefined ? key : { ...key, password },
  };
}

const declared = entryOf(server);

function rowOf(number: number, owner: string, found: IdentityEntry = declared): Row {
  return {
    claim: claimId(number),
    owner,
    alias: "server",
    content: contentOf(found),
    sha256: fingerprintOf(found) ?? "",
  };
}

const refuse = (reason: string) => (): never => {
  throw new Refused(reason);
};

const options = {
  isSame: (existing: Parameters<typeof holdsSame>[0]) => holdsSame(existing, declared, PASSWORD),
  onForeign: refuse("foreign"),
  onOthers: refuse("others"),
  onLost: refuse("lost"),
  onDrift: refuse("drift"),
  onShared: refuse("shared"),
};

/** As it stands in the file: keys sealed. */
function written(draft: OpenDraft): OpenDraft {
  return settleClaims({ ...draft, store: readStore(writeStore(draft.store, PASSWORD), PASSWORD) });
}

function shared(): OpenDraft {
  const empty: OpenDraft = { store: createStore("jks"), ownership: noOwnership };
  const one = placeEntry(empty, declared, claimantFor(rowOf(1, "shop/prod/one")), options);
  return written(placeEntry(written(one), declared, claimantFor(rowOf(2, "shop/prod/two")), options));
}

function replaced(draft: OpenDraft, found: IdentityEntry): OpenDraft {
  return written({ ...draft, store: setEntry(draft.store, found) });
}

describe("what two owners share, and a person has changed,", () => {
  const both = ["server shop/prod/one created", "server shop/prod/two created"];

  test.each<[string, IdentityEntry]>([
    ["a key under another password", entryOf(server, server.chain, "another")],
    ["a key that is not the one of its certificate", entryOf({ ...server, pkcs8: other.pkcs8 })],
    ["a chain that was cut", entryOf(server, server.chain.slice(0, 1))],
    [
      "a chain with another behind it",
      entryOf(server, [...server.chain.slice(0, 1), ...other.chain.slice(1)]),
    ],
  ])("%s is put right for both by either", (_what, found) => {
    const draft = replaced(shared(), found);
    expect(claims(draft)).toEqual(both);

    const mended = written(
      updateEntry(
        draft,
        declared,
        claimantFor(rowOf(2, "shop/prod/two")),
        rowOf(2, "shop/prod/two", found),
        options,
      ),
    );

    const entry = findEntry(mended.store, "server");
    expect(entry?.kind === "identity" && keyStateOf(entry, PASSWORD)).toBe(AS_DECLARED);
    expect(entry !== undefined && contentOf(entry)).toBe(contentOf(declared));
    expect(claims(mended)).toEqual(both);
    expect(claimsOf(mended.ownership).map(({ kept }) => kept)).toEqual([undefined, undefined]);
  });

  test("another key is still refused, and so is what the plan did not show", () => {
    const draft = replaced(shared(), entryOf(other));
    const claimant = claimantFor(rowOf(2, "shop/prod/two"));
    const update = (from: Row) => () => updateEntry(draft, declared, claimant, from, options);

    expect(update(rowOf(2, "shop/prod/two", entryOf(other)))).toThrow("foreign");
    expect(update(rowOf(2, "shop/prod/two"))).toThrow("drift");
  });
});
