import { connect } from "node:net";
import type { Duplex } from "node:stream";
import type { HostProcesses } from "../../hosts";

/** Where a live call starts. */
export interface Line {
  /** Id of the client's host; absent where the call starts at the machine that this runs on. */
  readonly from?: string;
  readonly open: (host: string, port: number, timeoutMs: number) => Promise<Duplex>;
}

/** TCP connections that start on a client's host. */
export function lineThrough(hostId: string, processes: HostProcesses): Line {
  return { from: hostId, open: async (...target) => await processes.connect(...target) };
}

/** TCP connections that start here. */
export const lineFromHere: Line = {
  open: async (host, port, timeoutMs) =>
    await new Promise((resolve, reject) => {
      const socket = connect({ host, port });
      const giveUp = (): void => void socket.destroy(new Error(`no answer: timed out after ${timeoutMs} ms`));
      socket.setTimeout(timeoutMs, giveUp);
      socket.once("error", reject);
      socket.once("connect", () => {
        socket.setTimeout(0).off("error", reject);
        resolve(socket);
      });
    }),
};
