import {
  type OpenLock,
  StaleLockError,
  announce,
  goBack,
  openLock,
  pinIdentities,
  pruneLock,
  readLock,
  formatLock,
  renameIdentities,
  retire,
  switchOver,
} from "../../../lib/lock";
import {
  PASSPHRASE,
  authority,
  daysLater,
  issued,
  pin,
  pinOptions,
  seededRandom,
  thrownBy,
} from "../support";
import { FLEET, checkLock, identityOf, rotateOptions, signed, states, steady } from "./support";

/** What a frozen synth says on a day; undefined where all is well. */
function stale(open: OpenLock, days: number, declared = FLEET): string[] {
  try {
    pinIdentities(pinOptions(declared, open, { frozen: true, now: daysLater(days) }));
    return [];
  } catch (error) {
    if (error instanceof StaleLockError) return error.stale.map(({ id, reason }) => `${id}: ${reason}`);
    throw error;
  }
}

describe("the life of a rotation, day by day", () => {
  const declared = FLEET.slice(0, 3);
  const on = (days: number) => ({ now: daysLater(days) });

  test("announced before the current one ends: the next one carries on, and what ends is named until it is served", () => {
    const before = steady(declared);
    // The server's certificate ends on day 90.
    expect(stale(before, 60, declared)).toEqual([]);
    const first = signed(before, announce(rotateOptions(before, "web", declared, on(60))));
    expect(stale(first, 89, declared)).toEqual([]);
    expect(stale(first, 90, declared)).toEqual([
      expect.stringMatching(
        /^web: generation 1 expired on 2026-05-30; it is announced, and nothing re-issues it meanwhile: go on with `cdktf-trust rotate web --advance`/,
      ),
    ]);
    const second = signed(first, switchOver(first.lock, "web"));
    expect(stale(second, 90, declared)).toEqual([]);
    const third = signed(second, retire(second.lock, "web"));
    // The next one was made on day 60.
    expect(stale(third, 149, declared)).toEqual([]);
    expect(stale(third, 150, declared)).toEqual(["web: generation 2 expired on 2026-07-29"]);
  });

  test("a former generation that ends while it is still trusted is nobody's concern", () => {
    const before = steady(declared);
    const first = signed(before, announce(rotateOptions(before, "web", declared, on(60))));
    const second = signed(first, switchOver(first.lock, "web"));
    expect(stale(second, 149, declared)).toEqual([]);
    expect(stale(second, 150, declared)).toEqual([
      expect.stringMatching(/^web: generation 2 expired on 2026-07-29; it is switched/),
    ]);
    const third = signed(second, retire(second.lock, "web"));
    expect(states(pin(declared, third, on(150)).open).web).toBe("steady 3");
  });

  test("a next one that ends before it was ever served is named, and given up", () => {
    const before = steady(declared);
    const renewed = pin(
      declared,
      signed(before, announce(rotateOptions(before, "ca", declared, on(1)))),
      on(1),
    ).open;
    expect(stale(renewed, 91, declared)).toEqual([
      expect.stringMatching(/^web: generation 1 expired on 2026-05-30; it is announced with "ca"/),
    ]);
    const back = signed(renewed, goBack(renewed.lock, "ca"));
    expect(states(pin(declared, back, on(91)).open)).toMatchObject({ ca: "steady 1", web: "steady 2" });
  });

  test("an authority that ended on its own is switched at once, and retired later", () => {
    const before = steady(declared);
    const second = pin(declared, before, on(1000)).open;
    expect(states(second)).toEqual({ root: "steady 1", ca: "switched 2 (1)", web: "switched 2 (1)" });
    expect(stale(second, 1089, declared)).toEqual([]);
    const third = signed(second, retire(second.lock, "ca"));
    expect(stale(third, 1089, declared)).toEqual([]);
  });

  test("a root is rotated a year before it ends, and nothing outlives its issuer on the way", () => {
    const root = [authority("root", undefined, 730), issued("web", "root", 365)];
    const before = steady(root);
    const again = pin(root, before, on(364)).open;
    const renewed = pin(root, again, { ...on(365), renewWithinDays: 1 }).open;
    const first = signed(renewed, announce(rotateOptions(renewed, "root", root, on(366))));
    const second = signed(first, switchOver(first.lock, "root"));
    const third = signed(second, retire(second.lock, "root"));
    expect(stale(third, 730, root)).toEqual([]);
    expect(stale(third, 731, root)).toEqual([expect.stringMatching(/^web: generation 3 expired on/)]);
    expect(states(pin(root, third, on(731)).open)).toEqual({ root: "steady 2", web: "steady 4" });
  });
});

describe("what else becomes of an identity in rotation", () => {
  const first = () => {
    const before = steady();
    return signed(before, announce(rotateOptions(before, "root")));
  };

  test("moved to another id it is in rotation still, with both keys", () => {
    const open = first();
    const { lock } = renameIdentities(
      open,
      (id) => (id === "root" ? "shop/root" : id),
      seededRandom("rename"),
    );
    const moved = signed(open, { lock });
    expect(states(moved)).toEqual({
      "shop/root": "announced 1 (2)",
      ca: "announced 1 (2)",
      web: "announced 1 (2)",
      jetty: "steady 1",
    });
    const second = signed(moved, switchOver(moved.lock, "shop/root"));
    const declared = [
      { ...authority("root"), id: "shop/root" },
      authority("ca", "shop/root", 1000),
      ...FLEET.slice(2),
    ];
    expect(stale(second, 0, declared)).toEqual([]);
    expect(identityOf(second.lock, "web").rotation?.phase).toBe("switched");
  });

  test("a recipient who goes does not open the key of either generation", () => {
    const more = first().addRecipient("ops", "the passphrase of operations", "open", seededRandom("more"));
    const fewer = more.removeRecipient("ops", seededRandom("fewer"));
    checkLock(fewer);
    const reopened = openLock(readLock(formatLock(fewer.lock)), PASSPHRASE);
    checkLock(reopened);
    const { rotation } = identityOf(fewer.lock, "web");
    const sealed = rotation?.other.privateKey;
    if (rotation === undefined || sealed === undefined) throw new Error("a next key was expected");
    expect(thrownBy(() => more.openKey("web", rotation.other, sealed))).toMatchObject({
      code: "tampered-lock",
    });
  });

  test("declared no more it is dropped, and the others go on without it", () => {
    const declared = FLEET.filter(({ id }) => id !== "web");
    const open = first();
    const pruned = signed(open, pruneLock(open.lock, [{ identities: declared, stores: [] }]));
    expect(states(signed(pruned, switchOver(pruned.lock, "root")))).toEqual({
      root: "switched 2 (1)",
      ca: "switched 2 (1)",
      jetty: "steady 1",
    });
    expect(stale(pruned, 0, declared)).toEqual([]);
  });
});
