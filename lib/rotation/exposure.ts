import { type LockedIdentity, anchorOf, isLockedAuthority, leafOf } from "../lock";
import { type StorePlan, placeOf } from "../model";
import { type Certificate, fingerprint, parseCertificate } from "../pki";
import { newPart } from "./generations";
import { placesOf } from "./places";
import { type Replaced, asRotation, identityIn } from "./replacement";

/** Who goes on accepting a certificate that was given up, because nobody there asks whether it was revoked. */
export interface Exposure {
  readonly identityId: string;
  /** The certificate that was given up. */
  readonly certificate: Certificate;
  /** All who trust what it leads to, a place, or a host that nobody here may log in to. */
  readonly who: string;
  /**
   * The anchor that it leads to is trusted as before; somebody else's entry holds what it leads to; people have to take
   * it out.
   */
  readonly why: "anchor-stays" | "foreign-entry" | "not-ours";
}

/** Where the former generations of replaced identities are accepted after the deploy, until they end. */
export function exposures(replaced: Replaced): Exposure[] {
  const { before, after, identityIds } = replaced;
  return identityIds.flatMap((identityId): Exposure[] => {
    const generations = { older: identityIn(before, identityId), newer: identityIn(after, identityId) };
    const { older } = generations;
    // An authority presents nothing itself; what it issued is told on its own.
    if (isLockedAuthority(older)) return [];
    const certificate = parseCertificate(leafOf(older));
    if (newPart(generations, "anchor") === undefined) {
      const root = parseCertificate(anchorOf(older));
      return [{ identityId, certificate, who: root.subject.toString(), why: "anchor-stays" }];
    }
    return [
      ...foreignEntries(replaced, older).map((who): Exposure => ({
        identityId,
        certificate,
        who,
        why: "foreign-entry",
      })),
      ...notOurs(replaced, identityId).map((who): Exposure => ({
        identityId,
        certificate,
        who,
        why: "not-ours",
      })),
    ];
  });
}

/** Places of stores in which somebody else's entry holds what the former generation leads to. */
function foreignEntries({ plans, before }: Replaced, older: LockedIdentity): string[] {
  const sha256 = fingerprint("sha256", anchorOf(older));
  const stores = plans.flatMap((plan): readonly StorePlan[] => plan.stores);
  const places = stores.map(({ hostId, path }) => placeOf(hostId, path));
  return [...new Set(places)].flatMap((place) => {
    const alias = before.observations.get(place)?.anchors.get(sha256);
    return alias === undefined ? [] : [`${place} "${alias}"`];
  });
}

function notOurs({ plans, before, after, identityIds }: Replaced, identityId: string): string[] {
  const places = placesOf(plans, asRotation(before, after, identityIds), [identityId]);
  return places
    .filter(({ role, isOurs, leftOut }) => role === "trusts" && !isOurs && leftOut === undefined)
    .map(({ hostId, path, label }) => (path === "" ? namedHost(label, hostId) : placeOf(hostId, path)));
}

function namedHost(label: string, hostId: string): string {
  return label === hostId ? hostId : `${label} (${hostId})`;
}
