import { readdirSync, readFileSync } from "node:fs";

/** What is told of running Javas: where their stores and folders are, never a password. */
const TOLD = String.raw`^(-Djavax\.net\.ssl\.(keyStore|trustStore)=/.*|-Dcatalina\.(base|home)=/.*|-Djetty\.(base|home)=/.*|/.*/bin/java)$`;

/** The same for `grep -E`. */
export const JAVA_OPTIONS_PATTERN = TOLD.replaceAll("\\.", "[.]");

const told = new RegExp(TOLD);

/** Words of the command lines of all processes of this machine that say where a Java's files are, each once. */
export function localJavaOptions(processes = "/proc"): string[] {
  const words = names(processes).flatMap((name) =>
    /^\d+$/.test(name) ? wordsOf(`${processes}/${name}/cmdline`) : [],
  );
  return [...new Set(words.filter((word) => told.test(word)))].sort();
}

function names(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

/** Of a process that has ended, or is somebody else's, none. */
function wordsOf(file: string): string[] {
  try {
    return readFileSync(file, "utf8").split("\0");
  } catch {
    return [];
  }
}
