import { DAY_MS, day } from "../model/day";
import { certificateOf } from "./certificates";
import { type Lock, type LockedIdentity, leafOf } from "./lock";
import { type LockSection, lockSections } from "./lockFacts";

/** What became of one thing that is known of a part. */
export interface FactChange {
  readonly name: string;
  /** Absent where it was not there. */
  readonly before?: string;
  /** Absent where it is there no more. */
  readonly after?: string;
}

/** What became of a part of a lock, as a reviewer reads it. */
export interface SectionChange extends Pick<LockSection, "part" | "key"> {
  readonly change: "added" | "removed" | "changed";
  readonly facts: readonly FactChange[];
  /** Of identities that changed: what asked for it, as far as the two locks tell. */
  readonly why?: string;
}

/**
 * What two locks of an environment differ in, for whom both must be understood: certificates, recipients and evidence,
 * and nothing of ciphertexts and signatures. Empty where a reviewer has nothing to decide.
 *
 * @param before undefined where there was none
 */
export function diffLocks(before: Lock | undefined, after: Lock): readonly SectionChange[] {
  const former = new Map(
    (before === undefined ? [] : lockSections(before)).map((part) => [idOf(part), part]),
  );
  const latter = new Map(lockSections(after).map((part) => [idOf(part), part]));
  const kept = [...latter.values()].flatMap((part) => changeOf(former.get(idOf(part)), part, before, after));
  const gone = [...former.values()].filter((part) => !latter.has(idOf(part)));
  return [...gone.map((part) => wholly("removed", part)), ...kept];
}

function changeOf(
  former: LockSection | undefined,
  latter: LockSection,
  before: Lock | undefined,
  after: Lock,
): SectionChange[] {
  if (former === undefined) return [wholly("added", latter)];
  const names = new Set([...former.facts.keys(), ...latter.facts.keys()]);
  const facts = [...names].flatMap((name): FactChange[] => {
    const [was, is] = [former.facts.get(name), latter.facts.get(name)];
    if (was === is) return [];
    return [
      { name, ...(was === undefined ? {} : { before: was }), ...(is === undefined ? {} : { after: is }) },
    ];
  });
  const reason =
    latter.part === "identity"
      ? reasonOf(before?.identities.get(latter.key), after.identities.get(latter.key), facts)
      : undefined;
  if (facts.length === 0) return [];
  const { part, key } = latter;
  return [{ part, key, change: "changed", facts, ...(reason === undefined ? {} : { why: reason }) }];
}

function wholly(change: "added" | "removed", { part, key, facts }: LockSection): SectionChange {
  const side = change === "added" ? "after" : "before";
  return { part, key, change, facts: [...facts].map(([name, value]) => ({ name, [side]: value })) };
}

/** What people declare of a certificate, as `lockSections` calls it. */
const DECLARED: ReadonlySet<string> = new Set(["kind", "subject", "names", "key", "purposes", "issuer"]);

function reasonOf(
  before: LockedIdentity | undefined,
  after: LockedIdentity | undefined,
  facts: readonly FactChange[],
): string | undefined {
  if (before === undefined || after === undefined) return undefined;
  const isSameCertificate = Buffer.compare(leafOf(before), leafOf(after)) === 0;
  if (isSameCertificate) return undefined;
  if (after.generation < before.generation) {
    return `the lock was rolled back to generation ${after.generation}`;
  }
  if (after.generation === before.generation) {
    return `the same generation has another certificate, which no command makes`;
  }
  if (after.kind === "existing") return "its host presents another certificate";
  if (after.file !== before.file) return "its file has another content";
  const declared = facts.filter(({ name }) => DECLARED.has(name)).map(({ name }) => name);
  if (declared.length > 0) return `another ${declared.join(", ")}`;
  if (issuerDiffers(before, after)) return "its issuer has another certificate";
  return renewed(before, after);
}

function issuerDiffers({ chain: [, one] }: LockedIdentity, { chain: [, other] }: LockedIdentity): boolean {
  return one !== undefined && other !== undefined && Buffer.compare(one, other) !== 0;
}

/** Certificates begin a little before they are made. */
function renewed(before: LockedIdentity, after: LockedIdentity): string {
  const { notAfter } = certificateOf(leafOf(before));
  const days = Math.round((notAfter.getTime() - certificateOf(leafOf(after)).notBefore.getTime()) / DAY_MS);
  return days < 0 ? `renewed after it had ended on ${day(notAfter)}` : `renewed ${days} days before its end`;
}

function idOf({ part, key }: LockSection): string {
  return JSON.stringify([part, key]);
}
