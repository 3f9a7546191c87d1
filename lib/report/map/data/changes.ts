import { groupBy } from "../../../model/groupBy";
import { ordered } from "../order";
import { causesOf } from "./causes";
import type { CertificateChange, CertificateRenewal, MapCertificate, MapChanges, MapHop } from "./mapData";

/** A hop that both plans have. */
interface Pair {
  readonly before: MapHop;
  readonly now: MapHop;
}

/** The hops of both plans, each with what became of it. */
export interface ComparedHops {
  /** Those of now, and those that are gone. */
  readonly hops: readonly MapHop[];
  readonly changes: MapChanges;
}

/** @param isCompared whether the earlier plan speaks of a hop's stack */
export function compareHops(
  before: readonly MapHop[],
  now: readonly MapHop[],
  isCompared: (hop: MapHop) => boolean,
): ComparedHops {
  const beforeOf = new Map(before.map((hop) => [hop.id, hop]));
  const nowOf = new Map(now.map((hop) => [hop.id, hop]));
  const marked = now.map((hop): MapHop => {
    if (!isCompared(hop)) return hop;
    const earlier = beforeOf.get(hop.id);
    if (earlier === undefined) return { ...hop, change: "added" };
    return isSame({ before: earlier, now: hop }) ? hop : { ...hop, change: "changed" };
  });
  const removed = before
    .filter(({ id }) => !nowOf.has(id))
    .map((hop): MapHop => ({ ...hop, change: "removed" }));
  const pairs = marked.flatMap((hop): Pair[] => {
    const earlier = beforeOf.get(hop.id);
    return hop.change === "changed" && earlier !== undefined ? [{ before: earlier, now: hop }] : [];
  });
  return { hops: [...marked, ...removed], changes: changesOf(marked, removed, pairs) };
}

function changesOf(now: readonly MapHop[], removed: readonly MapHop[], pairs: readonly Pair[]): MapChanges {
  const certificates = [...certificateChanges(pairs, "server"), ...certificateChanges(pairs, "client")];
  const renewed = new Set(certificates.flatMap(({ renewals }) => renewals.flatMap(({ hops }) => hops)));
  const broken = pairs.filter(({ before, now: hop }) => hop.state === "fails" && before.state !== "fails");
  const repaired = pairs.filter(
    ({ before, now: hop }) => hop.isJudged && before.state === "fails" && hop.state !== "fails",
  );
  const told = new Set([...renewed, ...broken.map((pair) => pair.now), ...repaired.map((pair) => pair.now)]);
  return {
    broken: causesOf(broken.map((pair) => pair.now)),
    added: byId(now.filter(({ change }) => change === "added")),
    removed: byId(removed),
    certificates,
    repaired: byId(repaired.map((pair) => pair.now)),
    others: byId(pairs.map((pair) => pair.now).filter((hop) => !told.has(hop))),
  };
}

/** Grouped by certificates, not by words: days that are left would split one renewal. */
function certificateChanges(pairs: readonly Pair[], role: CertificateChange["role"]): CertificateChange[] {
  const leafOf = (hop: MapHop) => (role === "server" ? hop.endpoint.chain[0] : hop.clientChain[0]);
  const issuerOf = (hop: MapHop) =>
    role === "server" ? (hop.endpoint.chain[1] ?? hop.endpoint.branch.anchor) : hop.clientChain[1];
  const changed = pairs.filter(({ before, now }) => leafOf(before) !== leafOf(now));
  const renewals = [
    ...groupBy(changed, ({ before, now }) =>
      JSON.stringify([leafOf(before)?.sha256, leafOf(now)?.sha256]),
    ).values(),
  ].flatMap((same) => {
    const [first] = ordered(same, ({ now }) => [now.id]);
    if (first === undefined) return [];
    const renewal: CertificateRenewal = {
      ...part("before", leafOf(first.before)),
      ...part("now", leafOf(first.now)),
      owner: role === "server" ? first.now.endpoint.name : first.now.caller.label,
      hops: byId(same.map(({ now }) => now)),
    };
    return [{ renewal, issuedBefore: issuerOf(first.before)?.name, issuedNow: issuerOf(first.now)?.name }];
  });
  const changes = [
    ...groupBy(renewals, ({ issuedBefore, issuedNow }) => JSON.stringify([issuedBefore, issuedNow])).values(),
  ].map((same): CertificateChange => {
    const [first] = same;
    return {
      role,
      ...(first?.issuedBefore === undefined ? {} : { issuedBefore: first.issuedBefore }),
      ...(first?.issuedNow === undefined ? {} : { issuedNow: first.issuedNow }),
      renewals: ordered(
        same.map(({ renewal }) => renewal),
        ({ owner, hops, now }) => [-hops.length, owner, now?.sha256 ?? ""],
      ),
    };
  });
  return ordered(changes, ({ renewals: those, issuedBefore = "", issuedNow = "" }) => [
    -those.reduce((sum, { hops }) => sum + hops.length, 0),
    issuedBefore,
    issuedNow,
  ]);
}

function part<Name extends string>(
  name: Name,
  certificate: MapCertificate | undefined,
): Partial<Record<Name, MapCertificate>> {
  return certificate === undefined ? {} : ({ [name]: certificate } as Record<Name, MapCertificate>);
}

/**
 * Whether what people and machines see of a hop is as before; how long it lasts changes with its certificates. A plan
 * that was written without verdicts was not refused, so what fails now is new.
 */
function isSame({ before, now }: Pair): boolean {
  const fails = (hop: MapHop) => hop.state === "fails";
  return fingerprintOf(before) === fingerprintOf(now) && (!now.isJudged || fails(before) === fails(now));
}

function fingerprintOf({ address, caller, endpoint, clientChain, isMutual }: MapHop): string {
  return JSON.stringify([
    address,
    caller.label,
    endpoint.chain.map(({ sha256 }) => sha256),
    endpoint.branch.anchor?.sha256,
    clientChain.map(({ sha256 }) => sha256),
    isMutual,
  ]);
}

function byId(hops: readonly MapHop[]): MapHop[] {
  return ordered(hops, ({ id }) => [id]);
}
