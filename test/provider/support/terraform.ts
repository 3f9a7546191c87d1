import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { installProvider } from "../../../lib/provider/install";
import { testMachines, type TestMachines } from "../../support/testMachine";
import { tool } from "../../support/tools";

/** What Terraform said. */
export interface TerraformResult {
  readonly status: number | null;
  /** Standard output and error, one after the other, on one line where Terraform wrapped them. */
  readonly text: string;
}

/** One resource's change in a plan. */
export interface PlannedResource {
  readonly address: string;
  readonly actions: readonly string[];
  readonly before: Readonly<Record<string, unknown>> | null;
  readonly after: Readonly<Record<string, unknown>> | null;
}

/** An apply under way, in a process group of its own. */
export interface RunningApply {
  /** Kills Terraform and its providers. */
  readonly kill: () => void;
  /** What Ctrl-C does: the signal reaches all of them. */
  readonly interrupt: () => void;
  readonly ended: Promise<number | null>;
}

const projectRoot = join(__dirname, "..", "..", "..");

/** A scratch directory with a stack in it, and the real Terraform to run there. */
export class TerraformStack {
  readonly root: string;
  readonly directory: string;
  environment: Record<string, string> = {};
  /** Who runs Terraform, where it is not the one who runs the tests. */
  userId: number | undefined;
  private readonly machines: TestMachines;

  /** @param bundle - the provider for `terraform.d`. @default - none: Terraform finds it where the test puts it */
  constructor(bundle?: string) {
    this.root = mkdtempSync(join(tmpdir(), "trust-stack-"));
    this.directory = join(this.root, "stack");
    this.machines = testMachines(this.directory);
    mkdirSync(this.directory);
    writeFileSync(join(this.root, "terraformrc"), "");
    if (bundle !== undefined) installProvider(this.directory, { bundle });
  }

  /** Writes `main.tf`, providers included. */
  configure(body: string): void {
    const providers = `terraform {
  required_providers {
    trust = { source = "cdktf-trust.invalid/cdktf-trust/trust" }
    null  = { source = "cdktf-trust.invalid/cdktf-trust/null" }
  }
}
`;
    writeFileSync(join(this.directory, "main.tf"), providers + this.machines.meant(body));
  }

  init(): void {
    const { status, text } = this.run("init", "-input=false");
    if (status !== 0) throw new Error(text);
  }

  run(...parameters: string[]): TerraformResult {
    const options = {
      cwd: this.directory,
      env: this.environmentOf(parameters),
      encoding: "utf8",
      maxBuffer: 1 << 28,
      ...this.user(),
    } as const;
    const words = parameters.map((word) => this.machines.meant(word));
    const run = spawnSync(tool("terraform"), words, options);
    return { status: run.status, text: this.machines.told(unwrap(run.stdout + run.stderr)) };
  }

  apply(): TerraformResult {
    return this.run("apply", "-auto-approve", "-input=false");
  }

  destroy(): TerraformResult {
    return this.run("destroy", "-auto-approve", "-input=false");
  }

  /** Starts an apply in a process group of its own, so that it can be killed with its providers. */
  startApply(): RunningApply {
    const child = spawn(tool("terraform"), ["apply", "-auto-approve", "-input=false"], {
      cwd: this.directory,
      env: this.plainEnvironment(),
      stdio: "ignore",
      detached: true,
    });
    const ended = new Promise<number | null>((resolve) => child.on("exit", resolve));
    return {
      kill: () => signalGroup(child.pid, "SIGKILL"),
      interrupt: () => signalGroup(child.pid, "SIGINT"),
      ended,
    };
  }

  /** Changes that the next apply would make, by address; nothing for what stays. */
  plan(): readonly PlannedResource[] {
    const planned = this.run("plan", "-input=false", "-detailed-exitcode", "-out=plan.bin");
    // Nothing changes, so nothing need be shown.
    if (planned.status === 0) return [];
    if (planned.status !== 2) throw new Error(planned.text);
    const words = ["show", "-json", "plan.bin"];
    const shown = spawnSync(tool("terraform"), words, {
      cwd: this.directory,
      env: this.environmentOf(words),
      encoding: "utf8",
      maxBuffer: 1 << 28,
    });
    const plan: {
      resource_changes?: { address: string; change: Omit<PlannedResource, "address"> }[];
    } = JSON.parse(this.machines.told(shown.stdout));
    return (plan.resource_changes ?? [])
      .map(({ address, change: { actions, before, after } }) => ({ address, actions, before, after }))
      .filter(({ actions }) => actions.join() !== "no-op");
  }

  /** Attributes of a resource as the state file has them. */
  state(address: string): Readonly<Record<string, unknown>> | undefined {
    const file = join(this.directory, "terraform.tfstate");
    if (!existsSync(file)) return undefined;
    const state: {
      resources: { type: string; name: string; instances: { attributes: Record<string, unknown> }[] }[];
    } = JSON.parse(this.machines.told(readFileSync(file, "utf8")));
    return state.resources.find(({ type, name }) => `${type}.${name}` === address)?.instances[0]?.attributes;
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  /** Options of a process that is this user's. */
  protected user(): { readonly uid?: number; readonly gid?: number } {
    return this.userId === undefined ? {} : { uid: this.userId, gid: this.userId };
  }

  /** The environment of a command that is waited for. */
  protected environmentOf(_words: readonly string[]): NodeJS.ProcessEnv {
    return this.plainEnvironment();
  }

  private plainEnvironment(): NodeJS.ProcessEnv {
    const withoutColor = ["init", "plan", "apply", "destroy", "import"].map((command) => [
      `TF_CLI_ARGS_${command}`,
      "-no-color",
    ]);
    return {
      ...process.env,
      ...this.machines.environment,
      ...Object.fromEntries(withoutColor),
      CHECKPOINT_DISABLE: "1",
      TF_IN_AUTOMATION: "1",
      TF_CLI_CONFIG_FILE: join(this.root, "terraformrc"),
      ...this.environment,
    };
  }
}

/** Bundles the provider as the package ships it. */
export function bundleProvider(directory: string): string {
  const outfile = join(directory, "terraform-provider-trust.cjs");
  buildSync({
    entryPoints: [join(projectRoot, "lib", "provider", "main.ts")],
    outfile,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    minifyWhitespace: true,
    minifySyntax: true,
    logLevel: "error",
  });
  return outfile;
}

/** Terraform breaks lines and draws boxes; a test looks for sentences. */
function unwrap(text: string): string {
  return text.replace(/[│╷╵]/g, " ").replace(/\s+/g, " ");
}

function signalGroup(processId: number | undefined, signal: NodeJS.Signals): void {
  if (processId === undefined) return;
  try {
    process.kill(-processId, signal);
  } catch {
    // It has ended already.
  }
}
