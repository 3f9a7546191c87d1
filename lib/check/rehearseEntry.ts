import { text } from "node:stream/consumers";
import { shakeHands, type HandshakeResult } from "./handshake";
import { decodeHops } from "./wire";

/**
 * Entry of the rehearsal's child process: materials on stdin, results on stdout, both JSON.
 * Keys come through stdin only, so that no process list shows them.
 */
async function main(): Promise<void> {
  const hops = decodeHops(await text(process.stdin));
  const results: HandshakeResult[] = Array.from({ length: hops.length });
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < hops.length; index = next++) {
      const hop = hops[index];
      if (hop !== undefined) results[index] = await shakeHands(hop);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  process.stdout.write(JSON.stringify(results));
}

/** A handshake is bound by the processor; a few at once hide the turns of the event loop. */
const CONCURRENCY = 8;

void main();
