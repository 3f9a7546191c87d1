import { Activation, type IHost } from "../../constructs";
import type { HostPlatform, ManualActivation, RunbookBack, RunbookStep } from "../../model";
import { consoleBack, consoleSteps } from "./consoleSteps";
import type { IntegrationServerConfiguration } from "./integrationServerConfiguration";
import type { SetupDelivery } from "./integrationServerDelivery";
import type { IntegrationServerProps } from "./integrationServerProps";
import { runtimeBack, runtimeSteps, startAgain } from "./microservicesRuntimeRunbook";
import { passwordVariables } from "./setupScript/steps";
import { posixQuote, shellQuote } from "../../text";
import { environmentStep, type VariableReplacement } from "../passwordSteps";

/** What people do on the server, through its script or its start-up, and how they see in its console that it worked. */
export function integrationServerSteps(
  configuration: IntegrationServerConfiguration,
  { kind, path }: SetupDelivery,
  props: IntegrationServerProps,
): RunbookStep[] {
  const byScript = kind === "admin-services";
  return [
    ...(byScript
      ? scriptSteps(configuration, path, props.host.platform)
      : runtimeSteps(configuration, path, props)),
    ...consoleSteps(configuration, props.host.platform, byScript),
  ];
}

/** What makes the server read its stores again: its admin services want a password, which no command line holds. */
export function byPeople({ kind, path }: SetupDelivery): ManualActivation {
  return kind === "admin-services"
    ? Activation.manual(
        `Run \`${path}\` on the server: it asks for the administrator's password, and lets the server load its stores again.`,
      )
    : Activation.manual(startAgain);
}

/** Of a script that sends passwords only where it is told that they changed, or of a runtime that reads them when it starts. */
export function integrationServerPasswordStep(
  { kind, path }: SetupDelivery,
  secretSource: IntegrationServerProps["secretSource"],
  replacement: VariableReplacement,
): string {
  const { files, to, variables } = replacement;
  if (kind === "admin-services")
    return `When you run \`${path}\`, have \`IS_RENEW_PASSWORDS=yes\` in its environment, and give \`${variables[1]}\` that of \`${to}\`: the server opens ${files} with the former password until then.`;
  const place = secretSource === "secret" ? "among its mounted secrets" : "in its environment";
  return environmentStep("the runtime", place, replacement);
}

/** The server as it was before the run: the script gives back while it is in place, and stores are read when they are. */
export function integrationServerBack(
  configuration: IntegrationServerConfiguration,
  { kind, path }: SetupDelivery,
  props: IntegrationServerProps,
): RunbookBack {
  const byScript = kind === "admin-services";
  const { platform } = props.host;
  return {
    ...(byScript ? { before: undoSteps(path, platform) } : {}),
    after: [...(byScript ? [] : runtimeBack(path, props)), ...consoleBack(configuration, platform, byScript)],
  };
}

/** What could not be run here. */
export function integrationServerUnproven({ platform }: IHost, { kind }: SetupDelivery): string[] {
  const windows = platform === "windows";
  const console =
    "The console was not seen here: what its pages are called and show follows the Administrator's Guide.";
  if (kind === "configuration-variables")
    return [
      `No Microservices Runtime was to be had: where it reads its variables follows its guide (10.5 and 10.15).${windows ? "" : " The commands were run, the runtime was not."}`,
      console,
    ];
  return [
    "The script was not run in the product, whose admin services are no published interface. It was run against a stand-in that reads requests and refuses as the pages of WmRoot 9.12 do: try it on a test server first.",
    ...(windows
      ? [
          "The script for PowerShell was run nowhere; it was read by PowerShell's grammar, and makes the requests of the script for the shell.",
        ]
      : []),
    console,
  ];
}

function scriptSteps(
  configuration: IntegrationServerConfiguration,
  path: string,
  platform: HostPlatform,
): RunbookStep[] {
  return [
    ...passwordSteps(["IS_ADMIN_PASSWORD", ...passwordVariables(configuration)], platform),
    {
      text:
        "Run the set-up script on the server. It asks the running server's admin services, says what it changes, keeps " +
        "what this run replaces beside itself, and may run again at any time. Where it stops at something that is somebody " +
        "else's, ask them first; with IS_REPLACE=yes in its environment it replaces that.",
      command: script(path, platform),
      check: "Its last line counts what it changed, or says that there is nothing to change.",
    },
  ];
}

function undoSteps(path: string, platform: HostPlatform): RunbookStep[] {
  const place = shellQuote(platform, path);
  const undo = `${script(path, platform)} undo`;
  return [
    ...passwordSteps(["IS_ADMIN_PASSWORD"], platform),
    {
      text:
        "Let the script give back what it replaced in this run; where it is not in place, it has replaced nothing. It " +
        "leaves alone what was changed since, and says so. Enter a password in the console where it says that one has to be.",
      command: platform === "windows" ? `if exist ${place} ${undo}` : `if test -e ${place}; then ${undo}; fi`,
      check:
        "Its last line counts what it changed, or says that there is nothing to change. Nothing is kept of this run any more.",
    },
  ];
}

/** One line, which asks for each; PowerShell's script asks itself. */
function passwordSteps(names: readonly string[], platform: HostPlatform): RunbookStep[] {
  if (platform === "windows") return [];
  return [
    {
      text: `Enter ${names.length === 1 ? "the password" : "the passwords"}; nothing of ${names.length === 1 ? "it" : "them"} is shown.`,
      command: `for name in ${names.join(" ")}; do printf '%s: ' "$name"; stty -echo; IFS= read -r "$name"; stty echo; echo; export "$name"; done`,
    },
  ];
}

function script(path: string, platform: HostPlatform): string {
  return platform === "windows"
    ? `powershell -NoProfile -ExecutionPolicy RemoteSigned -File ${shellQuote(platform, path)}`
    : `sh ${posixQuote(path)}`;
}
