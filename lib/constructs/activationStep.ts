import type { ActivationWay, CommandActivation, HostPlatform, RunbookStep } from "../model";
import { shellQuote } from "../text";

/**
 * The step of a runbook in which people do what an activation does.
 *
 * @param step as it is where its commands are run
 * @param join what stands between two commands. @default a line break
 */
export function activationStep(
  platform: HostPlatform,
  way: ActivationWay,
  step: RunbookStep,
  join = "\n",
): RunbookStep {
  switch (way.kind) {
    case "none":
      return { text: way.reason };
    case "manual":
      return { ...step, text: way.text };
    case "run":
      return { ...step, ...pasted(platform, way, join) };
  }
}

/** The same where nothing else is known of the product. */
export function declaredStep(platform: HostPlatform, way: ActivationWay): RunbookStep {
  return activationStep(platform, way, { text: "Let the product read its files again." });
}

/** What people do where a system was told an activation that its runbook would not have; none where it was not. */
export function declaredSteps(platform: HostPlatform, way: ActivationWay | undefined): RunbookStep[] {
  return way === undefined ? [] : [declaredStep(platform, way)];
}

/** Commands as people paste them; those of another machine are none of this one's. */
function pasted(
  platform: HostPlatform,
  { steps }: CommandActivation,
  join: string,
): Pick<RunbookStep, "command"> {
  const here = steps.filter(({ on }) => on === "host");
  return here.length === 0 ? {} : { command: here.map(({ argv }) => commandLine(platform, argv)).join(join) };
}

/** A command as people paste it. */
export function commandLine(platform: HostPlatform, argv: readonly string[]): string {
  const [program = "", option, script] = argv;
  if (program === "sh" && option === "-c" && script !== undefined && argv.length === 3) return script;
  // Without `call` a batch file ends the one that it is pasted into.
  const call = platform === "windows" && /\.(bat|cmd)$/i.test(program) ? "call " : "";
  return call + argv.map((word) => shellQuote(platform, word)).join(" ");
}
