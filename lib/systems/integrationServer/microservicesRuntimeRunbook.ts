import { pathsOf } from "../../constructs/host";
import type { HostPlatform, RunbookStep } from "../../model";
import { hashComment, posixQuote, runWord, windowsPromptQuote, windowsPromptSet } from "../../text";
import type { IntegrationServerConfiguration } from "./integrationServerConfiguration";
import type { IntegrationServerProps } from "./integrationServerProps";
import { VARIABLES_END, VARIABLES_START, runtimePasswords } from "./integrationServerVariables";

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
    {
      text:
        `Before 10.15, instead: the runtime reads one file only. Put the lines of ${file} at the end of the site's own ` +
        `(${site}, unless ${LIST} names another), in place of those from a run before, and start the runtime again.` +
        (host.platform === "windows"
          ? " Copy the site's file first."
          : " To go back, copy the copy of this run back."),
      ...(host.platform === "windows" ? {} : { command: joinCommand(site, file) }),
      check,
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

function joinCommand(site: string, file: string): string {
  const [start, end] = [VARIABLES_START, VARIABLES_END].map((words) => `/^${hashComment(words)}$/`);
  return [
    `site=\${${LIST}:-${posixQuote(site)}}`,
    `cp -p "$site" "$site".before-${runWord("posix")} &&`,
    `  { awk '${start} { ours = 1 } !ours; ${end} { ours = 0 }' "$site".before-${runWord("posix")}; cat ${posixQuote(file)}; } >"$site"`,
  ].join("\n");
}
