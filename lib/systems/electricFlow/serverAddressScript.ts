import { posixQuote, posixScript, windowsQuote, windowsScript, windowsSet } from "../../text";
import { posixRun, propertyFunctions, windowsKeep, windowsRun } from "./ectoolScript";

const PROPERTY = "/server/settings/ipAddress";

const comment = [
  "Sets the Server IP address of ElectricFlow to the name that its certificate carries.",
  "With the argument undo, it is again what it was before; in a run that has a name (TRUST_RUN), before that run.",
  "Log in first: ectool login <user>",
];

/**
 * Sets the *Server IP address* of ElectricFlow and sees that it is set, or gives back what was there.
 *
 * @param kept path of the file that keeps what was there
 */
export function serverAddressScript(windows: boolean, ectool: string, address: string, kept: string): string {
  return windows ? batchFile(ectool, address, kept) : shellScript(ectool, address, kept);
}

function shellScript(ectool: string, address: string, kept: string): string {
  return posixScript(comment, [
    `ectool=\${ECTOOL:-${posixQuote(ectool)}}`,
    `property=${PROPERTY}`,
    `address=${posixQuote(address)}`,
    `kept=${posixQuote(kept)}${posixRun}`,
    "",
    ...propertyFunctions,
    "",
    "set_address() {",
    '  read_property "$property"',
    '  if [ "$value" = "$address" ]; then',
    '    echo "The Server IP address is $address already."',
    "    return",
    "  fi",
    String.raw`  printf 'The Server IP address was %s.\n' "$(printf '%s' "$value" | LC_ALL=C tr -cd '\40-\176')"`,
    '  keep_property "$kept"',
    '  "$ectool" setProperty "$property" "$address"',
    '  read_property "$property"',
    '  if [ "$value" != "$address" ]; then',
    '    echo "The Server IP address is still $value." >&2',
    "    exit 1",
    "  fi",
    '  echo "The Server IP address is $value."',
    "}",
    "",
    "undo_address() {",
    '  if [ ! -e "$kept" ]; then',
    '    echo "The Server IP address was not changed."',
    "    return",
    "  fi",
    '  give_back "$property" "$kept"',
    '  echo "The Server IP address is as before."',
    "}",
    "",
    "case ${1:-set} in",
    "  set) set_address ;;",
    "  undo) undo_address ;;",
    '  *) echo "usage: $0 [undo]" >&2; exit 2 ;;',
    "esac",
  ]);
}

function batchFile(ectool: string, address: string, kept: string): string {
  const read = `"%ECTOOL%" getProperty ${PROPERTY}`;
  const keptWord = `${windowsQuote(kept).slice(0, -1)}%RUN%"`;
  return windowsScript(comment, [
    `if not defined ECTOOL ${windowsSet("ECTOOL", ectool)}`,
    ...windowsRun,
    'if /i "%~1"=="undo" goto undo',
    'if not "%~1"=="" (echo The only argument is undo. 1>&2 & exit /b 2)',
    `for /f "usebackq delims=" %%a in (\`${read}\`) do echo The Server IP address was %%a.`,
    ...windowsKeep(PROPERTY, keptWord),
    `"%ECTOOL%" setProperty ${PROPERTY} ${windowsQuote(address)} || exit /b 1`,
    'set "FOUND="',
    // cmd.exe looks for commands in what a variable holds, but not in what the loop's own does.
    `for /f "usebackq delims=" %%a in (\`${read}\`) do (`,
    '  set "FOUND=1"',
    `  if not "%%a"==${windowsQuote(address)} (echo The Server IP address is still %%a. 1>&2 & exit /b 1)`,
    "  echo The Server IP address is %%a.",
    ")",
    "if not defined FOUND (echo ectool printed no Server IP address. 1>&2 & exit /b 1)",
    "exit /b 0",
    "",
    ":undo",
    `if not exist ${keptWord} (echo The Server IP address was not changed. & exit /b 0)`,
    `for %%f in (${keptWord}) do if %%~zf==0 "%ECTOOL%" deleteProperty ${PROPERTY} || exit /b 1`,
    // Read by lines, because the file ends in a line break and the address does not.
    `for /f "usebackq delims=" %%a in (${keptWord}) do "%ECTOOL%" setProperty ${PROPERTY} "%%a" || exit /b 1`,
    `del ${keptWord}`,
    "echo The Server IP address is as before.",
    "exit /b 0",
  ]);
}
