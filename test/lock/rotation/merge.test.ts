import {
  type Evidence,
  type Lock,
  type OpenLock,
  formatLock,
  goBack,
  mergeLocks,
  pinIdentities,
  readLock,
  retire,
  rolledBack,
  switchOver,
  withEvidence,
} from "../../../lib/lock";
import { issued, pin, pinOptions, seededRandom, thrownBy } from "../support";
import { FLEET, announced, identityOf, signed, states, steady } from "./support";

const evidence = (host: string): Evidence => ({
  host,
  path: "/conf/cacerts",
  generation: 2,
  level: "restarted",
  at: "2026-03-02T12:00:00Z",
  by: "activation",
});

describe("merging locks with identities in rotation", () => {
  let base: OpenLock;
  let first: OpenLock;
  let second: OpenLock;
  let third: OpenLock;

  beforeAll(() => {
    base = steady();
    first = announced(base, "root");
    second = signed(first, switchOver(first.lock, "root"));
    third = signed(second, retire(second.lock, "root"));
  });

  /** The merge both ways gives one lock, signed as it stands. */
  function merged(from: Lock, one: Lock, other: Lock) {
    const forth = mergeLocks(from, one, other);
    const back = mergeLocks(from, other, one);
    for (const { lock } of [forth, back]) expect(readLock(formatLock(lock))).toEqual(lock);
    if (forth.conflicts.length === 0) expect(formatLock(forth.lock)).toBe(formatLock(back.lock));
    expect(back.conflicts.map(({ key }) => key)).toEqual(forth.conflicts.map(({ key }) => key));
    return forth;
  }

  function knowing(open: OpenLock, ...hosts: readonly string[]): Lock {
    return signed(open, { lock: withEvidence(open.lock, "root", hosts.map(evidence)) }).lock;
  }

  test("the one that is further on in the same rotation stays", () => {
    for (const [one, other] of [
      [first, second],
      [first, third],
      [second, third],
    ] as const) {
      const { lock, conflicts } = merged(base.lock, one.lock, other.lock);
      expect(conflicts).toEqual([]);
      expect(states({ lock })).toEqual(states(other));
    }
  });

  test("the higher generation stays, whatever its phase", () => {
    const renewed = (seed: string) =>
      pin(FLEET, base, { renew: new Set(["jetty"]), randomBytes: seededRandom(seed) }).open;
    const twice = pin(FLEET, renewed("a"), { renew: new Set(["jetty"]) }).lock;
    const { lock, conflicts } = merged(base.lock, announced(base, "jetty").lock, twice);
    expect(conflicts).toEqual([]);
    expect(states({ lock }).jetty).toBe("steady 3");
  });

  test("one generation that both made differently is a conflict; ours stays as a whole", () => {
    const theirs = announced(base, "root", { randomBytes: seededRandom("theirs") }).lock;
    const { lock, conflicts } = merged(base.lock, first.lock, theirs);
    expect(conflicts.map(({ key, reason }) => [key, reason])).toEqual(
      ["root", "ca", "web"].map((id) => [
        id,
        "both sides changed it; it is kept as ours has it, and its rotation goes on from there; what theirs made is dropped",
      ]),
    );
    expect(lock.identities).toEqual(first.lock.identities);
    expect(states(signed(first, switchOver(lock, "root"))).web).toBe("switched 2 (1)");
  });

  test("the side that knows all that the other knows stays", () => {
    const { lock, conflicts } = merged(first.lock, knowing(first, "flow"), knowing(first, "flow", "ispw"));
    expect(conflicts).toEqual([]);
    expect(identityOf(lock, "root").rotation?.evidence.map(({ host }) => host)).toEqual(["flow", "ispw"]);
  });

  describe("what each side alone knows", () => {
    const hosts = (lock: Lock) => identityOf(lock, "root").rotation?.evidence.map(({ host }) => host);

    test("is joined, each part under the signature that it has", () => {
      const { lock, conflicts } = merged(first.lock, knowing(first, "flow"), knowing(first, "ispw", "web"));
      expect(conflicts).toEqual([]);
      expect(hosts(lock)).toEqual(["flow", "ispw", "web"]);
      const text = formatLock(lock);
      expect(hosts(readLock(text))).toEqual(["flow", "ispw", "web"]);
      for (const host of ["flow", "ispw"])
        expect(thrownBy(() => readLock(text.replace(`"host": "${host}"`, '"host": "other"')))).toMatchObject({
          code: "altered-lock",
        });
    });

    test("is joined with what a third branch knows, and signed once by whoever signs next", () => {
      const two = merged(first.lock, knowing(first, "flow"), knowing(first, "ispw")).lock;
      const { lock, conflicts } = merged(first.lock, two, knowing(first, "web"));
      expect(conflicts).toEqual([]);
      expect(hosts(lock)).toEqual(["flow", "ispw", "web"]);
      expect(merged(two, lock, two).lock).toEqual(lock);
      const next = signed(first, { lock });
      expect(formatLock(next.lock)).not.toContain("furtherEvidence");
      expect(hosts(next.lock)).toEqual(["flow", "ispw", "web"]);
      expect(mergeLocks(first.lock, next.lock, lock)).toEqual({ lock: next.lock, conflicts: [] });
      expect(states(signed(next, switchOver(lock, "root"))).web).toBe("switched 2 (1)");
    });

    test("of one place is the strongest, then the latest", () => {
      const saying = (...parts: readonly Partial<Evidence>[]) =>
        signed(first, {
          lock: withEvidence(
            first.lock,
            "root",
            parts.map((part) => ({ ...evidence("flow"), ...part })),
          ),
        }).lock;
      const ours = saying({ level: "acknowledged", at: "2026-03-05T12:00:00Z" }, { path: "/a" });
      const theirs = saying({ level: "served" }, { path: "/a", at: "2026-03-04T12:00:00Z" }, { path: "/b" });
      const also = saying({ path: "/c" });
      const { lock } = merged(first.lock, merged(first.lock, ours, theirs).lock, also);
      expect(identityOf(lock, "root").rotation?.evidence).toMatchObject([
        { path: "/a", at: "2026-03-04T12:00:00Z" },
        { path: "/b" },
        { path: "/c" },
        { path: "/conf/cacerts", level: "served" },
      ]);
    });

    test("is no longer of use where the other side went on", () => {
      const { lock } = merged(first.lock, knowing(first, "flow"), second.lock);
      expect(states({ lock })).toEqual(states(second));
      expect(hosts(lock)).toEqual([]);
    });

    test.each<[string, (text: string) => string]>([
      [
        "a signature that is there twice",
        (text) => text.replace(/"furtherEvidence": \[\s*(\{[^]*?\n {8}\})/, "$&, $1"),
      ],
      [
        "a member that nobody knows",
        (text) => text.replace('"furtherEvidence": [\n        {', '$& "more": 1,'),
      ],
    ])("with %s is refused", (_, change) => {
      const text = formatLock(merged(first.lock, knowing(first, "flow"), knowing(first, "ispw")).lock);
      const changed = change(text);
      expect(changed).not.toBe(text);
      expect(thrownBy(() => readLock(changed))).toMatchObject({ code: "damaged-lock" });
    });
  });

  test("a member that one side added joins the rotation that the other began", () => {
    const added = pin([...FLEET, issued("late", "ca")], base).lock;
    const { lock, conflicts } = merged(base.lock, first.lock, added);
    expect(conflicts).toEqual([]);
    const { changes, lock: joined } = pinIdentities(
      pinOptions([...FLEET, issued("late", "ca")], first.withLock(lock)),
    );
    expect(changes).toMatchObject(
      [
        { id: "late", action: "announced", generation: 2, reason: /"ca" is announced, and it has no next/ },
      ].map((change) => ({ ...change, reason: expect.stringMatching(change.reason) })),
    );
    expect(states({ lock: joined ?? lock }).late).toBe("announced 1 (2)");
  });

  test("a member that one side added below an authority that the other renewed keeps what it presents trusted", () => {
    const declared = [...FLEET, issued("late", "ca")];
    const renewed = pin(FLEET, base, { renew: new Set(["root"]), trustsAnew: () => false }).lock;
    const { lock } = merged(base.lock, renewed, pin(declared, base).lock);
    const { open } = pin(declared, base.withLock(lock));
    expect(states(open).late).toBe("switched 2 (1)");
    expect(states(signed(open, goBack(open.lock, "root"))).late).toBe("announced 1 (2)");
  });
});

describe("a lock against an earlier one", () => {
  let locks: Readonly<Record<"steady" | "announced" | "switched" | "retired" | "back" | "gone", Lock>>;

  let base: OpenLock;

  beforeAll(() => {
    base = steady();
    const first = announced(base, "root");
    const second = signed(first, switchOver(first.lock, "root"));
    const back = signed(second, goBack(second.lock, "root"));
    locks = {
      steady: base.lock,
      announced: first.lock,
      switched: second.lock,
      retired: signed(second, retire(second.lock, "root")).lock,
      back: back.lock,
      gone: signed(back, goBack(back.lock, "root")).lock,
    };
  });

  test.each([
    ["steady", "announced"],
    ["announced", "switched"],
    ["switched", "retired"],
    ["steady", "retired"],
    ["switched", "back"],
    ["back", "gone"],
    ["back", "switched"],
  ] as const)("from %s to %s is a way that a rotation goes", (from, to) => {
    expect(rolledBack(locks[from], locks[to])).toEqual([]);
  });

  test.each([
    ["switched", "steady", "generation 1 takes the place of generation 2: the lock was rolled back"],
    ["switched", "gone", "generation 1 takes the place of generation 2: the lock was rolled back"],
    ["retired", "steady", "generation 1 takes the place of generation 2: the lock was rolled back"],
    ["retired", "announced", "generation 1 takes the place of generation 2: the lock was rolled back"],
    ["retired", "switched", "generation 1 was retired, and is trusted again: the lock was rolled back"],
  ] as const)("from %s to %s is an old lock", (from, to, reason) => {
    expect(rolledBack(locks[from], locks[to])).toEqual(["root", "ca", "web"].map((id) => ({ id, reason })));
  });

  test("a step back to another next generation is none", () => {
    const other = announced(base, "root", { randomBytes: seededRandom("other") }).lock;
    expect(rolledBack(locks.switched, other).map(({ id }) => id)).toEqual(["root", "ca", "web"]);
  });
});
