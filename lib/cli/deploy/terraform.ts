import { spawn, spawnSync } from "node:child_process";
import { REFUSE_AT_PLAN_VARIABLE } from "../../provider/variables";
import { stateFailed, terraformFailed, terraformMissing, terraformTooOld } from "./errors";
import type { StackOutput } from "./manifest";

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

/** What a plan is for; `preview` is not applied, and `state-only` looks at no host either and only reads the state. */
export type PlanMode = "deploy" | "destroy" | "preview" | "state-only";

const PLAN_OPTIONS: Readonly<Record<PlanMode, readonly string[]>> = {
  deploy: [],
  destroy: ["-destroy"],
  preview: [],
  "state-only": ["-refresh=false", "-lock=false"],
};

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

  async init(stack: StackFolder): Promise<void> {
    await this.mustRun(stack, "init", ["init", "-input=false", "-no-color"]);
  }

  /**
   * Compares the stack with the hosts and saves what is to be done.
   *
   * @param targets addresses to which it is limited; empty for the whole stack
   * @returns Terraform's account of the changes; undefined where there are none
   */
  async plan(
    stack: StackFolder,
    planFile: string,
    mode: PlanMode = "deploy",
    targets: readonly string[] = [],
  ): Promise<string | undefined> {
    const arguments_ = [
      "plan",
      "-input=false",
      "-no-color",
      "-detailed-exitcode",
      `-out=${planFile}`,
      ...PLAN_OPTIONS[mode],
      ...targets.map((address) => `-target=${address}`),
    ];
    const variables = mode === "deploy" ? { [REFUSE_AT_PLAN_VARIABLE]: "1" } : {};
    const { status, output } = await this.run(stack, arguments_, variables);
    if (status === 0) return undefined;
    if (status !== 2) throw terraformFailed(stack.name, "plan", output);
    return output;
  }

  async apply(stack: StackFolder, planFile: string): Promise<string> {
    return await this.mustRun(stack, "apply", ["apply", "-input=false", "-no-color", planFile]);
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

  private async mustRun(stack: StackFolder, step: string, arguments_: readonly string[]): Promise<string> {
    const { status, output } = await this.run(stack, arguments_);
    if (status !== 0) throw terraformFailed(stack.name, step, output);
    return output;
  }

  private async run(
    stack: StackFolder,
    arguments_: readonly string[],
    variables: Readonly<Record<string, string>> = {},
  ): Promise<TerraformResult> {
    const child = spawn(this.binary, arguments_, {
      cwd: stack.workingDirectory,
      env: { ...environment(), ...variables },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const chunks: Buffer[] = [];
    const printed: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk) && printed.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk));
    return await new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (status) =>
        resolve({
          status,
          stdout: Buffer.concat(printed).toString("utf8"),
          output: Buffer.concat(chunks).toString("utf8"),
        }),
      );
    });
  }
}

function environment(): NodeJS.ProcessEnv {
  return { ...process.env, CHECKPOINT_DISABLE: "1", TF_IN_AUTOMATION: "1", TF_INPUT: "0" };
}
