import { type Lock, anchorOf, observedAlias } from "../lock";
import {
  type AnchorPlan,
  type AnchorsLocation,
  type FilePlan,
  type PlanIndex,
  type TrustPlan,
  type TruststoreEntryPlan,
  placeOf,
  planIndex,
} from "../model";
import { fingerprint } from "../pki";
import { type Generations, newPart, partOf } from "./generations";

/** Where a new certificate has to be trusted, as the plan names it. */
export interface TrustedAt {
  readonly at:
    | { readonly kind: "store"; readonly storeId: string }
    | { readonly kind: "file"; readonly fileId: string }
    | { readonly kind: "host"; readonly hostId: string; readonly label: string };
  readonly certificate: Uint8Array;
  /** Whether something that is declared puts it there. */
  readonly isDeclared: boolean;
  readonly leftOut?: string;
}

/** Who has to trust the newer generation of an identity: by a declared entry, by calling, or by being called. */
export function trustedAt(
  plan: TrustPlan,
  lock: Lock,
  identityId: string,
  generations: Generations,
): TrustedAt[] {
  const declared = [
    ...entriesAbout(plan, lock, identityId, generations),
    ...filesAbout(plan, identityId, generations),
  ];
  return [...declared, ...calledOrCalling(plan, lock, identityId, generations)];
}

function entriesAbout(
  plan: TrustPlan,
  lock: Lock,
  identityId: string,
  generations: Generations,
): TrustedAt[] {
  return plan.entries.flatMap((entry): TrustedAt[] => {
    if (entry.kind !== "anchor" || entry.identityId !== identityId) return [];
    const certificate = newPart(generations, entry.part);
    if (certificate === undefined) return [];
    return [
      {
        at: { kind: "store", storeId: entry.storeId },
        certificate,
        isDeclared: true,
        ...thereAlready(plan, lock, entry, certificate),
      },
    ];
  });
}

function thereAlready(
  plan: TrustPlan,
  lock: Lock,
  { storeId, unlessAlreadyTrusted }: Pick<TruststoreEntryPlan, "storeId" | "unlessAlreadyTrusted">,
  certificate: Uint8Array,
): Pick<TrustedAt, "leftOut"> {
  const store = planIndex(plan).store(storeId);
  if (store === undefined || !unlessAlreadyTrusted) return {};
  const alias = observedAlias(lock, placeOf(store.hostId, store.path), fingerprint("sha256", certificate));
  return alias === undefined ? {} : { leftOut: `somebody else's entry "${alias}" holds it already` };
}

function filesAbout(plan: TrustPlan, identityId: string, generations: Generations): TrustedAt[] {
  const trustedFiles = new Set(
    [
      ...plan.hops.map(({ anchors }) => anchors),
      ...plan.endpoints.map(({ clientAnchors }) => clientAnchors),
    ].flatMap((location) => (location?.kind === "pem" ? [location.fileId] : [])),
  );
  return plan.files.flatMap((file): TrustedAt[] =>
    anchorsIn(file, trustedFiles).flatMap((anchor) => {
      const certificate = anchor.identityId === identityId ? newPart(generations, anchor.part) : undefined;
      return certificate === undefined
        ? []
        : [{ at: { kind: "file", fileId: file.id }, certificate, isDeclared: true }];
    }),
  );
}

/** Of a file with one certificate, only where somebody trusts what is in it: it may be one to show to people. */
function anchorsIn(
  { id, content, unproven }: FilePlan,
  trustedFiles: ReadonlySet<string>,
): readonly AnchorPlan[] {
  if (content.kind === "anchors") return content.anchors;
  if (content.kind !== "certificate" || content.part === "chain") return [];
  return trustedFiles.has(id) || unproven !== undefined ? [{ ...content, part: content.part }] : [];
}

