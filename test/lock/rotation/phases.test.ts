import {
  type PinOptions,
  announce,
  goBack,
  pinIdentities,
  retire,
  switchOver,
  withEvidence,
} from "../../../lib/lock";
import type { IdentityPlan, IdentityRequest } from "../../../lib/model";
import { parseCertificate } from "../../../lib/pki";
import { FLEET, announced, identityOf, rotateOptions, signed, states, steady } from "./support";
import { authority, daysLater, issued, pin, pinOptions, thrownBy } from "../support";

const EVIDENCE = {
  host: "flow",
  path: "/conf/cacerts",
  generation: 2,
  level: "restarted",
  at: "2026-03-02T12:00:00Z",
  by: "activation",
} as const;

describe("a rotation", () => {
  test("of an identity that stands alone goes through its phases, with the same two generations", () => {
    const before = steady();
    const first = announced(before, "jetty");
    expect(states(first)).toEqual({
      root: "steady 1",
      ca: "steady 1",
      web: "steady 1",
      jetty: "announced 1 (2)",
    });
    const second = signed(first, switchOver(first.lock, "jetty"));
    expect(states(second).jetty).toBe("switched 2 (1)");
    expect(identityOf(second.lock, "jetty").chain).toEqual(
      identityOf(first.lock, "jetty").rotation?.other.chain,
    );
    const third = signed(second, retire(second.lock, "jetty"));
    expect(states(third).jetty).toBe("steady 2");
    expect(identityOf(third.lock, "jetty").previous?.chain).toEqual(identityOf(before.lock, "jetty").chain);
    expect(third.privateKey("jetty")).toEqual(second.privateKey("jetty"));
  });

  test("of a root takes along all that it issued, and says so", () => {
    const before = steady();
    const { changes } = announce(rotateOptions(before, "root"));
    expect(changes.map(({ id, action, generation }) => [id, action, generation])).toEqual([
      ["root", "announced", 2],
      ["ca", "announced", 2],
      ["web", "announced", 2],
    ]);
    const first = announced(before, "root");
    const next = (id: string) =>
      identityOf(first.lock, id).rotation?.other.chain.map((der) => parseCertificate(der).toString());
    expect(next("web")).toEqual(["CN=web.example.com, O=Example", "CN=ca CA G2", "CN=root CA G2"]);
    expect(next("root")).toEqual(["CN=root CA G2"]);
    const second = signed(first, switchOver(first.lock, "root"));
    expect(states(second)).toEqual({
      root: "switched 2 (1)",
      ca: "switched 2 (1)",
      web: "switched 2 (1)",
      jetty: "steady 1",
    });
    const third = signed(second, retire(second.lock, "root"));
    expect(states(third)).toEqual({ root: "steady 2", ca: "steady 2", web: "steady 2", jetty: "steady 1" });
  });

  test("of an authority below a root keeps the root", () => {
    const first = announced(steady(), "ca");
    expect(states(first)).toEqual({
      root: "steady 1",
      ca: "announced 1 (2)",
      web: "announced 1 (2)",
      jetty: "steady 1",
    });
    const { chain, rotation } = identityOf(first.lock, "web");
    expect(rotation?.other.chain.at(-1)).toEqual(chain.at(-1));
    expect(rotation?.other.chain[1]).not.toEqual(chain[1]);
  });

  test("holds what is declared in every phase, and needs no key to say so", () => {
    const first = announced(steady(), "root");
    const second = signed(first, switchOver(first.lock, "root"));
    const third = signed(second, retire(second.lock, "root"));
    for (const open of [first, second, third])
      expect(pinIdentities(pinOptions(FLEET, open, { frozen: true })).changes).toEqual([]);
  });

  test("goes back from either phase, and on again, without another key", () => {
    const before = steady();
    const first = announced(before, "root");
    const second = signed(first, switchOver(first.lock, "root"));
    const back = signed(second, goBack(second.lock, "root"));
    expect(states(back)).toEqual(states(first));
    for (const id of ["root", "ca", "web"]) {
      expect(back.privateKey(id)).toEqual(before.privateKey(id));
      expect(identityOf(back.lock, id).rotation).toEqual(identityOf(first.lock, id).rotation);
    }
    expect(states(signed(back, switchOver(back.lock, "root")))).toEqual(states(second));
    const gone = signed(back, goBack(back.lock, "root"));
    expect(gone.lock.identities).toEqual(before.lock.identities);
  });

  test("forgets evidence with the phase that it was for", () => {
    const first = announced(steady(), "jetty");
    const known = signed(first, { lock: withEvidence(first.lock, "jetty", [EVIDENCE]) });
    expect(identityOf(known.lock, "jetty").rotation?.evidence).toEqual([EVIDENCE]);
    const second = signed(known, switchOver(known.lock, "jetty"));
    expect(identityOf(second.lock, "jetty").rotation?.evidence).toEqual([]);
  });

  test("takes an identity that joined along, and refuses to leave one behind", () => {
    const first = announced(steady(), "root");
    const late = issued("late", "ca");
    const joined = pin([...FLEET, late], first).open;
    expect(states(joined).late).toBe("announced 1 (2)");
    expect(states(signed(joined, switchOver(joined.lock, "root"))).late).toBe("switched 2 (1)");

    const alone = identityOf(pin([...FLEET, late], steady()).lock, "late");
    const merged = { ...first.lock, identities: new Map(first.lock.identities).set("late", alone) };
    expect(thrownBy(() => switchOver(merged, "root"))).toMatchObject({
      code: "left-behind",
      message: 'identity "root" issued "late", not in its rotation; `cdktf-trust lock` takes them in',
    });
  });

  test("what is new below an authority that switched goes back with it", () => {
    const first = announced(steady(), "root");
    const second = signed(first, switchOver(first.lock, "root"));
    const added = pin([...FLEET, issued("late", "ca")], second).open;
    expect(states(added).late).toBe("switched 2 (1)");
    const back = signed(added, goBack(added.lock, "root"));
    const { chain, rotation } = identityOf(back.lock, "late");
    expect(chain[1]).toEqual(identityOf(back.lock, "ca").chain[0]);
    expect(rotation?.other.chain[1]).toEqual(identityOf(back.lock, "ca").rotation?.other.chain[0]);
    expect(states(signed(added, retire(added.lock, "root"))).late).toBe("steady 2");
  });
});

