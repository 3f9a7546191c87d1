import { claimsOf, type OwnershipRecord } from "../../hosts";
import { olderGeneration } from "../errors";
import { defaulted, type Diagnostic } from "../protocol";
import type { Claimant } from "./claimant";

/** Stands in a row for a generation of which nobody has said anything: plain HCL, imports, rows of earlier versions. */
export const UNKNOWN_GENERATION = 0;

/** Stands likewise for an identity. */
export const UNKNOWN_IDENTITY = "";

/** The attributes of what is an identity's: an entry, or a file. */
export const generationAttribute = {
  generation: defaulted.number(
    UNKNOWN_GENERATION,
    "Generation of the identity in the lock, from 1; a lower one than was delivered before is refused. Default: " +
      "nobody says, `0` in the state.",
    { quiet: isNotOlder },
  ),
  identity: defaulted.string(
    UNKNOWN_IDENTITY,
    "Name of the identity that the generation counts for; generations of another one are not compared. Default: nobody " +
      "says, and all are.",
    { quiet: true },
  ),
  other_generation: defaulted.number(
    UNKNOWN_GENERATION,
    "The generation that is trusted beside this one while the identity changes in phases: this one may be lower than what " +
      "was delivered before, up to that. Default: there is none, `0` in the state.",
    { quiet: true },
  ),
};

/** What is wrong with a declared generation. */
export function checkGeneration(config: {
  readonly generation: unknown;
  readonly other_generation: unknown;
}): Diagnostic[] {
  return (["generation", "other_generation"] as const).flatMap((attribute): Diagnostic[] => {
    const generation = config[attribute];
    const isRight = typeof generation !== "number" || (Number.isSafeInteger(generation) && generation >= 1);
    if (isRight) return [];
    const detail = `${generation} is no generation: give a whole number from 1, or leave it out.`;
    return [{ severity: "error", summary: `Invalid ${attribute}`, detail, attribute }];
  });
}

/** A generation that was delivered, and whose. */
interface DeliveredGeneration {
  readonly generation: number;
  /** @default - nobody said */
  readonly identity?: string | undefined;
}

/** What remembers which generation was delivered. */
export interface GenerationMemory {
  /** What the row says. @default - there is none */
  readonly row?: DeliveredGeneration | undefined;
  /** The record beside the file; its claims of the same owner and declaration count. @default - it is not known */
  readonly ownership?: OwnershipRecord;
}

/**
 * Refuses to put an older generation in the place of a newer one: an older lock is being deployed. One that knows the
 * newer one, because the identity changes in phases, is none.
 *
 * @param what - names the entry or file
 * @throws ResourceError `older-generation`
 */
export function refuseOlderGeneration(
  what: string,
  claimant: Claimant,
  { row, ownership }: GenerationMemory,
): void {
  const { generation, otherGeneration = UNKNOWN_GENERATION, identity, acceptsOlder = false } = claimant;
  if (generation === undefined || acceptsOlder) return;
  const recorded = ownership === undefined ? [] : rememberedBy(ownership, claimant);
  const ofThisOne = [...(row === undefined ? [] : [row]), ...recorded].filter((delivered) =>
    mayBeOne(delivered.identity, identity),
  );
  const highest = Math.max(UNKNOWN_GENERATION, ...ofThisOne.map((delivered) => delivered.generation));
  if (highest > Math.max(generation, otherGeneration)) throw olderGeneration(what, generation, highest);
}

/** Generations that a record knows of what a claimant declares, or an owner whose things it takes over. */
function rememberedBy(
  ownership: OwnershipRecord,
  { claim, owner, takeOver, declaredAt }: Claimant,
): readonly DeliveredGeneration[] {
  return claimsOf(ownership)
    .filter(
      (one) =>
        one.id === claim ||
        (one.declaredAt === declaredAt && (one.owner === owner || takeOver.includes(one.owner))),
    )
    .flatMap(({ generation, identity }) => (generation === undefined ? [] : [{ generation, identity }]));
}

/** Each identity counts its own generations; where nobody says whose one is, it may be this one's. */
export function mayBeOne(one: string | undefined, other: string | undefined): boolean {
  return [one, other].some((name) => name === undefined || name === UNKNOWN_IDENTITY) || one === other;
}

/** Going up says nothing of what is there, and nor does saying nothing; going down is told and refused. */
function isNotOlder(prior: unknown, planned: unknown): boolean {
  if (typeof prior !== "number" || typeof planned !== "number") return false;
  return planned === UNKNOWN_GENERATION || planned >= prior;
}
