import { pathsOf } from "../../constructs/host";
import type { HostPlatform, RunbookStep } from "../../model";
import {
  copyOfRun,
  hashComment,
  posixQuote,
  runWord,
  windowsPromptQuote,
  windowsPromptSet,
} from "../../text";
import type { IntegrationServerConfiguration } from "./integrationServerConfiguration";
import type { IntegrationServerProps } from "./integrationServerProps";
import { VARIABLES_END, VARIABLES_START, runtimePasswords } from "./integrationServerVariables";

export const startAgain = "Start the Microservices Runtime again: it reads its variables at start-up only.";

/** Where a runtime is told its files of configuration variables. */
const LIST = "SAG_IS_CONFIG_PROPERTIES";

/**
 * What people do so that a Microservices Runtime reads its variables beside the site's own. From 10.15 the list names
 * several files, of which the last counts; before, and where nobody names one, the runtime reads one file only.
 */
export function runtimeSteps(
  configuration: IntegrationServerConfiguration,
  file: string,
  { host, instanceDirectory, secretSource = "env" }: IntegrationServerProps,
): RunbookStep[] {
  const paths = pathsOf(host);
  const site = paths.join(instanceDirectory, "application.properties");
  const log = paths.join(instanceDirectory, "logs", "configurationvariables.log");
  const passwords = runtimePasswords(configuration);
  const holder =
    secretSource === "env" ? "the environment of the runtime" : "the secrets mounted for the runtime";
  const check = `${log} refuses no variable of the file, and the server log names none that it could not apply.`;
  return [
    ...(passwords.length === 0
      ? []
      : [
          {
            text: `Put the passwords of the stores into ${holder}: ${passwords.join(", ")}.`,
            check: `Each of them is there. The file itself holds none.`,
          },
        ]),
    {
      text:
        `From 10.15: start the Microservices Runtime again with ${file} as the last of the files that ${LIST} lists, ` +
        `after the site's own; without them it would lose its JDBC, JMS and user settings. Set the list where the ` +
        `runtime gets its environment from.`,
      command: listCommand(host.platform, site, file),
      check,
    },
    // Ours may be the one file itself.
    ...(file === site
      ? []
      : [
          {
            text:
              `Before 10.15, instead: the runtime reads one file only. Put the lines of ${file} at the end of the site's own ` +
              `(${site}, unless ${LIST} names another), in place of those from a run before, and start the runtime again.` +
              (host.platform === "windows"
                ? " Copy the site's file first, and keep the copy: it is the way back."
                : ""),
            ...(host.platform === "windows" ? {} : { command: joinCommand(site, file) }),
            check,
          },
        ]),
  ];
}

/** The runtime with the variables of before: the file itself is as it was, or gone. */
export function runtimeBack(
  file: string,
  { host, instanceDirectory }: Pick<IntegrationServerProps, "host" | "instanceDirectory">,
): RunbookStep[] {
  const paths = pathsOf(host);
  const site = paths.join(instanceDirectory, "application.properties");
  const log = paths.join(instanceDirectory, "logs", "configurationvariables.log");
  const windows = host.platform === "windows";
  return [
    {
      text:
        `From 10.15: where this run has brought ${file}, take it out of the files that ${LIST} lists, in the place where ` +
        `the runtime gets its environment from.`,
      ...(windows ? {} : { command: unlistCommand(file) }),
      check: "Every file that the list names is there.",
    },
    ...(file === site
      ? []
      : [
          {
            text: `Before 10.15, instead: ${windows ? "copy the copy of the site's file that you made in this run back" : "make of the site's own file what it was before this run"}.`,
            ...(windows ? {} : { command: `site=${siteFile(site)}\nback "$site"` }),
            check: windows
              ? "It is the site's file of before."
              : "It says `as before`, or `not changed by this run`.",
          },
        ]),
    {
      text: startAgain,
      check: `${log} refuses no variable, and the keystore and truststore aliases that the site had are loaded.`,
    },
  ];
}

/** Adds the file to the list; where nothing is listed, what the runtime reads then is listed first. */
function listCommand(platform: HostPlatform, site: string, file: string): string {
  if (platform === "windows")
    return [
      `if not defined ${LIST} if exist ${windowsPromptQuote(site)} ${windowsPromptSet(LIST, site)}`,
      `if defined ${LIST} (set "${LIST}=%${LIST}%,${windowsPromptQuote(file).slice(1)}) else ${windowsPromptSet(LIST, file)}`,
    ].join("\n");
  const [own, ours] = [posixQuote(site), posixQuote(file)];
  return [
    `list=\${${LIST}:-}`,
    `if [ -z "$list" ] && [ -f ${own} ]; then list=${own}; fi`,
    `case ",$list," in *,${ours},*) ;; *) list="\${list:+$list,}"${ours} ;; esac`,
    `export ${LIST}="$list"`,
  ].join("\n");
}

/** `keep` of the runbook copies the site's file once a run, so that a repeated step copies nothing that it wrote. */
function joinCommand(site: string, file: string): string {
  const [start, end] = [VARIABLES_START, VARIABLES_END].map((words) => `/^${hashComment(words)}$/`);
  const copy = `"$site".before-${runWord("posix")}`;
  return [
    `site=${siteFile(site)}`,
    `keep "$site" &&`,
    `  { awk '${start} { ours = 1 } !ours; ${end} { ours = 0 }' ${copy}; cat ${posixQuote(file)}; } >"$site"`,
  ].join("\n");
}

/** Takes the file out of the list, unless it was there before this run. */
function unlistCommand(file: string): string {
  const ours = posixQuote(file);
  return [
    `if test -e ${copyOfRun("posix", file, "absent")}; then`,
    `  list=,\${${LIST}:-},`,
    `  case $list in *,${ours},*) list=\${list%%,${ours},*},\${list#*,${ours},} ;; esac`,
    `  list=\${list#,}; export ${LIST}="\${list%,}"`,
    `fi`,
  ].join("\n");
}

/** The one file that a runtime before 10.15 reads. */
function siteFile(site: string): string {
  return `\${${LIST}:-${posixQuote(site)}}`;
}
