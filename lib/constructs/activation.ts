import type {
  ActivationPlan,
  ActivationWay,
  CommandActivation,
  ManualActivation,
  NoActivation,
} from "../model";
import { emptyActivation, invalidArgv, invalidTimeout } from "./errors";
import type { IHost } from "./host";
import type { PlanContribution } from "./planContribution";
import {
  type PropShapes,
  choice,
  number,
  ofKind,
  optional,
  requireArgument,
  requireProps,
  text as textProp,
  textList,
} from "./props";

/** Where a command runs, and how long it may take. */
export interface ActivationOptions {
  /** The machine that reads the files, or the one that deploys. @default "host" */
  readonly on?: "host" | "runner";
  /**
   * Seconds after which the command is ended and has failed, 1 to 3600. What is served is waited for as long as its
   * slowest command may take.
   *
   * @default 120
   */
  readonly timeoutSeconds?: number;
}

const DEFAULT_TIMEOUT_SECONDS = 120;
const LONGEST_TIMEOUT_SECONDS = 3600;

const shapes: PropShapes<ActivationOptions> = {
  on: optional(choice<"host" | "runner">({ host: true, runner: true })),
  timeoutSeconds: optional(number),
};

export const activationProp = ofKind<ActivationWay>(
  'an activation: Activation.run(["systemctl", "restart", "app"]), Activation.manual("…") or Activation.none("…")',
  { run: true, manual: true, none: true },
);

const commandProp = ofKind<CommandActivation>("Activation.run([…])", { run: true });

/** What makes a running product read its files again once they changed. */
export const Activation = {
  /**
   * Runs a command: the program and its arguments, each as it is; no shell reads them unless it is the program
   * (`["sh", "-c", "…"]`). They stand in the plan and in Terraform's state, so none may be a secret.
   *
   * @throws DeclarationError `invalid-props`, `invalid-activation`
   */
  run(argv: readonly string[], options: ActivationOptions = {}): CommandActivation {
    requireArgument("Activation.run(…)", "argv", textList, argv);
    requireProps("Activation.run(…)", shapes, options);
    const { on = "host", timeoutSeconds = DEFAULT_TIMEOUT_SECONDS } = options;
    if ((argv[0] ?? "").trim() === "" || argv.some((word) => /[\0\p{Cs}]/u.test(word)))
      throw invalidArgv(argv);
    if (!Number.isInteger(timeoutSeconds) || timeoutSeconds < 1 || timeoutSeconds > LONGEST_TIMEOUT_SECONDS)
      throw invalidTimeout(timeoutSeconds, LONGEST_TIMEOUT_SECONDS);
    return { kind: "run", steps: [{ argv: [...argv], on, timeoutSeconds }] };
  },

  /**
   * Runs several commands, one after another; one that fails is the last.
   *
   * @throws DeclarationError `invalid-props`, `invalid-activation`
   */
  steps(...commands: readonly CommandActivation[]): CommandActivation {
    for (const command of commands)
      requireArgument("Activation.steps(…)", "each argument", commandProp, command);
    const steps = commands.flatMap((command) => command.steps);
    if (steps.length === 0) throw emptyActivation("steps", "at least one Activation.run([…])");
    return { kind: "run", steps };
  },

  /**
   * People do it: what, in one or two sentences; backticks mark code.
   *
   * @throws DeclarationError `invalid-props`, `invalid-activation`
   */
  manual(text: string): ManualActivation {
    requireArgument("Activation.manual(…)", "text", textProp, text);
    if (text.trim() === "") throw emptyActivation("manual", "what people do, in a sentence");
    return { kind: "manual", text };
  },

  /**
   * Nothing has to be done, for example because the product reads its files at each call.
   *
   * @throws DeclarationError `invalid-props`, `invalid-activation`
   */
  none(reason: string): NoActivation {
    requireArgument("Activation.none(…)", "reason", textProp, reason);
    if (reason.trim() === "") throw emptyActivation("none", "the reason, in a sentence");
    return { kind: "none", reason };
  },
};

/** What reads files, and what is done once they changed. */
export interface Activated extends Partial<
  Pick<ActivationPlan, "storeIds" | "fileIds" | "configFileIds" | "endpointIds">
> {
  /** Id in the plan. */
  readonly id: string;
  readonly host: IHost;
  /** For people. */
  readonly label: string;
  /** Undefined where nothing is known of it. */
  readonly way: ActivationWay | undefined;
}

/** What an activation adds to the plan; on a machine that nobody may log in to, people are told in its runbook. */
export function activated({ host, way, ...names }: Activated): Pick<PlanContribution, "activations"> {
  if (way === undefined) return {};
  const none = { storeIds: [], fileIds: [], configFileIds: [], endpointIds: [] };
  return { activations: [{ ...none, ...names, hostId: host.hostId, way }] };
}