/** Who calls an endpoint that serves it, and whom it is presented to, where nothing that is declared puts it there. */
function calledOrCalling(
  plan: TrustPlan,
  lock: Lock,
  identityId: string,
  generations: Generations,
): TrustedAt[] {
  const { endpointsOf, hopsOf, bindingsOf, hopsWith, endpoint } = planIndex(plan);
  const callers = endpointsOf(identityId).flatMap(({ id }) =>
    hopsOf(id).flatMap((hop) =>
      relied(plan, lock, hop.anchors, identityId, generations, {
        hostId: hop.clientHostId,
        label: hop.clientName,
      }),
    ),
  );
  const called = bindingsOf(identityId).flatMap(({ id }) => {
    const hops = hopsWith(id);
    // Whom it is presented to is not declared: that somebody trusts it is known, and no more.
    if (hops.length === 0)
      return relied(plan, lock, UNKNOWN, identityId, generations, {
        hostId: id,
        label: "whom it is presented to",
      });
    return hops.flatMap(({ endpointId }) => {
      const server = endpoint(endpointId);
      if (server === undefined || server.clientAuthentication === "none") return [];
      const { hostId, names, clientAnchors = UNKNOWN } = server;
      return relied(plan, lock, clientAnchors, identityId, generations, {
        hostId,
        label: names[0] ?? hostId,
      });
    });
  });
  return [...callers, ...called];
}

/** Somebody else who does not say what is accepted. */
const UNKNOWN: AnchorsLocation = { kind: "outside", accepts: [] };

function relied(
  plan: TrustPlan,
  lock: Lock,
  location: AnchorsLocation,
  identityId: string,
  generations: Generations,
  who: { readonly hostId: string; readonly label: string },
): TrustedAt[] {
  const host = { kind: "host", ...who } as const;
  const anchor = newPart(generations, "anchor");
  switch (location.kind) {
    case "store":
    case "pem": {
      const isHeld = declaredAt(plan, location).some((one) => holdsNewer(lock, one, generations));
      if (isHeld || anchor === undefined) return [];
      if (location.kind === "pem")
        return [{ at: { kind: "file", fileId: location.fileId }, certificate: anchor, isDeclared: false }];
      const { storeId } = location;
      const already = thereAlready(plan, lock, { storeId, unlessAlreadyTrusted: true }, anchor);
      return [{ at: { kind: "store", storeId }, certificate: anchor, isDeclared: false, ...already }];
    }
    case "public-roots":
      if (anchor === undefined) return [];
      return [{ at: host, certificate: anchor, isDeclared: false, leftOut: "it trusts public roots" }];
    case "outside": {
      const own = location.accepts.filter((accepted) => accepted.identityId === identityId);
      const [changed] = own.flatMap(({ part }) => newPart(generations, part) ?? []);
      const certificate = own.length === 0 ? anchor : changed;
      return certificate === undefined ? [] : [{ at: host, certificate, isDeclared: false }];
    }
    default:
      return location satisfies never;
  }
}

/** What the plan puts where somebody looks for what to trust. */
function declaredAt(
  plan: TrustPlan,
  location: Extract<AnchorsLocation, { kind: "store" | "pem" }>,
): readonly AnchorPlan[] {
  const index: PlanIndex = planIndex(plan);
  if (location.kind === "store")
    return index.entriesOf(location.storeId).flatMap((entry) => (entry.kind === "anchor" ? [entry] : []));
  const file = index.file(location.fileId);
  return file === undefined ? [] : anchorsIn(file, new Set([file.id]));
}

/** Whether what is declared is a certificate that the newer generation leads to, in whichever generation it is. */
function holdsNewer(lock: Lock, { identityId, part }: AnchorPlan, { newer }: Generations): boolean {
  const pinned = lock.identities.get(identityId);
  if (pinned === undefined) return false;
  const leadsTo = new Set([...newer.chain, anchorOf(newer)].map((der) => fingerprint("sha256", der)));
  const generations = pinned.rotation === undefined ? [pinned] : [pinned, pinned.rotation.other];
  return generations.some((one) => leadsTo.has(fingerprint("sha256", partOf(one, part))));
}
