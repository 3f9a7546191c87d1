import type { IdentityPlan, TrustPlan } from "../../model";
import { GenerationMaker, type GenerationSources, type IssuingGeneration } from "../generationMaker";
import { announcedBeside, newestOf, nextNumber, withGenerations } from "../generations";
import { lockedIssuerId } from "../issuedBy";
import type { Lock, LockedIdentity } from "../lock";
import type { OpenLock } from "../openLock";
import { issuerIdOf } from "../order";
import { requestToPin } from "../pin";
import type { PinChange } from "../pinChange";
import { recordRequests } from "../recordRequests";
import { recordOf } from "../requestRecord";
import { checkCrossSignable, crossSigned } from "./crossSigned";
import { alreadyRotating, belowRotation, membersRotating } from "./errors";
import { descendantsOf, headOf, lockedIdentity } from "./group";
import type { RotationStep } from "./phases";
import { checkReplaces, replaceable } from "./replaceable";

export interface RotateOptions extends GenerationSources {
  /** What the stacks of the environment declare, together. */
  readonly plan: TrustPlan;
  readonly lock: Lock;
  /** Opens the lock. */
  readonly open: () => OpenLock;
  /** Id of the identity; what it issued goes with it. */
  readonly id: string;
}

export interface AnnounceOptions extends RotateOptions {
  /**
   * Whether the former root certifies the next one's key as well, so that those who trust only the former one accept what
   * the next one issues, as long as the rotation lasts. @default false
   */
  readonly crossSign?: boolean;
}

/**
 * Steady → announced: an identity and all that it issued get a next generation, which is trusted beside the current one
 * and not served. It is made as declared now, so this is also how a declared change takes steps; what is taken from a
 * file is read from that. The lock still has to be signed.
 *
 * @throws LockError `unknown-identity`; `cannot-rotate` for what is not made here or in a file, whose file did not change,
 *   that is declared as something else or not at all, or that cannot be cross-signed; `in-rotation`; `cannot-pin`
 */
export function announce(options: AnnounceOptions): RotationStep {
  const { id, plan, crossSign = false } = options;
  const lock = recordRequests(options.lock, plan.identities);
  checkSteady(lock, id);
  const group = replaceable(plan, lock, [id, ...descendantsOf(lock, id)]);
  if (crossSign) checkCrossSignable(lock, id);

  const maker = new GenerationMaker(options.open().withLock(lock), options);
  const identities = new Map(lock.identities);
  const changes: PinChange[] = [];
  for (const declared of group) {
    const before = lockedIdentity(lock, declared.id);
    const announced = withNext(declared, before, { options, identities, maker });
    identities.set(declared.id, announced);
    const { generation } = newestOf(announced);
    const reason =
      declared.id === id
        ? "a next generation was asked for"
        : `its issuer "${issuerIdOf(declared) ?? ""}" gets a next generation`;
    changes.push({ id: declared.id, action: "announced", generation, reason });
  }
  return { lock: { ...lock, identities }, changes };
}

interface AnnounceState {
  readonly options: AnnounceOptions;
  /** What the lock has become so far: issuers first. */
  readonly identities: ReadonlyMap<string, LockedIdentity>;
  readonly maker: GenerationMaker;
}

function withNext(
  declared: IdentityPlan,
  before: LockedIdentity,
  { options, identities, maker }: AnnounceState,
): LockedIdentity {
  const { id } = declared;
  const request = requestToPin(declared.request, before);
  const made = maker.make({ id, request }, nextNumber(before), nextIssuer(declared, identities));
  checkReplaces(declared, before, made.generation);
  const other =
    options.crossSign === true && id === options.id
      ? crossSigned(id, { former: before, next: made.generation }, maker, options)
      : made.generation;
  const about = { ...before, ...recordOf(request), ...(made.file === undefined ? {} : { file: made.file }) };
  return withGenerations(about, announcedBeside(before, other));
}

/** The newest generation of the authority that issues an identity. */
function nextIssuer(
  declared: IdentityPlan,
  identities: ReadonlyMap<string, LockedIdentity>,
): IssuingGeneration | undefined {
  const id = issuerIdOf(declared);
  return id === undefined ? undefined : { id, generation: newestOf(lockedIdentity({ identities }, id)) };
}

function checkSteady(lock: Lock, id: string): void {
  const identity = lockedIdentity(lock, id);
  const head = headOf(lock, id);
  if (head !== undefined) throw alreadyRotating(id, identity, head);
  const issuerId = lockedIssuerId(lock, identity);
  const issuerHead = issuerId === undefined ? undefined : headOf(lock, issuerId);
  if (issuerHead !== undefined) throw belowRotation(id, issuerHead);
  const heads = descendantsOf(lock, id).flatMap((each) => headOf(lock, each) ?? []);
  if (heads.length > 0) throw membersRotating(id, [...new Set(heads)]);
}
