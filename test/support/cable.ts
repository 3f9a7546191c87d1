import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** Bytes to the server and from it. */
export interface Passed {
  readonly up: number;
  readonly down: number;
}

/** A way to a server on loopback that a test can cut, close and make slow. */
export interface Cable {
  /** `ssh://127.0.0.1:<port>` of its near end. */
  readonly address: string;
  /** Bytes that came through since this was asked last. */
  readonly passed: () => Passed;
  /** Ends all that goes through it once as many bytes more have passed in a direction; who comes later gets through. */
  readonly cutAfter: (bytes: Partial<Passed>) => void;
  /** Ends all at the first bytes from the server that come when it is time; who comes later gets through. */
  readonly cutWhen: (isTime: () => boolean) => void;
  /** As `cutWhen`, and nobody gets through any more. */
  readonly breakWhen: (isTime: () => boolean) => void;
  /** Lets everybody through again, and cuts nobody. */
  readonly mend: () => void;
  readonly close: () => Promise<void>;
}

export interface CableOptions {
  /** How long each piece takes, in each direction. @default 0 */
  readonly delayMs?: number;
}

type Direction = keyof Passed;

/** Lays a cable to a port; close it when done. */
export async function layCable(port: number, { delayMs = 0 }: CableOptions = {}): Promise<Cable> {
  const sockets = new Set<Socket>();
  const passed: Record<Direction, number> = { up: 0, down: 0 };
  let left: Partial<Record<Direction, number>> = {};
  let isTime = (): boolean => false;
  let breaks = false;
  let isBroken = false;

  const end = (): void => {
    left = {};
    for (const socket of sockets) socket.destroy();
  };

  const pass = (direction: Direction, piece: Buffer, to: Socket): void => {
    if (direction === "down" && isTime()) {
      isTime = () => false;
      isBroken = breaks;
      return end();
    }
    const most = left[direction] ?? Infinity;
    const part = piece.subarray(0, Math.min(piece.length, most));
    passed[direction] += part.length;
    if (most !== Infinity) left = { ...left, [direction]: most - part.length };
    if (part.length < most) return void to.write(part);
    // The last bytes arrive before the end does.
    left = {};
    to.write(part, end);
  };

  const server = createServer((near) => {
    if (isBroken) return void near.destroy();
    const far = connect(port, "127.0.0.1");
    const pair = [near, far] as const;
    for (const socket of pair) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        sockets.delete(socket);
        for (const one of pair) one.destroy();
      });
    }
    const join = (direction: Direction, from: Socket, to: Socket): void => {
      from.on("data", (piece: Buffer) => {
        if (delayMs === 0) pass(direction, piece, to);
        else setTimeout(() => pass(direction, piece, to), delayMs);
      });
    };
    join("up", near, far);
    join("down", far, near);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");

  return {
    address: `ssh://127.0.0.1:${(server.address() as AddressInfo).port}`,
    passed: () => {
      const counted = { ...passed };
      Object.assign(passed, { up: 0, down: 0 });
      return counted;
    },
    cutAfter: (bytes) => {
      left = { ...bytes };
    },
    cutWhen: (time) => {
      [isTime, breaks] = [time, false];
    },
    breakWhen: (time) => {
      [isTime, breaks] = [time, true];
    },
    mend: () => {
      left = {};
      isTime = () => false;
      isBroken = false;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
