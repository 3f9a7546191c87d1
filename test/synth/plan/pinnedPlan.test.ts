import { type Lock, pinIdentities, resolveIdentity } from "../../../lib/lock";
import { type EntryPlan, type TrustPlan, isLeftOut, placeOf } from "../../../lib/model";
import { certificatesFromPem } from "../../../lib/pki";
import { materialise } from "../../../lib/synth/artifacts/materialise";
import { pinnedPlan } from "../../../lib/synth/plan/pinnedPlan";
import { PlanCertificates } from "../../../lib/synth/plan/planCertificates";
import { plan, truststore } from "../../check/plans";
import { NOW, newLock, seededRandom } from "../../lock/support";

/** A plan whose anchor may be trusted already, its lock, and what the lock observed in the truststore. */
function observed(unlessAlreadyTrusted: boolean): { declared: TrustPlan; lock: Lock; sha256: string } {
  const declared = plan({
    entries: plan().entries.map((entry): EntryPlan =>
      entry.kind === "anchor" ? { ...entry, unlessAlreadyTrusted } : entry,
    ),
  });
  const { lock } = pinIdentities({
    plan: declared,
    lock: undefined,
    open: () => newLock(),
    frozen: false,
    now: NOW,
    randomBytes: seededRandom("pinned plan"),
    readFile: () => undefined,
    resolveSecret: () => "secret",
  });
  if (lock === undefined) throw new Error("a lock was expected");
  const sha256 = pinnedPlan(declared, lock).identities[0]?.pinned?.anchor.sha256 ?? "";
  const place = placeOf(truststore.hostId, truststore.path);
  const observations = new Map([[place, { anchors: new Map([[sha256, "foreign"]]) }]]);
  return { declared, lock: { ...lock, observations }, sha256 };
}

describe("the plan as the lock pins it", () => {
  test("carries the anchor's certificate", () => {
    const { declared, lock, sha256 } = observed(false);

    const [identity] = pinnedPlan(declared, lock).identities;

    expect(certificatesFromPem(identity?.pinned?.anchorPem ?? "")[0]?.sha256).toBe(sha256);
  });

  test.each([
    [true, ["anchor"]],
    [false, []],
  ])("an anchor that the store holds already, unlessAlreadyTrusted %s", (unlessAlreadyTrusted, expected) => {
    const { declared, lock } = observed(unlessAlreadyTrusted);

    const { entries } = pinnedPlan(declared, lock);

    expect(entries.filter(isLeftOut).map(({ id }) => id)).toEqual(expected);
  });

  test("what was not observed is delivered", () => {
    const { declared, lock } = observed(true);

    const { entries } = pinnedPlan(declared, { ...lock, observations: new Map() });

    expect(entries).toEqual(declared.entries);
  });

  test("what is left out is neither an artifact nor a resource", () => {
    const { declared, lock } = observed(true);
    const pinned = pinnedPlan(declared, lock);
    const identity = (id: string) => resolveIdentity(lock, id);
    const certificates = new PlanCertificates(identity);

    const artifacts = materialise({
      plan: pinned,
      identity,
      secret: () => "secret",
      readFile: () => undefined,
    });

    expect(artifacts.map(({ path }) => path)).toEqual(["artifacts/server/opt/server/keystore"]);
    expect(
      pinned.entries.map((entry) => [entry.id, certificates.certificateOf(entry) !== undefined]),
    ).toEqual([
      ["key", true],
      ["anchor", false],
    ]);
  });
});
