import { type OpenLock, goBack, pinIdentities, retire, revoke, switchOver } from "../../../lib/lock";
import { identity, pin, pinOptions, seededRandom, thrownBy } from "../support";
import { FLEET, announced, identityOf, rotateOptions, signed, states, steady } from "./support";

describe("revoking", () => {
  const randomBytes = seededRandom("revoke");
  const revoked = (open: OpenLock, id: string): OpenLock =>
    signed(open, revoke(rotateOptions(open, id, FLEET, { randomBytes })));
  const upToDate = (open: OpenLock) => pinIdentities(pinOptions(FLEET, open, { frozen: true })).changes;

  test("replaces an identity and all that it issued at once, and keeps nothing of before trusted", () => {
    const before = steady();
    const options = rotateOptions(before, "ca");
    expect(revoke(options).changes).toMatchObject([
      { id: "ca", action: "revoked", generation: 2, reason: "generation 1 is trusted no more" },
      { id: "web", action: "revoked", generation: 2, reason: 'its issuer "ca" is trusted no more' },
    ]);
    const after = revoked(before, "ca");
    expect(states(after)).toEqual({ root: "steady 1", ca: "steady 2", web: "steady 2", jetty: "steady 1" });
    expect(identityOf(after.lock, "web").previous).toEqual({
      generation: 1,
      chain: identityOf(before.lock, "web").chain,
    });
    expect(after.privateKey("web")).not.toEqual(before.privateKey("web"));
    expect(upToDate(after)).toEqual([]);
  });

  test("ends the rotation that the identity leads, in either phase, with numbers of its own", () => {
    const first = announced(steady(), "root", { crossSign: true });
    const second = signed(first, switchOver(first.lock, "root"));
    for (const [open, generation] of [
      [first, 3],
      [second, 3],
    ] as const) {
      const after = revoked(open, "root");
      const now = `steady ${generation}`;
      expect(states(after)).toEqual({ root: now, ca: now, web: now, jetty: "steady 1" });
      expect(identityOf(after.lock, "web")).not.toHaveProperty("anchor");
      expect(upToDate(after)).toEqual([]);
    }
  });

  test("of a member leaves the rotation of its issuer going", () => {
    const first = announced(steady(), "root");
    const after = revoked(first, "web");
    expect(states(after)).toMatchObject({
      root: "announced 1 (2)",
      ca: "announced 1 (2)",
      web: "announced 3 (4)",
    });
    expect(upToDate(after)).toEqual([]);
    const second = signed(after, switchOver(after.lock, "root"));
    expect(states(second).web).toBe("switched 4 (3)");
    const late = revoked(second, "web");
    expect(states(late)).toMatchObject({ root: "switched 2 (1)", web: "steady 5" });
    expect(upToDate(late)).toEqual([]);
    expect(states(signed(late, retire(late.lock, "root"))).web).toBe("steady 5");
    expect(thrownBy(() => goBack(late.lock, "root"))).toMatchObject({
      code: "left-behind",
      message: expect.stringMatching(
        /"web".*would lose their issuer: go on with `cdktf-trust rotate root --advance`/,
      ),
    });
  });

  test("is refused for what is unknown, is nowhere declared, or stays on its host", () => {
    expect(thrownBy(() => revoke(rotateOptions(steady(), "nobody")))).toMatchObject({
      code: "unknown-identity",
    });
    expect(thrownBy(() => revoke(rotateOptions(steady(), "jetty", [])))).toMatchObject({
      code: "cannot-rotate",
    });
    const existing = identity("jetty", { kind: "existing", storeId: "store", alias: "jetty" });
    expect(thrownBy(() => revoke(rotateOptions(steady(), "jetty", [existing])))).toMatchObject({
      code: "cannot-rotate",
    });
  });

  test("needs the lock's key, and a key that signs", () => {
    const { open: before } = pin(FLEET, steady());
    const without = rotateOptions(before, "jetty", FLEET, {
      open: () => {
        throw new Error("no key");
      },
    });
    expect(() => revoke(without)).toThrow("no key");
  });
});
