import { type Expiry, expiriesOf } from "../../check";
import { createSecretResolver, openHost } from "../../hosts";
import type { TrustPlan } from "../../model";
import { type OwedActivation, type VerdictReport, owedActivations } from "../../verify";
import { type HopRow, hopRows } from "../deploy/hopRows";
import { readStacks, selectStacks } from "../deploy/manifest";
import { deployOptions } from "../deploy/options";
import { proveStacks, reportProven } from "../deploy/prove";
import { type UnprovenStep, unprovenSteps } from "../deploy/unproven";
import { type ExpiryFlags, policyOf, windowOf } from "../expiry";
import type { CliIo } from "../io";
import { adoptedDrift } from "../lock/adoptedDrift";
import { lockContext } from "../lock/context";
import type { DriftReport } from "../../lock";
import { type Rotation, rotationsOf } from "./rotations";

/** Options as commander reads them. */
export interface StatusFlags extends ExpiryFlags {
  readonly environment?: string;
  readonly json: boolean;
}

/** How an environment stands. */
export interface Status {
  readonly environment: string;
  readonly hops: readonly VerdictReport[];
  readonly rows: readonly HopRow[];
  readonly drift: DriftReport;
  readonly owed: readonly OwedActivation[];
  /** Records that could not be read, one line each. */
  readonly unread: readonly string[];
  /** Steps that people do, and that nobody has acknowledged. */
  readonly steps: readonly UnprovenStep[];
  readonly expiring: readonly Expiry[];
  readonly rotating: readonly Rotation[];
}

/** Reads what was synthesised last, and the hosts; calls no server and changes nothing. */
export async function gatherStatus(io: CliIo, flags: StatusFlags): Promise<Status> {
  const { project, environment, outputDirectory } = deployOptions(io, [], flags);
  const output = readStacks(outputDirectory, { project: project.name, environment });
  const proven = await proveStacks(selectStacks(output, []), { project, now: io.now });
  const { plan, certificates: placed } = proven;
  const { owed, unread } = await owedActivations(plan, {
    projectDirectory: project.directory,
    openHost,
    resolveSecret: createSecretResolver({ workingDirectory: project.directory }),
  });
  return {
    environment,
    hops: reportProven(proven, io.now),
    rows: hopRows(proven),
    drift: await driftOf(io, flags, plan),
    owed,
    unread,
    steps: unprovenSteps(proven).filter(({ acknowledged }) => acknowledged === undefined),
    expiring: expiriesOf(plan, { now: io.now, placed, ...windowOf(flags, policyOf(project, environment)) }),
    rotating: rotationsOf(plan),
  };
}

async function driftOf(io: CliIo, flags: StatusFlags, plan: TrustPlan): Promise<DriftReport> {
  return await adoptedDrift(lockContext(io, flags), [plan]);
}
