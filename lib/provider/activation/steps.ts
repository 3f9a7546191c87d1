import { type CommandOutcome, type HostProcesses, isUnreached, runnerProcesses } from "../../hosts";
import { TrustError } from "../../model";
import { terminalLine } from "../../text";
import { providerConfiguration } from "../configuration";
import { hideSecrets } from "../secrets";
import { LIVE_PREFIX, LIVE_VARIABLE } from "../variables";
import type { DeclaredActivation, DeclaredStep } from "./declared";
import { interrupted } from "./errors";
import { journal } from "./journal";

/** The first step that did not end well. */
export interface StepFailure {
  readonly step: DeclaredStep;
  /** From 1. */
  readonly number: number;
  /** Absent where it is not known what became of it. */
  readonly outcome?: CommandOutcome;
  /** Why it is not known. */
  readonly reason?: string;
}

/**
 * Runs the steps in their order; the first one that does not end with 0 in time ends all.
 *
 * @throws HostError where the machine is not reached for the first step, and so nothing was run; ActivationError `activation-interrupted`
 */
export async function runSteps(
  activation: DeclaredActivation,
  signal: AbortSignal,
): Promise<StepFailure | undefined> {
  for (const [index, step] of activation.steps.entries()) {
    if (signal.aborted) throw interrupted(activation.name);
    const failure = await runStep(activation, step, index + 1);
    if (failure !== undefined) return failure;
  }
  return undefined;
}

/** The processes of the machine that a step or a probe is on. */
export function processesOn(
  { host }: Pick<DeclaredActivation, "host">,
  on: "host" | "runner",
): HostProcesses | undefined {
  return on === "host" ? host.processes : runnerProcesses(providerConfiguration().projectDirectory);
}

async function runStep(
  activation: DeclaredActivation,
  step: DeclaredStep,
  number: number,
): Promise<StepFailure | undefined> {
  const { argv, timeoutMs, on } = step;
  const processes = processesOn(activation, on);
  if (processes === undefined) return { step, number, reason: "no command can be run there" };
  const live = liveOutput(activation.name);
  try {
    const outcome = await processes.run({ argv, timeoutMs, onOutput: live.take });
    const { status, milliseconds } = outcome;
    const { name, address: host } = activation;
    const ended = status === undefined ? {} : { status };
    journal({ event: "ran", activation: name, host, argv, ...ended, milliseconds });
    return status === 0 ? undefined : { step, number, outcome };
  } catch (error) {
    // Where an earlier step has run, something was done.
    if ((isUnreached(error) && number === 1) || !(error instanceof TrustError)) throw error;
    return { step, number, reason: error.message };
  } finally {
    live.end();
  }
}

/** Shows what is printed line by line, where the environment asks for it. */
function liveOutput(name: string): { readonly take: (text: string) => void; readonly end: () => void } {
  if (process.env[LIVE_VARIABLE] !== "1") return { take: () => undefined, end: () => undefined };
  let rest = "";
  const show = (line: string) =>
    void process.stderr.write(`${LIVE_PREFIX}${name}: ${terminalLine(hideSecrets(line))}\n`);
  return {
    take: (text) => {
      const lines = `${rest}${text}`.split(/\r?\n/);
      rest = lines.pop() ?? "";
      lines.forEach(show);
    },
    end: () => {
      if (rest !== "") show(rest);
    },
  };
}
