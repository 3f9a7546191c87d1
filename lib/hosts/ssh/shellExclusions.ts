import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import { posix } from "node:path";

import { exclusionName, isLeftover } from "../companions";
import { companionIsLink, isUnreached, notRegular } from "../errors";
import type { ExclusionSteps, FoundExclusion, OwnExclusion } from "../exclusion";
import {
  type ExclusionHolder,
  type Liveness,
  livenessAmong,
  parseHolder,
  startedAt,
  userName,
} from "../exclusionHolder";
import { isRemote } from "./errors";
import { directoryOf, parseNames } from "./shellFiles";
import type { SshSession } from "./session";
import type { Shell } from "./shell";

/** A lock belongs to the shell that took it: it goes with it. */
interface ShellExclusion extends OwnExclusion {
  readonly shell: Shell;
  readonly token: string;
}

/**
 * The steps of a lock at the other end of a connection. The lock is the same directory with the same content as on
 * this machine, and names the remote shell as its holder, so that runs here and there keep each other out.
 */
export class ShellExclusions implements ExclusionSteps {
  readonly paths = posix;

  constructor(private readonly session: SshSession) {}

  async find(directory: string): Promise<FoundExclusion | undefined> {
    const answer = await this.named(directory, () =>
      this.session.call("find_lock", [directoryOf(directory), posix.basename(directory)]),
    );
    const [kind = "", token = "", sign = "", ...content] = splitNul(answer, 3);
    if (kind === "") return undefined;
    const entry = kind === "file" || token === "." ? directory : posix.join(directory, token);
    const holder = parseHolder(
      (await this.session.open()).bytesOf(Buffer.from(content[0] ?? "", "latin1")).toString("utf8"),
    );
    return { entry, holder, sign: `${entry} ${sign}` };
  }

  async create(directory: string, now: Date): Promise<OwnExclusion | undefined> {
    const shell = await this.session.open();
    const token = randomBytes(12).toString("hex");
    const holder = JSON.stringify(await this.holder(shell, now));
    try {
      await this.session.callIn(shell, "make_lock", [
        directoryOf(directory),
        posix.basename(directory),
        token,
        holder,
      ]);
    } catch (cause) {
      if (isRemote(cause, "taken")) return undefined;
      if (isRemote(cause, "companion-link")) throw companionIsLink(directory);
      throw cause;
    }
    const own: ShellExclusion = { directory, entry: posix.join(directory, token), shell, token };
    return own;
  }

  async removeHolder(directory: string, { entry }: FoundExclusion): Promise<void> {
    const token = entry === directory ? "." : posix.basename(entry);
    await this.session
      .call("remove_holder", [directoryOf(directory), posix.basename(directory), token])
      .catch(unlessGone);
  }

  async isHeld(own: OwnExclusion): Promise<boolean> {
    const { shell, entry } = own as ShellExclusion;
    if (!shell.isOpen) return false;
    try {
      await this.session.callIn(shell, "held", [entry]);
      return true;
    } catch (error) {
      if (isUnreached(error)) return false;
      if (isRemote(error, "exit code 1")) return false;
      throw error;
    }
  }

  async giveSignOfLife(own: OwnExclusion): Promise<void> {
    const { shell, directory, token } = own as ShellExclusion;
    if (!shell.isOpen) return;
    const words = [directoryOf(directory), posix.basename(directory), token];
    await this.session.callIn(shell, "alive", words, { isUrgent: true });
  }

  async remove(own: OwnExclusion): Promise<void> {
    const { shell, directory, token } = own as ShellExclusion;
    // Without its shell the lock is gone already, or is what the next run finds of a dead one.
    if (!shell.isOpen) return;
    const words = [directoryOf(directory), posix.basename(directory), token];
    await this.session.callIn(shell, "drop_lock", words).catch((error: unknown) => {
      if (!isUnreached(error)) throw error;
    });
  }

  async livenessOf({ holder }: FoundExclusion): Promise<Liveness> {
    const { facts } = await this.session.open();
    if (holder?.processSpace === undefined) return "unknown";
    if (holder.processSpace !== facts.processSpace || holder.machine !== facts.machine) return "unknown";
    return livenessAmong(holder, await this.process(holder.processId));
  }

  async hasLeftovers(file: string): Promise<boolean> {
    const name = posix.basename(file);
    const names = await this.namesBeside(file);
    return names.some((candidate) => candidate === exclusionName(name) || isLeftover(name, candidate));
  }

  async removeLeftovers(file: string): Promise<void> {
    const leftovers = (await this.namesBeside(file)).filter((name) => isLeftover(posix.basename(file), name));
    if (leftovers.length > 0) await this.session.call("clear_away", [directoryOf(file), ...leftovers]);
  }

  private async namesBeside(file: string): Promise<string[]> {
    return parseNames(await this.session.call("names", [file, "beside"]));
  }

  private async holder(shell: Shell, now: Date): Promise<ExclusionHolder> {
    const { facts } = shell;
    const process = await this.process(facts.processId);
    return {
      user: `${facts.user} for ${userName()} of ${hostname()}`.slice(0, 200),
      processId: facts.processId,
      machine: facts.machine,
      since: now.toISOString(),
      ...(facts.processSpace === undefined ? {} : { processSpace: facts.processSpace }),
      ...(typeof process !== "object" ? {} : { started: process.started }),
    };
  }

  /** What the machine says of one of its processes. */
  private async process(processId: number): Promise<"gone" | "unseen" | { started: string; ended: boolean }> {
    const shell = await this.session.open();
    const said = (await this.session.callIn(shell, "process_facts", [processId])).toString("utf8").trim();
    if (said === "gone") return "gone";
    if (!said.startsWith("stat ")) return "unseen";
    return startedAt(said.slice("stat ".length), shell.facts.timeSpace ?? "time:");
  }

  private async named<T>(directory: string, step: () => Promise<T>): Promise<T> {
    try {
      return await step();
    } catch (cause) {
      if (isRemote(cause, "companion-link")) throw companionIsLink(directory);
      if (isRemote(cause, "not-regular")) throw notRegular(directory);
      throw cause;
    }
  }
}

/** Parts that end in NUL, and what is behind them; bytes as characters. */
function splitNul(bytes: Buffer, parts: number): string[] {
  const text = bytes.toString("latin1");
  const found: string[] = [];
  let start = 0;
  for (let part = 0; part < parts; part++) {
    const end = text.indexOf("\0", start);
    if (end === -1) return found;
    found.push(text.slice(start, end));
    start = end + 1;
  }
  return [...found, text.slice(start)];
}

function unlessGone(cause: unknown): void {
  if (!isRemote(cause, "ENOENT") && !isRemote(cause, "exit code 1")) throw cause;
}
