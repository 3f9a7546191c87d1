import { spawn, spawnSync } from "node:child_process";
import { hostname } from "node:os";
import {
  ADOPTING_VARIABLE,
  DESTROYING_VARIABLE,
  JOURNAL_VARIABLE,
  LIVE_VARIABLE,
  REFUSE_AT_PLAN_VARIABLE,
} from "../../provider/variables";
import { type AttachedProvider, attachProvider } from "./attachedProvider";
import { stateFailed, terraformFailed, terraformMissing, terraformTooOld } from "./errors";
import type { StackOutput } from "./manifest";
import type { PlanJson } from "./planJson";
import { OneAtATime, sharesPluginCache } from "./pluginCache";
import { anotherRun, applicationName, lockOptions, lostRace } from "./stateLock";
import { errorsIn } from "./terraformText";
import type { TerraformLog } from "./terraformLog";

const MINIMUM_MINOR = 11;

/** What a finished Terraform command said. */
interface TerraformResult {
  readonly status: number | null;
  /** Standard output alone. */
  readonly stdout: string;
  /** All that it said, in the order in which it came. */
  readonly output: string;
}

/** A folder that Terraform works in. */
export type StackFolder = Pick<StackOutput, "name" | "workingDirectory">;

/** Copies of states, as files. */
export interface StateFiles {
  readonly from: string;
  /** @default - the same one */
  readonly to?: string;
}

/** What a plan is for; `adopt` changes nothing on hosts, `preview` is not applied, and `state-only` looks at no host either and only reads the state. */
export type PlanMode = "deploy" | "adopt" | "destroy" | "preview" | "state-only";

/** How Terraform is called where nobody is there to answer. */
const QUIETLY = ["-input=false", "-no-color"];

/** Who follows what the provider does. */
export interface ProviderWatch {
  /** Absolute path of a file for what it did. */
  readonly journal: string;
  /** Is told each line that a command of an activation prints, `NAME: text`. */
  readonly hear: (line: string) => void;
}

/** What a plan came to. */
export interface TerraformPlan {
  /** Terraform's account. */
  readonly account: string;
  /** Undefined where nothing is to be done. */
  readonly json: PlanJson | undefined;
}

/** A stack as it is planned and applied in one go. */
export interface StackRun {
  /**
   * Compares the stack with the hosts and saves what is to be done.
   *
   * @param targets addresses to which it is limited. @default - the whole stack
   */
  plan(planFile: string, targets?: readonly string[]): Promise<TerraformPlan>;
  /** @returns Terraform's account */
  apply(planFile: string): Promise<string>;
}

/** What the provider is told of it. */
const PLAN_VARIABLES: Readonly<Record<PlanMode, Readonly<Record<string, string>>>> = {
  deploy: { [REFUSE_AT_PLAN_VARIABLE]: "1", [DESTROYING_VARIABLE]: "0" },
  adopt: { [REFUSE_AT_PLAN_VARIABLE]: "1", [DESTROYING_VARIABLE]: "0", [ADOPTING_VARIABLE]: "1" },
  destroy: { [DESTROYING_VARIABLE]: "1" },
  preview: { [DESTROYING_VARIABLE]: "0" },
  "state-only": { [DESTROYING_VARIABLE]: "0" },
};

const PLAN_OPTIONS: Readonly<Record<PlanMode, readonly string[]>> = {
  deploy: [],
  adopt: [],
  destroy: ["-destroy"],
  preview: [],
  "state-only": ["-refresh=false", "-lock=false"],
};

/** Each of those that make the tables of a state at once wins once. */
const INIT_ATTEMPTS = 5;

/** Terraform on one machine, run without a terminal and without asking the network for anything. */
export class Terraform {
  /**
   * Finds Terraform on the PATH, or under the name in `TERRAFORM_BINARY_NAME`, as CDKTF does.
   *
   * @throws DeployError `terraform-missing`, `terraform-too-old`
   */
  static find(): Terraform {
    const binary = process.env["TERRAFORM_BINARY_NAME"] ?? "terraform";
    const result = spawnSync(binary, ["version", "-json"], { encoding: "utf8", env: environment() });
    if (result.error !== undefined || result.status !== 0) throw terraformMissing();
    const { terraform_version: version } = JSON.parse(result.stdout) as { terraform_version: string };
    const [major = 0, minor = 0] = version.split(".").map(Number);
    if (major < 1 || (major === 1 && minor < MINIMUM_MINOR)) throw terraformTooOld(version);
    return new Terraform(binary);
  }

  private constructor(private readonly binary: string) {}

  /** @param log where all that it says is kept. @default - nowhere */
  async init(stack: StackFolder, log?: TerraformLog): Promise<void> {
    const words = ["init", ...QUIETLY];
    const once = () => this.run(stack, words);
    const init = () => (sharesPluginCache(environment()) ? inits.run(once) : once());
    let { status, output } = await init();
    for (let attempt = 1; status !== 0 && attempt < INIT_ATTEMPTS && lostRace(output); attempt++)
      ({ status, output } = await init());
    log?.add(words, output);
    if (status !== 0) throw terraformFailed(stack.name, "init", errorsIn(output, log?.path));
  }

