import type { HostPlan, RunbookStep } from "../../model";
import { copyOfRun, markdownCode, markdownCodeBlock, RUN_VARIABLE as RUN, shellQuote } from "../../text";

/** Lines that name the run. */
export function namedRun({ platform }: HostPlan): string[] {
  const windows = platform === "windows";
  const command = windows
    ? `for /f %i in ('powershell -NoProfile -Command "Get-Date -Format yyyyMMddHHmmss"') do set ${RUN}=%i`
    : `${RUN}=$(date -u +%Y%m%d%H%M%S)`;
  return [
    `Name this run first, in the window in which all of it is done; copies end in ${markdownCode(`.before-`)} and that name.`,
    "",
    ...markdownCodeBlock(windows ? "bat" : "sh", command, ""),
    "",
  ];
}

/** Copies a file before it is changed; the command itself looks, because a step that is repeated must not copy what it changed. */
export function copyStep(host: HostPlan, path: string): RunbookStep {
  const [from, to] = [shellQuote(host.platform, path), copyOfRun(host.platform, path)];
  const command =
    host.platform === "windows"
      ? `if defined ${RUN} if exist ${from} if not exist ${to} copy ${from} ${to}`
      : `: "\${${RUN}:?name the run first}" && if [ -e ${from} ] && [ ! -e ${to} ]; then cp -p ${from} ${to}; fi`;
  return {
    text: `Copy ${markdownCode(path)} aside, if it is there.`,
    command,
    check: `${markdownCode(host.platform === "windows" ? `dir ${to}` : `ls -l ${to}`)} shows the copy, if the file was there.`,
  };
}

/** Lines that say how the files of a chapter become again what they were before this run. */
export function wayBack(host: HostPlan, paths: readonly string[]): string[] {
  if (paths.length === 0) return [];
  const windows = host.platform === "windows";
  const commands = paths.map((path) => {
    const [file, copy] = [shellQuote(host.platform, path), copyOfRun(host.platform, path)];
    return windows
      ? `if exist ${copy} copy /y ${copy} ${file}`
      : `if [ -e ${copy} ]; then cp -p ${copy} ${file}; fi`;
  });
  return [
    "**The way back**, where a check does not agree or the product does not come up: this puts back what was copied in this run.",
    "A file that has no copy was not there before: take it away.",
    "",
    ...markdownCodeBlock(windows ? "bat" : "sh", commands.join("\n"), ""),
    "",
  ];
}
