import { createHash } from "node:crypto";
import {
  type AnchorPlan,
  type FilePlan,
  type TrustPlan,
  certificateAt,
  placeOf,
  planIndex,
} from "../../model";
import type { Acknowledgement } from "../../project";
import type { ProvenHops } from "./prove";

/** Hexadecimal digits of a step's fingerprint: nobody forges one, it only has to change with the step. */
const STEP_DIGITS = 12;

/** Something that people do, whose effect nothing here can see. */
export interface UnprovenStep {
  /** `HOST:PATH` of the file that is for it. */
  readonly place: string;
  readonly text: string;
  /** Fingerprint of the step: of what the file holds, and of what is said of it. */
  readonly step: string;
  /** Who did it, where the step is still what it was then. @default - nobody said so */
  readonly acknowledged?: Acknowledgement;
  /** Who did what the step was before it changed. @default - nobody said so */
  readonly outdated?: Acknowledgement;
}

/** The steps of a plan that neither a file's presence nor a handshake from here proves. */
export function unprovenSteps({
  plan,
  acknowledged = {},
}: Pick<ProvenHops, "plan" | "acknowledged">): UnprovenStep[] {
  return plan.files.flatMap((file): UnprovenStep[] => {
    if (file.unproven === undefined) return [];
    const place = placeOf(file.hostId, file.path);
    const step = fingerprintOf(plan, file);
    const known = Object.hasOwn(acknowledged, place) ? acknowledged[place] : undefined;
    return [
      {
        place,
        text: file.unproven,
        step,
        ...(known === undefined ? {} : known.step === step ? { acknowledged: known } : { outdated: known }),
      },
    ];
  });
}

/** One line each; what is acknowledged is one line together. */
export function unprovenLines(proven: Pick<ProvenHops, "plan" | "acknowledged">): string[] {
  const steps = unprovenSteps(proven);
  const done = steps.flatMap(({ place, acknowledged }) =>
    acknowledged === undefined ? [] : [`${place} (by ${acknowledged.by} on ${acknowledged.on})`],
  );
  const open = steps
    .filter(({ acknowledged }) => acknowledged === undefined)
    .map(({ place, text, step, outdated }) => {
      const since =
        outdated === undefined ? "" : `; it has changed since ${outdated.by} did it on ${outdated.on}`;
      return `unproven: ${place}: ${text}${since} (step ${step})`;
    });
  const bundles = proven.plan.hosts
    .filter(({ kind }) => kind === "manual")
    .map(
      ({ id }) =>
        `unproven: ${id}: unpack artifacts/${id}.zip there, follow its RUNBOOK.md, copy the changed files back and run ` +
        `cdktf-trust verify --host ${id}=DIRECTORY`,
    );
  return [...open, ...bundles, ...(done.length === 0 ? [] : [`acknowledged: ${done.join(", ")}`])];
}

function fingerprintOf(plan: TrustPlan, { content, unproven }: FilePlan): string {
  const certificates = named(content).map(({ identityId, part }) => {
    const pinned = planIndex(plan).identity(identityId)?.pinned;
    return pinned === undefined ? "" : certificateAt(pinned, part).sha256;
  });
  const hash = createHash("sha256").update(JSON.stringify([heldBy(content), unproven, certificates]));
  return hash.digest("hex").slice(0, STEP_DIGITS);
}

/** The certificates that a step is about, of which the content says only whose they are. */
function named(content: FilePlan["content"]): readonly AnchorPlan[] {
  if (content.kind === "text") return content.fingerprints ?? [];
  if (content.kind !== "certificate") return [];
  const { identityId, part } = content;
  return [{ identityId, part: part === "chain" ? "leaf" : part }];
}

/** What a file holds, without the name by which a certificate is known in this phase of a rotation. */
function heldBy(content: FilePlan["content"]): unknown {
  if (content.kind !== "certificate") return content;
  const { identityId: _, ...held } = content;
  return held;
}
