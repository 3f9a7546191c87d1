import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { EMBEDDED_NULL_PROVIDER_SOURCE, TRUST_PROVIDER_SOURCE } from "../../provider/address";
import { bundleIn } from "../../provider/install";
import { ATTACHED_WORD, LIVE_PREFIX } from "../../provider/variables";

/** A provider that runs already, so that Terraform starts none of its own. */
export interface AttachedProvider {
  /** For Terraform's environment. */
  readonly variables: Readonly<Record<string, string>>;
  /** What it said before it ended by itself; empty where it still runs. */
  lastWords(): string;
  stop(): Promise<void>;
}

const REATTACH_VARIABLE = "TF_REATTACH_PROVIDERS";
/** Many times what Node takes on a busy machine. */
const LONGEST_START_MS = 30_000;

/**
 * Starts the provider that a stack's directory holds, once for all that a command lets Terraform do there.
 *
 * Undefined where Terraform has to start it as ever: on Windows, where no folder guards a socket; for the output of
 * an earlier version, whose provider cannot be attached to; and where somebody wants its log, which Terraform writes
 * only of what it started itself.
 *
 * @param variables for the provider's environment
 * @param hear is told each line that a command of an activation prints, `NAME: text`
 */
export async function attachProvider(
  stackDirectory: string,
  variables: NodeJS.ProcessEnv,
  hear: (line: string) => void = () => undefined,
): Promise<AttachedProvider | undefined> {
  const bundle = bundleIn(stackDirectory);
  const isLogged = Boolean(variables["TF_LOG"]) || Boolean(variables["TF_LOG_PROVIDER"]);
  if (process.platform === "win32" || isLogged || !existsSync(bundle)) return undefined;
  // Standard input stays open for as long as this process lives: when it ends, so does the provider.
  const child = spawn(process.execPath, [bundle, ATTACHED_WORD], { cwd: stackDirectory, env: variables });
  const ended = new Promise<void>((resolve) =>
    child.once("error", () => resolve()).once("close", () => resolve()),
  );
  const said: string[] = [];
  const lines = createInterface({ input: child.stderr });
  lines.on("line", (line) => {
    if (line.startsWith(LIVE_PREFIX)) hear(line.slice(LIVE_PREFIX.length));
    else said.push(line);
  });
  child.stdin.on("error", () => undefined);
  const sockets = await announcedSockets(child);
  if (sockets === undefined) {
    child.kill("SIGKILL");
    await ended;
    return undefined;
  }
  return {
    variables: { [REATTACH_VARIABLE]: reattachment(variables[REATTACH_VARIABLE], child.pid, sockets) },
    lastWords: () => (child.exitCode === null && child.signalCode === null ? "" : textOf(said)),
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

/** Sockets of the two providers. */
interface Sockets {
  readonly trust: string;
  readonly null: string;
}

/** What the provider prints when it listens; undefined where it ended or says something else. */
function announcedSockets(child: ChildProcess): Promise<Sockets | undefined> {
  return new Promise((resolve) => {
    const give = (sockets?: Sockets): void => {
      clearTimeout(timer);
      resolve(sockets);
    };
    const timer = setTimeout(give, LONGEST_START_MS);
    child.once("error", () => give()).once("close", () => give());
    let line = "";
    child.stdout?.on("data", (chunk: Buffer) => {
      line += chunk.toString("utf8");
      if (line.endsWith("\n")) give(JSON.parse(line) as Sockets);
    });
  });
}

/** go-plugin's ReattachConfig by provider address; those of other providers, if somebody debugs one, stay. */
export function reattachment(known: string | undefined, pid: number | undefined, sockets: Sockets): string {
  const entry = (path: string) => ({
    Protocol: "grpc",
    ProtocolVersion: 6,
    Pid: pid,
    // Not ended by Terraform.
    Test: true,
    Addr: { Network: "unix", String: path },
  });
  return JSON.stringify({
    ...(known ? (JSON.parse(known) as object) : {}),
    [TRUST_PROVIDER_SOURCE]: entry(sockets.trust),
    [EMBEDDED_NULL_PROVIDER_SOURCE]: entry(sockets.null),
  });
}

/** What it said to people; the lines of its log are for whoever asks Terraform for them. */
function textOf(said: readonly string[]): string {
  return said
    .filter((line) => !line.startsWith('{"@level"'))
    .map((line) => `${line}\n`)
    .join("");
}
