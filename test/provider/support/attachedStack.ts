import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { reattachment } from "../../../lib/cli/deploy/attachedProvider";
import { bundleIn } from "../../../lib/provider/install";
import { ATTACHED_WORD, DESTROYING_VARIABLE } from "../../../lib/provider/variables";
import { type RunningApply, TerraformStack } from "./terraform";

const LONGEST_START_MS = 30_000;
const POLL_MS = 5;

/** Sockets of the two providers, by name. */
type Sockets = Readonly<Record<"trust" | "null", string>>;

/** A provider that runs for all commands of one environment. */
interface Attached {
  readonly process: ChildProcess;
  readonly sockets: Sockets;
}

/**
 * A stack whose commands share a running provider, as those of `cdktf-trust deploy` do; Terraform on its own starts
 * three to six for each command. Under `SLOW=1` it does, so that every test is also run as plain Terraform runs; and an
 * apply that is to be killed always has its own.
 */
export class AttachedStack extends TerraformStack {
  /** By environment: a provider has that of its start. */
  private readonly providers = new Map<string, Attached>();

  private isAttached = process.env["SLOW"] !== "1";

  /** Whether `init` was put off, because providers that run need not be installed. */
  private isInitPending = false;

  /** From here on Terraform starts its providers itself, as it does for people. */
  detach(): void {
    this.isAttached = false;
    this.initWherePending();
  }

  override init(): void {
    this.isInitPending = this.isAttached;
    if (!this.isAttached) super.init();
  }

  override startApply(): RunningApply {
    this.initWherePending();
    return super.startApply();
  }

  /** Ends the providers and removes the directory. */
  override remove(): void {
    for (const { process } of this.providers.values()) process.kill("SIGKILL");
    super.remove();
  }

  private initWherePending(): void {
    if (this.isInitPending) super.init();
    this.isInitPending = false;
  }

  protected override environmentOf(words: readonly string[]): NodeJS.ProcessEnv {
    const plain = super.environmentOf(words);
    if (!this.isAttached || words[0] === "init") return plain;
    const isDestroying = words.some((word) => /^-{0,2}destroy$/.test(word));
    const environment = { ...plain, [DESTROYING_VARIABLE]: isDestroying ? "1" : "0" };
    const key = JSON.stringify([this.environment, isDestroying]);
    const attached = this.providers.get(key) ?? this.attach(environment);
    this.providers.set(key, attached);
    const { process: provider, sockets } = attached;
    return { ...plain, TF_REATTACH_PROVIDERS: reattachment(undefined, provider.pid, sockets) };
  }

  /** Starts a provider and waits for it without giving way, because the commands do not either. */
  private attach(environment: NodeJS.ProcessEnv): Attached {
    const said = join(this.root, `provider-${this.providers.size}`);
    const output = openSync(said, "w");
    const words = [bundleIn(this.directory), ATTACHED_WORD];
    // Ends by itself when this process does, because its standard input does then.
    const child = spawn(process.execPath, words, {
      cwd: this.directory,
      env: environment,
      stdio: ["pipe", output, "ignore"],
      ...this.user(),
    });
    closeSync(output);
    const clock = new Int32Array(new SharedArrayBuffer(4));
    for (let waitedMs = 0; waitedMs < LONGEST_START_MS; waitedMs += POLL_MS) {
      const announced = readFileSync(said, "utf8");
      if (announced.endsWith("\n")) return { process: child, sockets: JSON.parse(announced) as Sockets };
      Atomics.wait(clock, 0, 0, POLL_MS);
    }
    throw new Error("the provider does not say where it listens");
  }
}
