import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { javaProgram, SHORT_LIVED } from "./javaProgram";
import { tool, type ToolName } from "./tools";

const LONGEST_START_MS = 60_000;
const POLL_MS = 5;

/**
 * A keytool whose Java stays until the tests of this file have ended: the program does and says what that keytool does,
 * and starts no JVM, which is most of what a run of keytool takes.
 *
 * @param java the Java beside which that keytool is, or keytool itself
 * @returns gives the path of the program; the first call starts its Java
 */
export function residentKeytool(java: ToolName = "keytool"): () => string {
  let running: Resident | undefined;
  afterAll(() => {
    running?.server.kill("SIGKILL");
    if (running !== undefined) rmSync(running.folder, { recursive: true, force: true });
  });
  return () => {
    running ??= start(dirname(tool(java)));
    return running.program;
  };
}

interface Resident {
  readonly server: ChildProcess;
  readonly folder: string;
  readonly program: string;
}

function start(home: string): Resident {
  const folder = mkdtempSync(join(tmpdir(), "cdktf-trust-keytool-"));
  const word = randomBytes(16).toString("hex");
  const words = [
    ...SHORT_LIVED,
    "-Duser.language=en",
    // Java 8 has no modules.
    "-XX:+IgnoreUnrecognizedVMOptions",
    "--add-exports=java.base/sun.security.tools.keytool=ALL-UNNAMED",
    ...javaProgram(join(__dirname, "KeytoolServer.java"), 8),
    folder,
    word,
  ];
  // Ends by itself when this process does, because its standard input does then.
  const server = spawn(join(home, "java"), words, { stdio: ["pipe", "ignore", "inherit"] });
  const program = join(folder, "keytool");
  writeFileSync(program, client(join(home, "keytool"), portOf(folder), word), { mode: 0o700 });
  return { server, folder, program };
}

/** Waits without giving way, because runs of keytool do not either. */
function portOf(folder: string): string {
  const file = join(folder, "port");
  const clock = new Int32Array(new SharedArrayBuffer(4));
  for (let waitedMs = 0; waitedMs < LONGEST_START_MS; waitedMs += POLL_MS) {
    if (existsSync(file)) return readFileSync(file, "utf8");
    Atomics.wait(clock, 0, 0, POLL_MS);
  }
  throw new Error("keytool's Java does not say where it listens");
}

/** Source of the program, which starts no other: starts are what it is there to save. */
function client(keytool: string, port: string, word: string): string {
  return `#!/bin/bash
# Bytes that are no text, what is asked of servers, and a Java of other properties are left to the real one.
case " $* " in
  *" -sslserver "* | *" -J-D"[!u]*) exec '${keytool}' "$@" ;;
  *" -file "* | *" -rfc "*) ;;
  *" -exportcert "* | *" -importcert "* | *" -printcert "*) exec '${keytool}' "$@" ;;
esac
given=("$@")
words=()
while [ $# -gt 0 ]; do
  name=\${2-}
  case "$1" in
    -J*) ;;
    -*:env)
      if [ -n "\${!name+set}" ]; then words+=("\${1%:env}" "\${!name}"); else words+=("$1" "$name"); fi
      shift
      ;;
    *) words+=("$1") ;;
  esac
  shift
done
# Some mistakes end a Java 8, and the real keytool says them again.
real() { exec '${keytool}' "\${given[@]}"; }
{ exec 3<>/dev/tcp/127.0.0.1/${port}; } 2>/dev/null || real
printf '%s\\0' ${word} "$PWD" "\${#words[@]}" "\${words[@]}" >&3
while read -r -u 3 what status printed; do
  if [ "$what" = end ]; then
    IFS= read -r -d '' text <"$printed.out"
    printf %s "$text"
    IFS= read -r -d '' text <"$printed.err"
    printf %s "$text" >&2
    exit "$status"
  fi
  IFS= read -r -d '' input
  printf '%s\\0' "$input" >&3
done
real
`;
}
