/** `getProperty` expands references and fails on them outside of a job, unless told not to (KBEC-00262). */
export const READ = "--expand 0";

/** What a script's copies of the server's properties end in, so that each run of a runbook takes back its own. */
export const posixRun = "${TRUST_RUN:+-$TRUST_RUN}";

/** Sets `RUN` to what a batch file's copies of the server's properties end in. */
export const windowsRun: readonly string[] = ['set "RUN="', 'if defined TRUST_RUN set "RUN=-%TRUST_RUN%"'];

/**
 * Lines of a batch file that keep a property in a file, unless it is kept; an empty one stands for a property that was
 * not there, and one that cannot be read ends the script.
 *
 * @param path of the property, quoted where it has to be
 * @param kept path of the file, in quotes
 */
export function windowsKeep(path: string, kept: string): string[] {
  const [fresh, said] = [".new", ".error"].map((end) => `${kept.slice(0, -1)}${end}"`);
  return [
    `if not exist ${kept} (`,
    `  "%ECTOOL%" getProperty ${path} ${READ} > ${fresh} 2> ${said} || findstr /l /c:"NoSuchProperty" ${said} >nul || (type ${said} 1>&2 & exit /b 1)`,
    `  move /y ${fresh} ${kept} >nul`,
    `  del ${said}`,
    ")",
  ];
}

/** Shell functions around `$ectool` that tell a property that is not there from one that cannot be read. */
export const propertyFunctions: readonly string[] = [
  "# Reads a property into value; found is empty where there is none.",
  "read_property() {",
  "  found=yes",
  `  if value=$("$ectool" getProperty "$1" ${READ} 2>/dev/null); then return; fi`,
  "  found='' value=''",
  `  message=$("$ectool" getProperty "$1" ${READ} 2>&1) || true`,
  "  case $message in",
  "    *NoSuchProperty*) ;;",
  String.raw`    *) printf '%s\n' "$message" | LC_ALL=C tr -cd '\11\12\40-\176' >&2; exit 1 ;;`,
  "  esac",
  "}",
  "",
  "# Keeps in a file what was read; an empty one stands for a property that was not there.",
  "keep_property() {",
  '  if [ -e "$1" ]; then return; fi',
  `  printf '%s' "\${found:+$value}" > "$1.new"`,
  '  mv "$1.new" "$1"',
  "}",
  "",
  "# Gives a property what the file keeps, and removes the file.",
  "give_back() {",
  '  if [ -s "$2" ]; then',
  '    "$ectool" setProperty "$1" --valueFile "$2" >/dev/null',
  "  else",
  '    read_property "$1"',
  '    if [ -n "$found" ]; then "$ectool" deleteProperty "$1" >/dev/null; fi',
  "  fi",
  '  rm "$2"',
  "}",
];
