import { HostError } from "../errors";
import { type ByteTables, byteTables, translated } from "./byteTable";
import { type ShellAnswer, ShellChannel, type ShellProcess } from "./channel";
import { plainWords, RemoteFailure, systemNameOf } from "./errors";
import { SHELL_LIBRARY, STATUS } from "./library";
import { shellWord } from "./shellWord";

/** What a machine can do, and who we are there. */
export interface ShellFacts {
  readonly userId: number;
  readonly user: string;
  /** Name of the machine, as its locks have it. */
  readonly machine: string;
  /** Number of the shell's process. */
  readonly processId: number;
  /** Which processes that number counts among; absent where that cannot be told. */
  readonly processSpace?: string;
  readonly timeSpace?: string;
  readonly has: ReadonlySet<string>;
}

export interface CallOptions {
  readonly body?: Uint8Array;
  /** @default false */
  readonly isUrgent?: boolean;
  /** @default 60000 */
  readonly timeoutMs?: number;
}

/** Functions of the library at the other end of a channel. */
export class Shell {
  private constructor(
    private readonly channel: ShellChannel,
    readonly facts: ShellFacts,
    private readonly tables: ByteTables | undefined,
  ) {}

  /**
   * Waits for the shell, teaches it the library and finds out what its machine can do.
   *
   * @throws ChannelClosed where it does not show up; HostError `host-shell` where it cannot do what is needed
   */
  static async start(program: ShellProcess, address: string, nonce: string): Promise<Shell> {
    const channel = await ShellChannel.open(program, { nonce });
    try {
      await teach(channel, address, nonce);
      const facts = readFacts((await channel.run({ line: "facts" })).stdout.toString("utf8"), address);
      await channel.run({ line: settings(facts) });
      return new Shell(channel, facts, await tablesOf(channel, address));
    } catch (error) {
      await channel.close();
      throw error;
    }
  }

  get isOpen(): boolean {
    return this.channel.isOpen;
  }

  close(): Promise<void> {
    return this.channel.close();
  }

  /**
   * What a function of the library printed.
   *
   * @throws RemoteFailure with the system's name for what went wrong; ChannelClosed
   */
  async call(name: string, words: readonly (string | number)[], options: CallOptions = {}): Promise<Buffer> {
    const { body, ...rest } = options;
    const line = [name, ...words.map((word) => shellWord(String(word)))].join(" ");
    const sent = body === undefined ? {} : { body: translated(body, this.tables?.toHost) };
    return checked(await this.channel.run({ line, ...sent, ...rest }));
  }

  /** Bytes as they are at the other end. */
  bytesOf(received: Uint8Array): Buffer {
    return translated(received, this.tables?.fromHost);
  }
}

/** Line by line through `read`, which takes no byte too many; the end is a line that the library does not have. */
async function teach(channel: ShellChannel, address: string, nonce: string): Promise<void> {
  const end = `${nonce}.end`;
  const answer = await channel.run({
    line: `NL=$(printf '\\nx'); NL=\${NL%x}; library=; while IFS= read -r l; do case $l in ${end}) break;; esac; library=$library$l$NL; done; eval "$library"; command -v commit >/dev/null`,
    body: Buffer.from(`${SHELL_LIBRARY.trim()}\n${end}\n`),
  });
  if (answer.status !== 0) throw shellTooSmall(address, answer.stderr);
}

function settings({ has }: ShellFacts): string {
  const set = (name: string, capability: boolean): string => `${name}=${capability ? 1 : ""}`;
  return [
    set("HEAD_C", has.has("head-c")),
    set("STAT", has.has("stat")),
    set("SYNC_FILE", has.has("sync-file")),
    set("MV_T", has.has("mv-T")),
    set("CP_ATTRIBUTES", has.has("cp-attributes")),
    set("ACL", has.has("getfacl") && has.has("setfacl")),
  ].join(" ");
}

function readFacts(text: string, address: string): ShellFacts {
  const lines = text.split("\n").map((line) => line.trim());
  const find = (name: string): string | undefined =>
    lines.find((line) => line.startsWith(`${name} `))?.slice(name.length + 1);
  const userId = Number(find("uid"));
  const processId = Number(find("shell"));
  if (!Number.isInteger(userId) || !Number.isInteger(processId)) throw shellTooSmall(address, text);
  const processSpace = find("space");
  const timeSpace = find("timespace");
  return {
    userId,
    user: find("user") ?? String(userId),
    machine: find("machine") ?? "",
    processId,
    ...(processSpace === undefined ? {} : { processSpace }),
    ...(timeSpace === undefined ? {} : { timeSpace }),
    has: new Set(lines.filter((line) => line.startsWith("has ")).map((line) => line.slice(4))),
  };
}

async function tablesOf(channel: ShellChannel, address: string): Promise<ByteTables | undefined> {
  const body = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  const { stdout } = await channel.run({ line: "mirror_bytes", body });
  const end = stdout.indexOf("\n");
  const arrived = stdout
    .toString("latin1", 0, end)
    .trim()
    .split(" ")
    .map((octal) => Number.parseInt(octal, 8));
  const tables = byteTables(arrived, stdout.subarray(end + 1));
  if (tables !== null) return tables;
  throw new HostError(
    "host-shell",
    `${address} changes bytes on their way so that they cannot be told apart any more. Set the code page of its ssh so that each byte has one of its own. Nothing was changed.`,
  );
}

function checked({ status, stdout, stderr }: ShellAnswer): Buffer {
  if (status === 0) return stdout;
  throw new RemoteFailure(STATUS[status] ?? systemNameOf(stderr) ?? `exit code ${status}`, stderr);
}

function shellTooSmall(address: string, said: string): HostError {
  return new HostError(
    "host-shell",
    `${address} has a shell that is no POSIX shell, or misses tools that POSIX demands; it said "${plainWords(said)}". Nothing was changed.`,
  );
}
