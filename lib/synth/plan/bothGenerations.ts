import {
  type AnchorPlan,
  type ChainPart,
  type EntryPlan,
  type IdentityPlan,
  type PinnedGeneration,
  type TrustPlan,
  type TruststoreEntryPlan,
  certificateAt,
  generationId,
  previousAlias,
} from "../../model";
import { groupBy } from "../../model/groupBy";
import { readingBeside, trustedFiles } from "./trustedFiles";

/** An identity that changes in phases, with the two generations that are trusted meanwhile. */
interface Changing {
  readonly newest: NamedGeneration;
  readonly older: NamedGeneration;
  /** The one that is not served. */
  readonly other: NamedGeneration;
}

/** A generation, and what the plan calls it. */
interface NamedGeneration {
  readonly id: string;
  readonly pinned: PinnedGeneration;
}

/**
 * The plan with both generations of what changes in phases, each as an identity of its own, trusted wherever one of them
 * is: in stores, under the declared alias and beside it, and in files. Only the identity's own id is served.
 */
export function withBothGenerations(plan: TrustPlan): TrustPlan {
  const changing = new Map(plan.identities.flatMap((identity) => changingOf(identity)));
  if (changing.size === 0) return plan;
  const others = plan.identities.flatMap((identity): IdentityPlan[] => {
    const other = changing.get(identity.id)?.other;
    if (other === undefined) return [];
    return [{ id: other.id, request: identity.request, generationOf: identity.id, pinned: other.pinned }];
  });
  const files = trustedFiles(plan, (anchor) => bothOf(anchor, changing.get(anchor.identityId)));
  return {
    ...plan,
    identities: [...plan.identities, ...others],
    entries: withOtherEntries(plan.entries, changing),
    files,
    ...(plan.activations === undefined ? {} : { activations: readingBeside(plan.activations, files) }),
  };
}

function changingOf({ id, pinned }: IdentityPlan): [string, Changing][] {
  if (pinned?.rotation === undefined) return [];
  const { rotation, ...generation } = pinned;
  const current = { id, pinned: generation };
  const other = { id: generationId(id, rotation.other.generation), pinned: rotation.other };
  const isNext = rotation.other.generation > generation.generation;
  return [[id, isNext ? { newest: other, older: current, other } : { newest: current, older: other, other }]];
}

/**
 * Both certificates, in an order that a switch does not change; one where they are the same. The older one comes first:
 * of two with one name, OpenSSL takes the first that may be a self-signed certificate's own issuer, and only newer ones say
 * by which key they were signed.
 */
function bothOf(anchor: AnchorPlan, changing: Changing | undefined): readonly AnchorPlan[] {
  if (changing === undefined || !differs(changing, anchor.part)) return [anchor];
  return [changing.older, changing.newest].map(({ id }) => ({ ...anchor, identityId: id }));
}

function differs({ newest, older }: Changing, part: ChainPart): boolean {
  return certificateAt(newest.pinned, part).sha256 !== certificateAt(older.pinned, part).sha256;
}

/** The newest stands under the declared alias, the older one beside it, as the provider moves it. */
function withOtherEntries(
  entries: readonly EntryPlan[],
  changing: ReadonlyMap<string, Changing>,
): readonly EntryPlan[] {
  const aliases = groupBy(entries, ({ storeId }) => storeId);
  return entries.flatMap((entry): EntryPlan[] => {
    const both = entry.kind === "anchor" ? changing.get(entry.identityId) : undefined;
    if (entry.kind !== "anchor" || both === undefined || !differs(both, entry.part)) return [entry];
    const taken = new Set(aliases.get(entry.storeId)?.map(({ alias }) => alias.toLowerCase()));
    const beside = previousAlias(entry.alias, (alias) => taken.has(alias.toLowerCase()));
    const isOther = ({ id }: NamedGeneration) => id === both.other.id;
    const entryOf = (generation: NamedGeneration): TruststoreEntryPlan => ({
      ...entry,
      identityId: generation.id,
      ...(isOther(generation)
        ? { id: generationId(entry.id, generation.pinned.generation), generationOf: entry.id }
        : {}),
      ...(generation === both.older ? { alias: beside, declaredAlias: entry.alias } : {}),
    });
    return [entryOf(both.newest), entryOf(both.older)];
  });
}