  /**
   * Lets a stack be planned and applied with one provider that stays, where each of the two would start several.
   *
   * @param log where all that Terraform says is kept. @default - nowhere
   * @param watch who follows what the provider does. @default - nobody
   */
  async withProvider<T>(
    stack: StackFolder,
    mode: PlanMode,
    use: (run: StackRun) => Promise<T>,
    log?: TerraformLog,
    watch?: ProviderWatch,
  ): Promise<T> {
    const watched = watch === undefined ? {} : { [JOURNAL_VARIABLE]: watch.journal, [LIVE_VARIABLE]: "1" };
    const variables = { ...PLAN_VARIABLES[mode], ...watched };
    const provider = await attachProvider(
      stack.workingDirectory,
      { ...environment(), ...variables },
      watch?.hear,
    );
    const run = async (words: readonly string[]) => {
      const result = await this.run(stack, words, variables, provider);
      log?.add(words, result.output);
      return result;
    };
    const failureOf = (step: string, output: string) =>
      anotherRun(stack, output) ?? terraformFailed(stack.name, step, errorsIn(output, log?.path));
    try {
      return await use({
        plan: async (planFile, targets = []) => {
          const limits = targets.map((address) => `-target=${address}`);
          const locking = mode === "state-only" ? [] : lockOptions(environment());
          const words = [
            "-detailed-exitcode",
            `-out=${planFile}`,
            ...PLAN_OPTIONS[mode],
            ...locking,
            ...limits,
          ];
          const { status, output } = await run(["plan", ...QUIETLY, ...words]);
          if (status !== 0 && status !== 2) throw failureOf("plan", output);
          if (status === 0) return { account: output, json: undefined };
          // Not into the log: it would show what is marked as secret.
          const shown = await this.run(stack, ["show", "-json", planFile], variables, provider);
          if (shown.status !== 0) throw terraformFailed(stack.name, "show", shown.output);
          return { account: output, json: this.planIn(stack, shown.stdout) };
        },
        apply: async (planFile) => {
          const { status, output } = await run([
            "apply",
            ...QUIETLY,
            ...lockOptions(environment()),
            planFile,
          ]);
          if (status !== 0) throw failureOf("apply", output);
          return output;
        },
      });
    } finally {
      await provider?.stop();
    }
  }

  private planIn({ name }: StackFolder, shown: string): PlanJson {
    try {
      return JSON.parse(shown) as PlanJson;
    } catch {
      throw terraformFailed(
        name,
        "show",
        `${this.binary} show -json printed no JSON of the plan that it had saved`,
      );
    }
  }

  /** The state as it is in the stack's backend, JSON; empty where there is none yet. */
  async pullState(stack: StackFolder): Promise<string> {
    return (await this.mustRunOnState(stack, ["pull"])).stdout;
  }

  /**
   * Puts a state into the stack's backend: refused by Terraform where somebody else has written it since its serial
   * was the one before.
   *
   * @param file a path
   */
  async pushState(stack: StackFolder, file: string): Promise<void> {
    await this.mustRunOnState(stack, ["push", file]);
  }

  /** Gives a row another address, in files that were pulled: from one state to another where there are two. */
  async moveRow(stack: StackFolder, files: StateFiles, from: string, to: string): Promise<void> {
    const out = files.to === undefined ? [] : [`-state-out=${files.to}`];
    await this.mustRunOnState(stack, ["mv", `-state=${files.from}`, ...out, from, to]);
  }

  /** Lets go of rows, all at once; what they stand for stays as it is. */
  async removeRows(stack: StackFolder, addresses: readonly string[], file?: string): Promise<void> {
    const state = file === undefined ? [] : [`-state=${file}`];
    await this.mustRunOnState(stack, ["rm", ...state, ...addresses]);
  }

  private async mustRunOnState(
    stack: StackFolder,
    [step, ...rest]: readonly [string, ...string[]],
  ): Promise<TerraformResult> {
    const result = await this.run(stack, ["state", step, "-no-color", ...rest]);
    if (result.status !== 0) throw stateFailed(stack.name, step, result.output);
    return result;
  }

  private async run(
    stack: StackFolder,
    words: readonly string[],
    variables: Readonly<Record<string, string>> = {},
    provider?: AttachedProvider,
  ): Promise<TerraformResult> {
    // Ctrl-C reaches Terraform too, which finishes what it has begun and then fails.
    if (running === 0) process.on("SIGINT", leaveToTerraform);
    running += 1;
    const child = spawn(this.binary, words, {
      cwd: stack.workingDirectory,
      env: {
        ...applicationName(stack.name, hostname()),
        ...environment(),
        ...variables,
        ...provider?.variables,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const chunks: Buffer[] = [];
    const printed: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk) && printed.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk));
    const ended = new Promise<number | null>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", resolve);
    });
    const status = await ended.finally(() => {
      running -= 1;
      if (running === 0) process.off("SIGINT", leaveToTerraform);
    });
    return {
      status,
      stdout: Buffer.concat(printed).toString("utf8"),
      output: Buffer.concat(chunks).toString("utf8") + (provider?.lastWords() ?? ""),
    };
  }
}

const inits = new OneAtATime();

/** How many Terraforms run. */
let running = 0;

function leaveToTerraform(): void {}

/**
 * Terraform spends a fifth of a plan on collecting garbage, unless its heap may grow to four times what it holds
 * (`GOGC`, in Go's runtime), which costs some fifty megabytes for a hundred endpoints. Whoever sets that has a reason.
 */
function environment(): NodeJS.ProcessEnv {
  return { GOGC: "300", ...process.env, CHECKPOINT_DISABLE: "1", TF_IN_AUTOMATION: "1", TF_INPUT: "0" };
}
