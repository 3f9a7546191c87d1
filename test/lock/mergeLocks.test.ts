import { type Lock, type OpenLock, formatLock, mergeLocks, openLock, readLock } from "../../lib/lock";
import type { IdentityPlan } from "../../lib/model";
import { ENVIRONMENT, PASSPHRASE, everyKind, newLock, pin, seededRandom, selfSigned } from "./support";

const OPS = "the passphrase of operations";
const PLACE = "ispw:/cacerts";

describe("merging locks", () => {
  let base: OpenLock;

  beforeAll(() => {
    const { open } = pin([selfSigned("web"), selfSigned("jetty")], newLock());
    base = open.addRecipient("ops", OPS, "open", seededRandom("ops"));
  });

  /** Another branch: its keys and certificates are others. */
  function adding(seed: string, ...identities: readonly IdentityPlan[]): Lock {
    return pin(identities, base, { randomBytes: seededRandom(seed) }).lock;
  }

  function renewing(seed: string, ...ids: readonly string[]): Lock {
    return pin(
      [...ids].map((id) => selfSigned(id)),
      base,
      {
        renew: new Set(ids),
        randomBytes: seededRandom(seed),
      },
    ).lock;
  }

  function without(lock: Lock, id: string): Lock {
    return { ...lock, identities: new Map([...lock.identities].filter(([each]) => each !== id)) };
  }

  function observing(anchors: Readonly<Record<string, string>>, at: string): Lock {
    const observations = new Map([[PLACE, { anchors: new Map(Object.entries(anchors)), at }]]);
    return base.withLock({ ...base.lock, observations }).signed(seededRandom("sign")).lock;
  }

  /** The merge both ways, each read as any lock is, signatures included. */
  function merged(one: Lock, other: Lock, from: Lock | undefined = base.lock) {
    const forth = mergeLocks(from, one, other);
    const back = mergeLocks(from, other, one);
    for (const { lock } of [forth, back]) expect(readLock(formatLock(lock), ENVIRONMENT)).toEqual(lock);
    expect(forth.conflicts.map(({ part, key }) => [part, key])).toEqual(
      back.conflicts.map(({ part, key }) => [part, key]),
    );
    if (forth.conflicts.length === 0) expect(formatLock(forth.lock)).toBe(formatLock(back.lock));
    return { ...forth, back };
  }

  function generations(lock: Lock): Record<string, number> {
    return Object.fromEntries([...lock.identities].map(([id, { generation }]) => [id, generation]));
  }

  test("different identities stand side by side, and their keys open", () => {
    const { lock, conflicts } = merged(adding("a", selfSigned("orders")), adding("b", selfSigned("billing")));
    expect(conflicts).toEqual([]);
    expect(generations(lock)).toEqual({ billing: 1, jetty: 1, orders: 1, web: 1 });
    const open = openLock(lock, PASSPHRASE);
    for (const id of lock.identities.keys()) expect(open.privateKey(id).length).toBeGreaterThan(0);
  });

  test("gives the bytes of a lock that one branch alone would have made", () => {
    const both = pin([selfSigned("billing")], base.withLock(adding("a", selfSigned("orders"))), {
      randomBytes: seededRandom("b"),
    }).lock;
    const { lock } = merged(adding("a", selfSigned("orders")), adding("b", selfSigned("billing")));
    expect(formatLock(lock).split("\n").length).toBe(formatLock(both).split("\n").length);
    expect(formatLock(merged(both, base.lock).lock)).toBe(formatLock(both));
  });

  test("renewals of different identities are both taken", () => {
    const { lock, conflicts } = merged(renewing("a", "web"), renewing("b", "jetty"));
    expect(conflicts).toEqual([]);
    expect(generations(lock)).toEqual({ jetty: 2, web: 2 });
  });

  test("of one identity that both renewed the higher generation stays", () => {
    const once = renewing("a", "web");
    const twice = pin([selfSigned("web")], base.withLock(renewing("b", "web")), {
      renew: new Set(["web"]),
      randomBytes: seededRandom("c"),
    }).lock;
    const { lock, conflicts } = merged(once, twice);
    expect(conflicts).toEqual([]);
    expect(lock.identities.get("web")).toEqual(twice.identities.get("web"));
  });

  test("one generation with two certificates is a conflict that says what to run; the rest is merged", () => {
    const ours = pin([selfSigned("orders")], base.withLock(renewing("a", "web"))).lock;
    const theirs = pin([selfSigned("billing")], base.withLock(renewing("b", "web"))).lock;
    const { lock, conflicts } = merged(ours, theirs);
    expect(conflicts).toEqual([
      {
        part: "identity",
        key: "web",
        reason:
          "both sides changed it; it is kept as ours has it, and `cdktf-trust lock --renew web` makes a generation " +
          "in the place of both",
      },
    ]);
    expect(generations(lock)).toEqual({ billing: 1, jetty: 1, orders: 1, web: 2 });
    expect(lock.identities.get("web")).toEqual(ours.identities.get("web"));
  });

  test("an identity that one side removed is gone, unless the other changed it", () => {
    expect(generations(merged(without(base.lock, "web"), renewing("b", "jetty")).lock)).toEqual({ jetty: 2 });
    expect(generations(merged(without(base.lock, "web"), without(base.lock, "web")).lock)).toEqual({
      jetty: 1,
    });
    const { lock, conflicts } = merged(without(base.lock, "web"), renewing("b", "web"));
    expect(conflicts).toMatchObject([
      {
        key: "web",
        reason: expect.stringMatching(/^ours removed it and theirs changed it; it is kept as theirs/),
      },
    ]);
    expect(generations(lock)).toEqual({ jetty: 1, web: 2 });
  });

  test("without anything in common both sides' parts are taken, of a lock that both copied", () => {
    const { lock, conflicts } = mergeLocks(undefined, adding("a", selfSigned("orders")), base.lock);
    expect(conflicts).toEqual([]);
    expect(generations(lock)).toEqual({ jetty: 1, orders: 1, web: 1 });
  });

  test("a recipient who came on one side opens what the other one added", () => {
    const more = base.addRecipient("deploy", "the passphrase of deploys", "open", seededRandom("more")).lock;
    const { lock, conflicts } = merged(more, adding("b", selfSigned("orders")));
    expect(conflicts).toEqual([]);
    expect(lock.recipients.map(({ id }) => id)).toEqual(["ci", "deploy", "ops"]);
    expect(openLock(lock, "the passphrase of deploys").privateKey("orders").length).toBeGreaterThan(0);
  });

  test("a recipient who went on one side does not take with it what the other one removed", () => {
    const fewer = base.removeRecipient("ops", seededRandom("fewer")).lock;
    const { lock, conflicts } = merged(fewer, without(base.lock, "web"));
    expect(conflicts).toEqual([]);
    expect(generations(lock)).toEqual({ jetty: 1 });
    expect(openLock(lock, PASSPHRASE).privateKey("jetty").length).toBeGreaterThan(0);
  });

  test("keys that were sealed before a recipient went are named, because nobody would open them", () => {
    const fewer = base.removeRecipient("ops", seededRandom("fewer")).lock;
    const more = pin([selfSigned("orders")], base.withLock(renewing("b", "web"))).lock;
    const { lock, conflicts, back } = merged(fewer, more);
    expect(conflicts).toMatchObject([
      {
        key: "web",
        reason: expect.stringMatching(/theirs changed it, and ours removed.*as ours.*lock --renew web/),
      },
      { key: "orders", reason: expect.stringMatching(/it is left out, and `cdktf-trust lock` makes/) },
    ]);
    expect(back.conflicts[0]?.reason).toMatch(/ours changed it, and theirs removed.*as theirs/);
    for (const each of [lock, back.lock]) {
      expect(generations(each)).toEqual({ jetty: 1, web: 1 });
      expect(openLock(each, PASSPHRASE).privateKey("web").length).toBeGreaterThan(0);
    }
  });

  test("a certificate without a key stands under the new data key", () => {
    const fewer = base.removeRecipient("ops", seededRandom("fewer")).lock;
    const partner = everyKind().lock.identities.get("partner");
    if (partner === undefined) throw new Error("a partner was expected");
    const identities = new Map([...base.lock.identities, ["partner", partner]]);
    const more = base.withLock({ ...base.lock, identities }).signed(seededRandom("sign")).lock;
    expect(generations(merged(fewer, more).lock)).toEqual({ jetty: 1, partner: 1, web: 1 });
    expect(merged(fewer, more).conflicts).toEqual([]);
  });

  test("what a former signer signed does not stand under the new one", () => {
    const two = base.addRecipient("lead", "the passphrase of the lead", "sign", seededRandom("lead"));
    const fewer = two.removeRecipient("ci", seededRandom("fewer")).lock;
    const more = pin([selfSigned("orders")], two).lock;
    const { lock, conflicts } = merged(fewer, more, two.lock);
    expect(conflicts).toMatchObject([{ key: "orders", reason: expect.stringContaining("signed") }]);
    expect(lock.signer).toEqual(fewer.signer);
  });

  test("two changed headers are not merged: ours stays whole, and what theirs has is named", () => {
    const one = base.addRecipient("one", "the passphrase of the one", "open", seededRandom("one")).lock;
    const two = base.addRecipient("two", "the passphrase of the two", "open", seededRandom("two"));
    const other = pin([selfSigned("orders")], two).lock;
    const { lock, conflicts } = merged(one, other);
    expect(formatLock(lock)).toBe(formatLock(one));
    expect(conflicts).toMatchObject([
      {
        part: "header",
        reason: expect.stringMatching(/git checkout --ours.*--add-recipient.*alone has changed: orders$/),
      },
    ]);
  });

  test("observations are merged by place; one place seen differently is a conflict", () => {
    const one = observing({ "AB:CD": "electricflow" }, "2026-03-01T12:00:00Z");
    const same = observing({ "AB:CD": "electricflow" }, "2026-04-01T12:00:00Z");
    const other = observing({ "AB:CD": "flow" }, "2026-04-01T12:00:00Z");
    expect(merged(one, adding("b", selfSigned("orders"))).lock.observations).toEqual(one.observations);
    expect(mergeLocks(base.lock, one, same)).toMatchObject({ conflicts: [] });
    expect(merged(one, other).conflicts).toMatchObject([
      { part: "observation", key: PLACE, reason: expect.stringContaining("lock --observe") },
    ]);
  });
});
