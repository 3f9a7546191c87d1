import type { Duplex } from "node:stream";

import { HostError } from "../errors";
import {
  type CommandOutcome,
  connectFailed,
  formatTarget,
  forwardRefused,
  type HostCommand,
  type HostProcesses,
  requireArgv,
} from "../processes";
import { ChannelClosed } from "./channel";
import { plainWords } from "./errors";
import { openForward } from "./forward";
import { RemoteRunner } from "./remoteRunner";
import type { SshSession } from "./session";
import { startRunner } from "./startCommand";

/** Processes of a machine over SSH. Each has a connection of its own, because one that hangs must hold up nothing else. */
export class SshProcesses implements HostProcesses {
  constructor(private readonly session: SshSession) {}

  async run(command: HostCommand): Promise<CommandOutcome> {
    const argv = requireArgv(command.argv);
    const runner = await this.session.apart((nonce, sudo) => ({
      service: { kind: "command", line: startRunner(nonce, sudo) },
      meet: (program) => RemoteRunner.start(program, nonce),
    }));
    try {
      return await runner.run({ ...command, argv });
    } catch (error) {
      if (error instanceof ChannelClosed) throw endUnknown(this.session.address, argv[0], error);
      throw error;
    } finally {
      await runner.close();
    }
  }

  async connect(host: string, port: number, timeoutMs: number): Promise<Duplex> {
    const target = formatTarget(host, port);
    const opened = await this.session.apart(() => ({
      service: { kind: "forward", target },
      logLevel: "DEBUG2",
      meet: (program) => openForward(program, timeoutMs),
    }));
    if (typeof opened !== "string") return opened;
    // In these words sshd says that it has not even tried.
    const failed = opened.startsWith("administratively prohibited") ? forwardRefused : connectFailed;
    throw failed(this.session.address, target, plainWords(opened));
  }
}

function endUnknown(address: string, program: string, { said }: ChannelClosed): HostError {
  const words = plainWords(said);
  return new HostError(
    "outcome-unknown",
    `${address}: the connection ended while ${JSON.stringify(program)} ran${words === "" ? "" : ` (${words})`}. Whether the command ended, and how, is not known; what is left of it is ended there as soon as the machine notices. Look there, then run again.`,
  );
}
