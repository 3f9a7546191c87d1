import { posixQuote, posixScript, windowsQuote, windowsScript, windowsSet } from "../../text";
import { posixRun, propertyFunctions, READ, windowsKeep, windowsRun } from "./ectoolScript";

/** One property that the script sets, from a file. */
export interface CallbackValue {
  /** `ec_callback_…` */
  readonly property: string;
  readonly valueFile: string;
  /** What its value says once it is set. */
  readonly query: string;
}

const comment = [
  "Sets the callbacks that the EC-ISPW plugin asks ISPW to make, in the version of the plugin that is promoted.",
  "A new version of the plugin has properties of its own: run this again after each upgrade. What is right stays.",
  "With the argument undo, the promoted version gets back what it had before the first run; in a run that has a name",
  "(TRUST_RUN), what it had before that run.",
  "Log in first: ectool login <user>",
];

/** Sets the callback properties of the EC-ISPW plugin, or gives back what was there. */
export function callbackScript(windows: boolean, ectool: string, values: readonly CallbackValue[]): string {
  return windows ? batchFile(ectool, values) : shellScript(ectool, values);
}

function shellScript(ectool: string, values: readonly CallbackValue[]): string {
  const each = (command: string) =>
    values.map(({ property, valueFile }) => `${command} ${property} ${posixQuote(valueFile)}`);
  return posixScript(comment, [
    `ectool=\${ECTOOL:-${posixQuote(ectool)}}`,
    "",
    'project=$("$ectool" getProperty /plugins/EC-ISPW/project/projectName)',
    "case $project in",
    "  *[!A-Za-z0-9._-]*) project= ;;",
    "  EC-ISPW-[0-9]*) ;;",
    "  *) project= ;;",
    "esac",
    'if [ -z "$project" ]; then',
    '  echo "ectool named no version of EC-ISPW that is promoted. Nothing was changed." >&2',
    "  exit 1",
    "fi",
    "",
    ...propertyFunctions,
    "",
    "set_callback() {",
    "  path=/projects/$project/$1",
    `  kept=$2.before-$project${posixRun}`,
    '  wanted=$(cat "$2")',
    '  read_property "$path"',
    '  if [ "$value" = "$wanted" ]; then',
    '    echo "$1 of $project is right already."',
    "    return",
    "  fi",
    '  keep_property "$kept"',
    '  "$ectool" setProperty "$path" --valueFile "$2" >/dev/null',
    '  read_property "$path"',
    '  if [ "$value" != "$wanted" ]; then',
    '    echo "$1 of $project is not what was set." >&2',
    "    exit 1",
    "  fi",
    '  echo "$1 of $project is set."',
    "}",
    "",
    "undo_callback() {",
    "  path=/projects/$project/$1",
    `  kept=$2.before-$project${posixRun}`,
    '  if [ ! -e "$kept" ]; then',
    '    echo "$1 of $project was not changed."',
    "    return",
    "  fi",
    '  give_back "$path" "$kept"',
    '  echo "$1 of $project is as before."',
    "}",
    "",
    "case ${1:-set} in",
    "  set)",
    ...each("    set_callback"),
    "    ;;",
    "  undo)",
    ...each("    undo_callback"),
    "    ;;",
    '  *) echo "usage: $0 [undo]" >&2; exit 2 ;;',
    "esac",
  ]);
}

function batchFile(ectool: string, values: readonly CallbackValue[]): string {
  const first = values[0]?.valueFile ?? "";
  const version = windowsQuote(`${first}.version`);
  /** A loop over the one line that names the version: cmd.exe takes nothing in a loop's variable for a command. */
  const withVersion = (body: string[]) => [
    `for /f "usebackq delims=" %%p in (${version}) do (`,
    ...body.map((line) => `  ${line}`),
    ")",
  ];
  const kept = ({ valueFile }: CallbackValue) =>
    `${windowsQuote(`${valueFile}.before-`).slice(0, -1)}%%p%RUN%"`;
  const path = ({ property }: CallbackValue) => `"/projects/%%p/${property}"`;
  return windowsScript(comment, [
    `if not defined ECTOOL ${windowsSet("ECTOOL", ectool)}`,
    ...windowsRun,
    `"%ECTOOL%" getProperty /plugins/EC-ISPW/project/projectName > ${version} || exit /b 1`,
    `findstr /r /x "EC-ISPW-[0-9][0-9A-Za-z._-]*" ${version} >nul || (echo ectool named no version of EC-ISPW that is promoted. 1>&2 & exit /b 1)`,
    'if /i "%~1"=="undo" goto undo',
    'if not "%~1"=="" (echo The only argument is undo. 1>&2 & exit /b 2)',
    ...values.flatMap((value) =>
      withVersion([
        ...windowsKeep(path(value), kept(value)),
        `"%ECTOOL%" setProperty ${path(value)} --valueFile ${windowsQuote(value.valueFile)} >nul || exit /b 1`,
        `"%ECTOOL%" getProperty ${path(value)} ${READ} | findstr /l /c:${windowsQuote(value.query)} >nul || (echo ${value.property} of %%p is not what was set. 1>&2 & exit /b 1)`,
        `echo ${value.property} of %%p is set.`,
      ]),
    ),
    "exit /b 0",
    "",
    ":undo",
    ...values.flatMap((value) =>
      withVersion([
        `if exist ${kept(value)} (`,
        `  for %%f in (${kept(value)}) do if %%~zf==0 ("%ECTOOL%" deleteProperty ${path(value)} >nul) else ("%ECTOOL%" setProperty ${path(value)} --valueFile "%%~f" >nul)`,
        "  if errorlevel 1 exit /b 1",
        `  del ${kept(value)}`,
        `  echo ${value.property} of %%p is as before.`,
        `) else (echo ${value.property} of %%p was not changed.)`,
      ]),
    ),
    "exit /b 0",
  ]);
}
