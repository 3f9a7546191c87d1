import { type HostPlan, isDeployedHost, type RunbookStep, type TrustPlan } from "../../model";
import { modeText } from "../../model/modeText";
import { copyOfRun, markdownCode, RUN_VARIABLE as RUN, shellQuote } from "../../text";

/**
 * Commands that name the run and, for a POSIX shell, define what its other commands are made of: `keep` copies a file
 * before it is changed, once a run, and remembers that there was none; `put` puts one in place, if it was kept;
 * `own` gives what is new to the owner of its folder; `back` makes of a file what it was before the run.
 */
export function runCommands({ platform }: HostPlan): string {
  return platform === "windows"
    ? `for /f %i in ('powershell -NoProfile -Command "Get-Date -Format yyyyMMddHHmmss"') do set ${RUN}=%i`
    : posixFunctions.join("\n");
}

/** With `test` and no brackets, which a terminal of z/OS may send in another code page. */
const posixFunctions = [
  `${RUN}=$(date -u +%Y%m%d%H%M%S); export ${RUN}`,
  // No `:?`, which does not end every shell.
  "named() {",
  `  test -n "$${RUN}" || { echo "name the run first" >&2; return 1; }`,
  "}",
  "kept() {",
  `  test -e "$1.before-$${RUN}" || test -e "$1.absent-$${RUN}"`,
  "}",
  "keep() {",
  "  named || return 1",
  '  for file in "$@"; do',
  '    if kept "$file"; then echo "copied before: $file"',
  '    elif test -e "$file"; then',
  `      cp -p "$file" "$file.new-$${RUN}" &&`,
  `      mv "$file.new-$${RUN}" "$file.before-$${RUN}" && echo "copied: $file"`,
  "    else",
  '      mkdir -p "$(dirname "$file")" &&',
  `      : > "$file.absent-$${RUN}" && echo "not there yet: $file"`,
  "    fi || return 1",
  "  done",
  "}",
  "own() {",
  '  for file in "$@"; do',
  `    if test -e "$file" && test -e "$file.absent-$${RUN}"; then`,
  '      owner=$(ls -ldn "$(dirname "$file")" | awk \'{ print $3 ":" $4 }\')',
  '      chown "$owner" "$file" || return 1',
  "    fi",
  "  done",
  "}",
  "put() {",
  "  named || return 1",
  '  kept "$3" || { echo "not copied yet: $3"; return 1; }',
  '  if test -e "$3"; then chmod "$1" "$3" && cp "$2" "$3"; else (umask 077 && cp "$2" "$3"); fi &&',
  '  chmod "$1" "$3" && own "$3" && cmp "$2" "$3" && echo "in place: $3"',
  "}",
  "back() {",
  "  named || return 1",
  '  for file in "$@"; do',
  `    if test -e "$file.before-$${RUN}"; then`,
  `      cp -p "$file.before-$${RUN}" "$file" && echo "as before: $file"`,
  `    elif test -e "$file.absent-$${RUN}"; then`,
  '      rm -f "$file" && echo "gone, as before: $file"',
  '    else echo "not changed by this run: $file"',
  "    fi || return 1",
  "  done",
  "}",
];

/** Copies files before they are changed; the commands themselves look, because a step that is repeated must not copy what it changed. */
export function copyStep(host: HostPlan, paths: readonly string[]): RunbookStep {
  if (host.platform === "posix")
    return {
      text: "Copy aside what this chapter changes.",
      command: paths.map((path) => `keep ${shellQuote("posix", path)}`).join("\n"),
      check: "Each line says `copied`, `copied before` (this step was repeated) or `not there yet`.",
    };
  return {
    text: "Copy aside what this chapter changes; of a file that is not there yet, an empty `.absent-` file is made.",
    command: [
      `if not defined ${RUN} echo STOP: name the run first`,
      ...new Set(paths.map(windowsFolder)),
      ...paths.flatMap(windowsKeep),
    ].join("\n"),
    check:
      "No line says STOP. Each copy says that one file was copied; where this step was repeated, none does.",
  };
}

