import { type TrustPlan, hostAddress, ownerOf, placeOf, stackOf } from "../../model";
import { groupBy } from "../../model/groupBy";
import type { VerdictReport } from "../../verify";
import type { JournalLine } from "../../provider/activation/journalEvent";
import { type PlacedEvidence, type ProvenPlace, provenPlace } from "../../rotation";
import type { PlannedChange, Values } from "./plannedChange";

/** Version of `receipt.json`; raised when a reader of the old one would misread the new one. */
export const RECEIPT_FORMAT_VERSION = 1;

/** What one deploy did with one stack, for audits. */
export interface Receipt {
  readonly formatVersion: typeof RECEIPT_FORMAT_VERSION;
  /** Version of this package that wrote it. */
  readonly toolVersion: string;
  readonly project: string;
  readonly environment: string;
  readonly stack: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly endedAt: string;
  readonly outcome: "deployed" | "unchanged" | "failed";
  /** What was changed on the hosts. */
  readonly changes: readonly ReceiptChange[];
  readonly activations: readonly ReceiptActivation[];
  /** What went back to what was proven before, and what did not, after an activation that failed. */
  readonly restored: readonly ReceiptPlace[];
  readonly notRestored: readonly ReceiptPlace[];
  readonly failures: readonly string[];
  /** What was found for each hop of the stack afterwards; empty where the deploy failed before. */
  readonly hops: readonly VerdictReport[];
  /** Where running products have read the next generation of identities in rotation. */
  readonly proven: readonly ProvenPlace[];
}

export interface ReceiptChange {
  readonly change: PlannedChange["change"];
  /** `store`, `key`, `trusts`, `file`, `settings`, … */
  readonly kind: string;
  /** `HOST:PATH`. */
  readonly place: string;
  readonly alias?: string;
  /** Of the certificate, or of the file's content. */
  readonly sha256?: Values;
}

export interface ReceiptActivation {
  readonly name: string;
  /** Address of its host. */
  readonly host?: string;
  readonly state: "proven" | "deferred" | "failed";
  /** Each command that ran, in their order, those after a roll-back too. */
  readonly commands: readonly {
    readonly argv: readonly string[];
    /** Exit status. @default - it did not end by itself in time */
    readonly status?: number;
    readonly milliseconds?: number;
  }[];
  /** `served` where a handshake has shown it, `called` where its commands ended well. */
  readonly level?: string;
  readonly provenAt?: string;
}

export interface ReceiptPlace {
  readonly place: string;
  readonly thing?: string;
  readonly text?: string;
}

/** What is known of a deploy of one stack. */
export interface StackDeploy {
  readonly plan: TrustPlan;
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly outcome: Receipt["outcome"];
  readonly planned: readonly PlannedChange[];
  readonly journal: readonly JournalLine[];
  readonly failures: readonly string[];
  /** Of the whole environment. */
  readonly hops: readonly VerdictReport[];
  /** Of the whole environment. */
  readonly evidence: readonly PlacedEvidence[];
}

export function receiptOf(deploy: StackDeploy): Receipt {
  const { plan, outcome, journal, failures } = deploy;
  const { toolVersion, project, environment, stack } = plan;
  const places = (event: JournalLine["event"]) =>
    journal.filter((each) => each.event === event).map((each) => placeIn(plan, each));
  return {
    formatVersion: RECEIPT_FORMAT_VERSION,
    toolVersion,
    project,
    environment,
    stack,
    startedAt: deploy.startedAt.toISOString(),
    endedAt: deploy.endedAt.toISOString(),
    outcome,
    changes: changesOf(deploy),
    activations: activationsIn(journal),
    restored: places("rolled-back"),
    notRestored: places("not-rolled-back"),
    failures,
    hops: deploy.hops.filter(({ hopId }) => concerns(plan, hopId)),
    proven: deploy.evidence
      .filter(({ place }) => place.readers.some(({ owner }) => owner === ownerOf(plan)))
      .map(({ place, evidence }) => provenPlace(place, evidence)),
  };
}

/** What was planned; of a deploy that failed, what the provider says that it has written. */
function changesOf({ plan, outcome, planned, journal }: StackDeploy): ReceiptChange[] {
  const written = new Set(
    journal.filter(({ event }) => event === "changed").map((event) => placeIn(plan, event).place),
  );
  return planned.flatMap(({ change, kind, place, alias, fingerprint }): ReceiptChange[] => {
    if (place === undefined || kind === "activation") return [];
    if (outcome === "failed" && !written.has(place)) return [];
    const sha256 = fingerprint !== undefined && Object.keys(fingerprint).length > 0 ? fingerprint : undefined;
    return [
      {
        change,
        kind,
        place,
        ...(alias === undefined ? {} : { alias }),
        ...(sha256 === undefined ? {} : { sha256 }),
      },
    ];
  });
}

function activationsIn(journal: readonly JournalLine[]): ReceiptActivation[] {
  const named = groupBy(journal, ({ activation }) => activation);
  return [...named].flatMap(([name, events]): ReceiptActivation[] => {
    if (name === undefined) return [];
    const proof = events.findLast(({ event }) => event === "proved");
    const isFailed = events.some(({ event }) => event === "failed");
    const host = events.find((event) => event.host !== undefined)?.host;
    return [
      {
        name,
        ...(host === undefined ? {} : { host }),
        state: isFailed ? "failed" : proof === undefined ? "deferred" : "proven",
        commands: events
          .filter(({ event }) => event === "ran")
          .map(({ argv = [], status, milliseconds }) => ({
            argv,
            ...(status === undefined ? {} : { status }),
            ...(milliseconds === undefined ? {} : { milliseconds }),
          })),
        ...(proof?.level === undefined ? {} : { level: proof.level }),
        ...(proof === undefined ? {} : { provenAt: proof.at }),
      },
    ];
  });
}

function placeIn({ hosts }: TrustPlan, { host, path = "", thing, text }: JournalLine): ReceiptPlace {
  const hostId = hosts.find((each) => hostAddress(each, ".") === host)?.id ?? host;
  return {
    place: placeOf(hostId, path),
    ...(thing === undefined ? {} : { thing }),
    ...(text === undefined ? {} : { text }),
  };
}

/** A hop is its client's, and its server's. */
function concerns({ stack, endpoints, hops }: TrustPlan, hopId: string): boolean {
  if (stackOf(hopId) === stack) return true;
  const endpointId = hops.find(({ id }) => id === hopId)?.endpointId;
  return endpoints.some(({ id }) => id === endpointId);
}
