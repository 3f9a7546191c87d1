import {
  formatLock,
  openLock,
  pinIdentities,
  readLock,
  renameIdentities,
  resolveIdentity,
  type OpenLock,
} from "../../lib/lock";
import { PASSPHRASE, authority, everyKind, issued, newLock, pin, pinOptions, seededRandom } from "./support";

const rename =
  (from: string, to: string) =>
  (id: string): string =>
    id === from || id.startsWith(`${from}/`) ? `${to}${id.slice(from.length)}` : id;

/** Renames, signs, writes and opens it again with the passphrase. */
function renamed(open: OpenLock, newIdOf: (id: string) => string) {
  const { lock, renamed: ids } = renameIdentities(open, newIdOf, seededRandom("rename"));
  const text = formatLock(open.withLock(lock).signed(seededRandom("sign")).lock);
  return { open: openLock(readLock(text), PASSPHRASE), ids };
}

describe("renaming identities of a lock", () => {
  test("keeps keys, certificates and generations, and opens under the new id only", () => {
    const before = everyKind();

    const { open, ids } = renamed(before, rename("web", "shop/web"));

    expect(ids).toEqual([{ from: "web", to: "shop/web" }]);
    expect(open.lock.identities.has("web")).toBe(false);
    const [identity, after] = [before.lock.identities.get("web"), open.lock.identities.get("shop/web")];
    expect(after).toEqual({
      ...identity,
      formerIds: ["web"],
      signature: expect.any(Buffer),
      privateKey: expect.any(Object),
    });
    expect(after).toMatchObject({ generation: 2, previous: { generation: 1 } });
    expect(after?.privateKey).not.toEqual(identity?.privateKey);
    expect(resolveIdentity(open.lock, "shop/web", open)).toEqual(resolveIdentity(before.lock, "web", before));
  });

  test("of an authority reaches what it issued, and renews nothing", () => {
    const before = pin([authority("a/root"), issued("web", "a/root")], newLock());

    const { open } = renamed(before.open, rename("a", "b"));

    expect(open.lock.identities.get("web")).toMatchObject({ request: { issuerId: "b/root" } });
    const declared = pinOptions([{ ...authority("a/root"), id: "b/root" }, issued("web", "b/root")], open);
    expect(pinIdentities(declared).changes).toEqual([]);
  });

  test("keeps every earlier id, also of one that comes back", () => {
    const there = renamed(everyKind(), rename("adopted", "adopted2"));
    expect(there.open.lock.identities.get("adopted2")?.formerIds).toEqual(["an earlier id", "adopted"]);
    const back = renamed(there.open, rename("adopted2", "adopted"));
    expect(back.open.lock.identities.get("adopted")?.formerIds).toEqual(["an earlier id", "adopted2"]);
  });

  test("leaves observations and all others as they were, signatures included", () => {
    const before = everyKind();
    const { open } = renamed(before, rename("web", "shop/web"));
    expect(open.lock.observations).toEqual(before.lock.observations);
    for (const id of ["root", "ca", "jetty", "partner", "gateway", "adopted"])
      expect(open.lock.identities.get(id)).toEqual(before.lock.identities.get(id));
  });
});