/** Puts files in place, from where they lie in the bundle. */
export function putStep(
  host: HostPlan,
  files: readonly { readonly from: string; readonly to: string; readonly mode: number }[],
): RunbookStep {
  const { platform } = host;
  const words = files.map(({ from, to, mode }) => ({
    from: shellQuote(platform, from),
    to: shellQuote(platform, to),
    mode: modeText(mode),
  }));
  if (platform === "posix")
    return {
      text: "Put the files in place. One that is new belongs to the owner of its folder afterwards.",
      command: words.map(({ from, to, mode }) => `put ${mode} ${from} ${to}`).join("\n"),
      check: "Each line says `in place`.",
    };
  return {
    text: "Put the files in place. One that is new may be read by whoever may read its folder.",
    command: words.flatMap(({ from, to }) => [`copy /y ${from} ${to}`, `fc /b ${from} ${to}`]).join("\n"),
    check: "After each copy `fc` says that it encountered no differences.",
  };
}

/** Gives stores that `keytool` has made to the account of their folder; nothing to do where they were there. */
export function ownStep(host: HostPlan, paths: readonly string[]): RunbookStep[] {
  if (host.platform === "windows") return [];
  return [
    {
      text: "Give a store that is new to the owner of its folder; one that was there keeps its owner.",
      command: paths.map((path) => `own ${shellQuote("posix", path)}`).join("\n"),
      check: `${markdownCode(["ls -l", ...paths.map((path) => shellQuote("posix", path))].join(" "))} shows the account that the product runs under as owner, or one that it can read as.`,
    },
  ];
}

/** Makes of files what they were before this run, whatever it did to them, as often as it is repeated. */
export function backStep(host: HostPlan, paths: readonly string[]): RunbookStep {
  if (host.platform === "posix")
    return {
      text: "Make of the files what they were before this run.",
      command: paths.map((path) => `back ${shellQuote("posix", path)}`).join("\n"),
      check: "Each line says `as before`, `gone, as before` or `not changed by this run`.",
    };
  return {
    text: "Make of the files what they were before this run; one that was not there goes.",
    command: [`if not defined ${RUN} echo STOP: name the run first`, ...paths.flatMap(windowsBack)].join(
      "\n",
    ),
    check:
      "No line says STOP. Each copy says that one file was copied; a file that this run did not change has none.",
  };
}

/**
 * Makes of a product's files what they were: those that were deployed go back as they came, and only the rest was copied.
 *
 * @param covers paths that the product's own steps change
 */
export function backSteps(
  { stack, environment }: TrustPlan,
  host: HostPlan,
  paths: readonly string[],
  covers: readonly string[],
): RunbookStep[] {
  if (!isDeployedHost(host)) return [backStep(host, paths)];
  const isDeployed = paths.some((path) => !covers.includes(path));
  const destroy = `cdktf-trust destroy ${stack} --environment ${environment}`;
  return [
    ...(covers.length === 0 ? [] : [backStep(host, covers)]),
    ...(isDeployed
      ? [
          {
            text: `Deploy what was declared before. Where nothing of ours was there before, run ${markdownCode(destroy)}, which gives back what was.`,
            check: "It ends without an error.",
          },
        ]
      : []),
  ];
}

function windowsFolder(path: string): string {
  const folder = shellQuote("windows", path.slice(0, path.lastIndexOf("\\")));
  return `if not exist ${folder} mkdir ${folder}`;
}

function windowsKeep(path: string): string[] {
  const [file, copy, absent] = windowsWords(path);
  const unlessKept = `if not exist ${copy} if not exist ${absent}`;
  return [
    `if defined ${RUN} if exist ${file} ${unlessKept} copy ${file} ${copy}`,
    `if defined ${RUN} if not exist ${file} ${unlessKept} type nul > ${absent}`,
  ];
}

function windowsBack(path: string): string[] {
  const [file, copy, absent] = windowsWords(path);
  return [`if exist ${copy} copy /y ${copy} ${file}`, `if exist ${absent} if exist ${file} del ${file}`];
}

function windowsWords(path: string): [string, string, string] {
  return [shellQuote("windows", path), copyOfRun("windows", path), copyOfRun("windows", path, "absent")];
}
