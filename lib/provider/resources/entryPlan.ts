import { noOwnership } from "../../hosts";
import { type StoreEntry, StoreError } from "../../keystore";
import { TrustError } from "../../model";
import { foreseeArtifact } from "../artifact";
import { refuseOlderGeneration } from "../claims/generation";
import { claimantOf, plannedContent } from "../claims/row";
import {
  contentOf,
  type DeclaredEntry,
  deliveredAs,
  fingerprintOf,
  judgePlacement,
  judgeUpdate,
} from "../entries";
import { formatId } from "../location";
import { isKnown, Unknown } from "../protocol";
import { secretForPlan, secretIfAtHand } from "../secrets";
import type { StoreDraft } from "../storeDraft";
import { openSession } from "../storeSession";
import { foreseeWritable } from "../writable";
import type { EntryKind, EntrySource, EntryState, Plan } from "./entryRow";
import { refusalsOf } from "./entryRefusals";
import { readOverlay } from "./overlay";

/** A planned row with what it is delivered from. */
type PlannedRow = Plan<EntryState & EntrySource>;

/** What a plan can say already; what the certificate says is open again when there will be another one. */
export async function planEntry(
  planned: PlannedRow,
  prior: EntryState | undefined,
  config: { readonly subject: string | Unknown | null; readonly not_after: string | Unknown | null },
): Promise<Partial<Plan<EntryState>>> {
  const { host, path, alias, sha256 } = planned;
  const isSame = prior !== undefined && sha256 === prior.sha256;
  const known = {
    ...(isKnown(host) && isKnown(path) && isKnown(alias) ? { id: formatId(host, path, alias) } : {}),
    content: plannedContent(prior, contentIfKnown(await deliveredEntry(planned)), isSame),
  };
  if (prior === undefined || isSame) return known;
  return {
    ...known,
    ...(config.subject === null ? { subject: Unknown.value } : {}),
    ...(config.not_after === null ? { not_after: Unknown.value } : {}),
  };
}

/**
 * Refuses at plan what an apply would refuse, where the store can be read. What another resource of the same apply
 * may still change is left to the apply: a store that is missing, and what is claimed by the same owner.
 */
export async function foreseeEntry(
  planned: PlannedRow,
  prior: EntryState | undefined,
  kind: EntryKind,
): Promise<void> {
  const { host, path, alias, sha256, password: reference } = planned;
  if (!isKnown(host) || !isKnown(path) || !isKnown(alias) || !isKnown(sha256) || !isKnown(reference)) return;
  const what = `${path}: "${alias}"`;
  const claimant = claimantOf(kind.typeName, prior?.claim ?? "", {
    alias,
    generation: planned.generation,
    other_generation: planned.other_generation,
    identity: planned.identity,
  });
  refuseOlderGeneration(what, claimant, { row: prior });
  await foreseeArtifact(planned.artifact ?? "");
  await foreseeWritable(planned);
  const password = secretForPlan(reference);
  if (password === undefined) return;
  const session = await openSession(host, path);
  const { store, ...draft } = await session.read(password).catch(leaveToApply);
  refuseOlderGeneration(what, claimant, draft);
  if (store === undefined) return;
  const delivered = await deliveredEntry(planned);
  const wanted = {
    kind: kind.kind,
    alias,
    isSame: (found: DeclaredEntry) => fingerprintOf(found) === sha256,
    ...(delivered?.kind === "identity" ? { chain: delivered.chain } : {}),
  };
  const refusals = refusalsOf(kind, { host, path, alias, sha256, password: reference }, planned.on_foreign);
  if (prior === undefined) {
    const judgement = judgePlacement({ ...draft, store }, wanted, claimant);
    if (judgement.kind === "foreign") refusals.onForeign(judgement.existing);
    if (judgement.kind === "others") refusals.onOthers(judgement.existing, judgement.owners);
    return;
  }
  const judgement = judgeUpdate({ ...draft, store }, wanted, claimant, prior);
  if (judgement.kind === "shared") refusals.onShared(judgement.owners);
  if (judgement.kind === "foreign" && judgement.existing.kind !== "anchor") {
    refusals.onForeign(judgement.existing);
  }
}

/** Refuses at plan a destroy that cannot be carried out; a store that is gone needs none. */
export async function foreseeEntryDestroy({ host, path, password }: EntryState): Promise<void> {
  if (!(await (await openSession(host, path)).exists())) return;
  await foreseeWritable({ host, path });
  secretForPlan(password);
}

/** A store that does not open is told by the apply, which knows whether its artifact does. */
function leaveToApply(error: unknown): StoreDraft {
  if (error instanceof StoreError) return { ownership: noOwnership };
  throw error;
}

/** The entry that will be delivered, where it and what opens it are at hand at plan. */
export async function deliveredEntry(
  planned: Pick<PlannedRow, "artifact" | "certificate_pem" | "password" | "alias" | "sha256">,
): Promise<StoreEntry | undefined> {
  const { artifact, certificate_pem: pem = null, password: reference, alias, sha256 } = planned;
  if (!isKnown(artifact) || !isKnown(pem) || !isKnown(reference) || !isKnown(alias) || !isKnown(sha256))
    return undefined;
  if (!artifact && !pem) return undefined;
  const password = secretIfAtHand(reference);
  if (password === undefined) return undefined;
  try {
    const overlay = await readOverlay({ artifact, certificate_pem: pem, alias }, password);
    const entry = deliveredAs(overlay, alias, sha256);
    return entry !== undefined && fingerprintOf(entry) === sha256 ? entry : undefined;
  } catch (error) {
    // The apply says what is wrong with it; a plan may be made where it is not.
    if (error instanceof TrustError) return undefined;
    throw error;
  }
}

function contentIfKnown(entry: StoreEntry | undefined): string | undefined {
  return entry === undefined ? undefined : contentOf(entry);
}
