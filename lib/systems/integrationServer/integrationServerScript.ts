import type { IntegrationServerConfiguration } from "./integrationServerConfiguration";
import { percentEncoded, percentEncodedName } from "./setupScript/percent";
import { ask } from "./setupScript/posix/ask";
import { clearText, client } from "./setupScript/posix/client";
import { endpoints } from "./setupScript/posix/endpoints";
import { kept } from "./setupScript/posix/kept";
import { mappings } from "./setupScript/posix/mappings";
import { notation, records } from "./setupScript/posix/notation";
import { ports } from "./setupScript/posix/ports";
import { settings } from "./setupScript/posix/settings";
import { stores } from "./setupScript/posix/stores";
import { undo } from "./setupScript/posix/undo";
import { REQUESTS } from "./setupScript/requests";
import { type SetupStep, type SetupWord, passwordVariables, setupSteps } from "./setupScript/steps";
import { escapeFunction, posixQuote, posixScript } from "../../text";

/**
 * A POSIX shell script that tells an Integration Server its configuration through its admin services
 * (`WmRoot`, 9.12 and later). It reads before it writes, keeps what it replaces, gives that back with `undo`, and
 * believes no answer before it has read what came of it; a second run changes nothing.
 *
 * Passwords come from environment variables and reach curl through its configuration on standard input, never
 * through arguments.
 */
export function adminServiceScript(
  configuration: IntegrationServerConfiguration,
  adminUrl: string,
  administrator: string,
): string {
  const variables = passwordVariables(configuration);
  // Under a name of the script's own, so that no function of it writes over a variable of the site.
  const password = (variable: string) => `"$password_${variables.indexOf(variable) + 1}"`;
  return posixScript(
    [
      "Tells this Integration Server its stores, settings, ports, endpoint aliases and client certificates, and says what",
      "has changed. May run any number of times. Needs sh, awk, curl, and these environment variables:",
      ...["IS_ADMIN_PASSWORD", ...variables].map((name) => `  ${name}`),
      "What it replaces is kept in trust-setup.kept beside it, without passwords; with the argument undo it gives that back.",
      "In a run that has a name (TRUST_RUN), undo gives back what that run replaced, which trust-setup.kept-<name> keeps.",
      "IS_URL and IS_ADMIN_USER say where the server is and who asks it. Set to yes,",
      "  IS_REPLACE has it replace what somebody else has set up,",
      "  IS_RENEW_PASSWORDS has it send the passwords of stores and endpoint aliases again,",
      "  IS_ALLOW_HTTP has it send passwords to another machine in the clear.",
    ],
    [
      ...variables.map((name, index) => `password_${index + 1}=\${${name}:-}`),
      `IS_URL=\${IS_URL:-${posixQuote(adminUrl)}}`,
      `IS_ADMIN_USER=\${IS_ADMIN_USER:-${posixQuote(administrator)}}`,
      ...["IS_REPLACE", "IS_RENEW_PASSWORDS", "IS_ALLOW_HTTP"].map((name) => `${name}=\${${name}:-no}`),
      ': "${IS_ADMIN_PASSWORD:?set it to the password}"',
      "task=${1:-setup}",
      'case $task in setup | undo) ;; *) echo "usage: $0 [undo]" >&2 && exit 2 ;; esac',
      'if [ "$task" = setup ]; then',
      "  :",
      ...variables.map((name, index) => `  : "\${password_${index + 1}:?set ${name} to the password}"`),
      "fi",
      ...clearText,
      "umask 077",
      'kept=$(dirname "$0")/trust-setup.kept',
      "run=${TRUST_RUN:+$kept-$TRUST_RUN}",
      "tab=$(printf '\\t')",
      "changes=0 stale='' reloaded='' sums='' mapped=''",
      "",
      "# Escapes a text for a line of curl's configuration.",
      ...escapeFunction,
      ...[
        notation,
        records,
        client,
        kept,
        stores,
        settings,
        mappings,
        endpoints,
        ports,
        undo,
        finish,
      ].flatMap((functions) => ["", ...functions]),
      "",
      "secrets=$(",
      ...['"$IS_ADMIN_PASSWORD"', ...variables.map(password)].flatMap((word) => [
        `  encoded ${word}`,
        `  encoded "$(escape ${word})"`,
      ]),
      ")",
      "",
      "# shellcheck disable=SC2016 # what stands between single quotes is meant as it stands",
      "setup() {",
      "  read_settings",
      ...setupSteps(configuration).map((step) => `  ${stepLine(step, password)}`),
      "}",
      "",
      "# Whether anything is somebody else's is asked before anything is changed.",
      "checking=''",
      'if [ "$task" = setup ] && [ "$IS_REPLACE" != yes ]; then',
      "  checking=yes",
      "  setup",
      "  checking=''",
      "fi",
      '"$task"',
      "finish",
    ],
  );
}

const finish =
  `# Clears what the server remembers, keeps which contents of the stores it has read, and says how it went.
finish() {
  if [ -n "$stale$reloaded" ]; then must ${ask(REQUESTS.clearSslCache)}; fi
  while IFS=$tab read -r store sum; do
    if [ -n "$store" ] && [ "$sum" != unknown ]; then keep_line "$kept" file "$store" "$sum$tab-"; fi
  done <<END_OF_SUMS
$sums
END_OF_SUMS
  if [ "$task" = setup ]; then
    tell_older_mappings
    warn_of_blank_trust
  fi
  if [ "$changes" = 0 ]; then echo 'Nothing to change.'; else echo "Changed: $changes."; fi
}`.split("\n");

/** A word of the shell. */
function wordOf(word: SetupWord, password: (variable: string) => string): string {
  if ("passwordVariable" in word) return password(word.passwordVariable);
  if ("file" in word) return posixQuote(word.file);
  if ("lines" in word) return posixQuote(word.lines.join("\n"));
  return posixQuote("name" in word ? percentEncodedName(word.name) : percentEncoded(word.text));
}

function stepLine(step: SetupStep, password: (variable: string) => string): string {
  return [step.task, ...step.words.map((word) => wordOf(word, password))].join(" ");
}