describe("steps that do not come next", () => {
  const first = () => announced(steady(), "root");
  const second = () => {
    const open = first();
    return signed(open, switchOver(open.lock, "root"));
  };

  test.each([
    [
      "switching what is steady",
      () => switchOver(steady().lock, "root"),
      "not-in-rotation",
      /rotate root` announces/,
    ],
    ["retiring what is steady", () => retire(steady().lock, "root"), "not-in-rotation", /nothing to retire/],
    [
      "going back from steady",
      () => goBack(steady().lock, "root"),
      "not-in-rotation",
      /nothing to take back/,
    ],
    ["retiring what is announced", () => retire(first().lock, "root"), "other-phase", /is announced/],
    ["switching twice", () => switchOver(second().lock, "root"), "other-phase", /is switched/],
    [
      "moving a member",
      () => switchOver(first().lock, "web"),
      "in-rotation",
      /rotation of "root".*rotate root --advance/,
    ],
    [
      "an unknown identity",
      () => switchOver(steady().lock, "nobody"),
      "unknown-identity",
      /there are: ca, jetty, root, web/,
    ],
    [
      "evidence of what is steady",
      () => withEvidence(steady().lock, "jetty", [EVIDENCE]),
      "not-in-rotation",
      /announces/,
    ],
  ] as const)("%s is refused", (_, action, code, message) => {
    const error = thrownBy(action);
    expect(error).toMatchObject({ code });
    expect(error.message).toMatch(message);
  });
});

describe("renewing an authority", () => {
  test.each<[string, Partial<PinOptions>]>([
    ["is asked for", { renew: new Set(["root"]) }],
    ["ends soon", { renewWithinDays: 5000 }],
  ])("that %s announces it and all that it issued; what is served stays", (_, asked) => {
    const before = steady();
    const { open, changes } = pin(FLEET.slice(0, 3), before, asked);
    expect(states(open)).toMatchObject({
      root: "announced 1 (2)",
      ca: expect.stringMatching(/^announced/),
      web: expect.stringMatching(/^announced/),
    });
    expect(changes[0]).toMatchObject({ id: "root", action: "announced", generation: 2 });
    expect(open.privateKey("root")).toEqual(before.privateKey("root"));
    expect(pin(FLEET, open, { renewWithinDays: 20 }).changes).toEqual([]);
    expect(states(signed(open, switchOver(open.lock, "root"))).root).toBe("switched 2 (1)");
  });

  test("switches it and all that it issued where nobody has to trust it anew, and keeps the former ones with their keys", () => {
    const before = steady();
    const { open, changes } = pin(FLEET, before, { renew: new Set(["root"]), trustsAnew: () => false });
    expect(states(open)).toEqual({
      root: "switched 2 (1)",
      ca: "switched 2 (1)",
      web: "switched 2 (1)",
      jetty: "steady 1",
    });
    expect(changes.map(({ action }) => action)).toEqual(["renewed", "renewed", "renewed"]);
    const back = signed(open, goBack(open.lock, "root"));
    expect(back.privateKey("web")).toEqual(before.privateKey("web"));
  });

  test.each([
    ["expired", FLEET, daysLater(1000), ["ca", "web"]],
    [
      "is declared differently",
      [authority("root", undefined, 4000), ...FLEET.slice(1)],
      daysLater(0),
      ["root", "ca", "web"],
    ],
  ] as const)("that %s does so as well", (_, declared, now, switched) => {
    const { open } = pin(declared, steady(), { now });
    expect(
      Object.entries(states(open)).flatMap(([id, state]) => (state === "switched 2 (1)" ? [id] : [])),
    ).toEqual(switched);
  });

  test("self-signed identities and leaves are one swap", () => {
    const { open } = pin(FLEET, steady(), { renew: new Set(["jetty", "web"]) });
    expect(states(open)).toMatchObject({ jetty: "steady 2", web: "steady 2" });
  });

  test("leaves names of authorities that were renewed before generations had names of their own", () => {
    const { lock } = steady([authority("root")]);
    const renewed = { ...identityOf(lock, "root"), generation: 2 };
    const options = pinOptions([authority("root")], steady());
    const before = { ...lock, identities: new Map([["root", renewed]]) };
    expect(pinIdentities({ ...options, lock: before, frozen: true }).changes).toEqual([]);
  });

  test("counts on in the name that was declared, also where that was a default", () => {
    const root = authority("root");
    const named = (commonName: string): IdentityPlan => ({
      ...root,
      request: { ...root.request, subject: { commonName }, defaulted: ["commonName"] } as IdentityRequest,
    });
    const renewedTwice = ["Root", "Another default"].reduce(
      (open, name) => {
        const renewed = pin([named(name)], open, {
          renew: new Set(["root"]),
          trustsAnew: () => false,
        }).open;
        return signed(renewed, retire(renewed.lock, "root"));
      },
      steady([named("Root")]),
    );
    const [leaf = Buffer.of()] = identityOf(renewedTwice.lock, "root").chain;
    expect(parseCertificate(leaf).toString()).toBe("CN=Root G3");
    const options = pinOptions([named("A third default")], renewedTwice, { frozen: true });
    expect(pinIdentities(options).changes).toEqual([]);
  });
});
