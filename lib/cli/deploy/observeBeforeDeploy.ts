import { existsSync } from "node:fs";
import { type DriftReport, fileReader, lockPath, updateLock, type UpdateResult } from "../../lock";
import { LOCAL_ENVIRONMENT, type TrustPlan } from "../../model";
import type { CliIo } from "../io";
import { adoptedDrift, adoptsAny } from "../lock/adoptedDrift";
import { declaredPlans, lockContext, type LockContext } from "../lock/context";
import { type DeployOptions, synthesise, type Synthesised } from "./synthesise";
import { DeployError } from "./errors";
import type { StackOutput } from "./manifest";

/**
 * Synthesises with the lock of the environment `local` brought up to date with the stacks and with what stays on their
 * hosts, so that a fresh clone deploys in one command. Elsewhere that is a commit that somebody makes with
 * `cdktf-trust lock --observe`.
 *
 * Mostly the lock has all of it already, and what was synthesised with it stands.
 */
export async function synthesiseObserved(options: DeployOptions, io: CliIo): Promise<Synthesised> {
  const { project, environment } = options;
  if (environment !== LOCAL_ENVIRONMENT) return synthesise(options);
  const isLocked = existsSync(lockPath(project.directory, environment));
  const synthesised = isLocked ? await synthesisedOrRefused(options) : undefined;
  const context = lockContext(io, { environment });
  const before = context.session.lock;
  const plans =
    synthesised?.ok === true
      ? synthesised.value.chosen.map(({ plan }) => declaredAlone(plan))
      : (await declaredPlans(io, context, options)).filter(
          ({ stack }) => options.stacks.length === 0 || options.stacks.includes(stack),
        );
  const { lock } = await observe(context, plans, io);
  if (synthesised === undefined || lock !== before) return synthesise(options);
  if (!synthesised.ok) throw synthesised.refusal;
  return synthesised.value;
}

/** Of identities in rotation, a synthesised plan has the generation that is not served as an identity of its own. */
function declaredAlone(plan: TrustPlan): TrustPlan {
  return { ...plan, identities: plan.identities.filter(({ generationOf }) => generationOf === undefined) };
}

type SynthesisedOrRefused =
  { readonly ok: true; readonly value: Synthesised } | { readonly ok: false; readonly refusal: DeployError };

/** The app may refuse what the lock says of hosts, and not what they are by now. */
async function synthesisedOrRefused(options: DeployOptions): Promise<SynthesisedOrRefused> {
  try {
    return { ok: true, value: await synthesise(options) };
  } catch (error) {
    if (error instanceof DeployError && error.code === "app-failed") return { ok: false, refusal: error };
    throw error;
  }
}

function observe(
  { session, project, resolveSecret }: LockContext,
  plans: readonly TrustPlan[],
  io: CliIo,
): Promise<UpdateResult> {
  return updateLock({
    plans,
    session,
    projectDirectory: project.directory,
    observe: "reached",
    prune: false,
    now: io.now,
    randomBytes: io.randomBytes,
    readFile: fileReader(project.directory),
    resolveSecret,
  });
}

/**
 * By stack, which certificates that it adopts are others on their hosts than the lock pins, so that what is deployed
 * would not match them. Without the lock's key, and nothing is changed; of a stack that adopts none, and where neither
 * secrets nor hosts are taken to be at hand, nothing is said.
 */
export async function driftOf(
  { environment, artifacts, passing }: DeployOptions,
  io: CliIo,
  stacks: readonly StackOutput[],
): Promise<ReadonlyMap<string, DriftReport>> {
  const adopting = artifacts ? stacks.filter(({ plan }) => adoptsAny(plan)) : [];
  const reports = new Map<string, DriftReport>();
  if (adopting.length === 0) return reports;
  const context = lockContext(io, { environment });
  await passing("compare adopted certificates with their hosts", async () => {
    for (const { name, plan } of adopting) reports.set(name, await adoptedDrift(context, [plan]));
  });
  return reports;
}
