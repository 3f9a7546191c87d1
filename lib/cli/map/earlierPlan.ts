import { existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { type TrustPlan, joinPlans, stackOf } from "../../model";
import { readManifest, readTrustPlan, readVerdicts, verdictsFile } from "../../project";
import type { EarlierPlan } from "../../report/map";
import { UsageError } from "../errors";
import type { CliIo } from "../io";

const PLAN_FILE = "trust-plan.json";
const REMEDY =
  "give a trust-plan.json, or the output folder, that cdktf-trust synth wrote at the revision to compare with";

/**
 * What a map is compared with: a plan of one stack, or the output folder of an earlier synth with all of them and what
 * was found.
 *
 * @throws UsageError for what is neither; ProjectError for what is damaged
 */
export function readEarlier(io: CliIo, given: string, environment: string): EarlierPlan {
  const path = resolve(io.workingDirectory, given);
  if (!existsSync(path))
    throw new UsageError(
      `--against ${given}: there is no such file; give a trust-plan.json, or the output folder of an earlier synth`,
    );
  const earlier = statSync(path).isDirectory() ? earlierFolder(path, given) : earlierFile(path);
  if (earlier.plan.environment !== environment)
    throw new UsageError(
      `--against ${given} is of the environment "${earlier.plan.environment}", and the map is of "${environment}": give one of the same`,
    );
  return earlier;
}

function earlierFile(file: string): EarlierPlan {
  if (file.endsWith("trust-verdicts.json")) {
    const { plan, verdicts } = readVerdicts(file);
    return { plan, verdicts, stacks: stacksIn(plan) };
  }
  const plan = readTrustPlan(file, REMEDY);
  return { plan, verdicts: [], stacks: [plan.stack] };
}

function earlierFolder(folder: string, given: string): EarlierPlan {
  // A stack's own folder, or that of an environment.
  if (existsSync(join(folder, PLAN_FILE))) return earlierFile(join(folder, PLAN_FILE));
  const found = verdictsFile(folder);
  if (existsSync(found)) return earlierFile(found);
  if (!existsSync(join(folder, "manifest.json")))
    throw new UsageError(
      `--against ${given}: neither a plan nor the output of a synth is in that folder; give cdktf.out/ENVIRONMENT as an earlier synth wrote it`,
    );
  const [first, ...others] = readManifest(folder)
    .map(({ workingDirectory }) => join(folder, workingDirectory, PLAN_FILE))
    .filter((file) => existsSync(file))
    .map((file) => readTrustPlan(file, REMEDY));
  if (first === undefined)
    throw new UsageError(
      `--against ${given}: no stack there declares trust; give the output of another synth`,
    );
  return {
    plan: joinPlans([first, ...others]),
    verdicts: [],
    stacks: [first, ...others].map(({ stack }) => stack),
  };
}

/** The stacks that a joined plan is of: it holds the name of the first alone. */
function stacksIn(plan: TrustPlan): string[] {
  const ids = [...plan.systems, ...plan.identities, ...plan.hops, ...plan.endpoints].map(({ id }) => id);
  return [...new Set([plan.stack, ...ids.map(stackOf)])];
}
