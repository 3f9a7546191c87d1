import { App } from "cdktf";
import { type Lock, pinIdentities } from "../../lib/lock";
import type { IdentityPlan, TrustPlan } from "../../lib/model";
import { setEdges } from "../../lib/synth/edges";
import type { SynthEnvironment } from "../../lib/synth/plan/environment";
import { EnvironmentLock } from "../../lib/synth/plan/environmentLock";
import { proveNext } from "../../lib/synth/proveNext";
import { call, plan } from "../check/plans";
import { NOW, newLock, seededRandom } from "../lock/support";
import { announced } from "../support/rotation";

const made = {
  now: NOW,
  randomBytes: seededRandom("next"),
  readFile: () => undefined,
  resolveSecret: () => "secret",
};

/** A server that a Java 8 calls, which is announced to get a key of another algorithm. */
function foreseen(keyAlgorithm: "ec-p256" | "ed25519") {
  const declaredWith = (algorithm: typeof keyAlgorithm): TrustPlan => {
    const { identities } = plan();
    return plan({
      hops: [{ ...call, runtime: { kind: "java", release: 8 } }],
      identities: identities.map(
        (identity) =>
          ({ ...identity, request: { ...identity.request, keyAlgorithm: algorithm } }) as IdentityPlan,
      ),
    });
  };
  const before = declaredWith("ec-p256");
  const after = declaredWith(keyAlgorithm);
  const empty = newLock();
  const { lock } = pinIdentities({
    ...made,
    plan: before,
    lock: empty.lock,
    open: () => empty,
    frozen: false,
  });
  const open = empty.withLock(lock ?? empty.lock);
  return lockOf(announced(open, { ...made, plan: after, heads: ["identity"] }), after);
}

function lockOf(lock: Lock, declared: TrustPlan) {
  const app = new App();
  setEdges(app, {
    lock: () => ({
      session: {
        path: "trust.lock.test.json",
        lock,
        isSigned: true,
        open: () => newLock(),
        save: () => undefined,
      },
      secret: () => "secret",
      readFile: () => undefined,
      randomBytes: made.randomBytes,
    }),
  } as never);
  const environment = { name: "test", artifacts: false } as SynthEnvironment;
  const environmentLock = EnvironmentLock.of(app, environment);
  const stack = {
    declared,
    plan: environmentLock.pinned(declared),
    isChosen: true,
    artifacts: undefined,
  };
  return proveNext([stack], environmentLock, { now: NOW, known: [] });
}

describe("a generation that is announced", () => {
  test("is told of where those who are to trust it could not use it", () => {
    expect(foreseen("ed25519")).toEqual([
      expect.objectContaining({
        level: "warning",
        rule: "next-generation-refused",
        subject: "client -> server",
        message: expect.stringContaining("with the generation that is announced this call would fail"),
      }),
    ]);
  });

  test("is not spoken of where they can", () => {
    expect(foreseen("ec-p256")).toEqual([]);
  });
});
