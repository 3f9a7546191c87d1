import { availableParallelism } from "node:os";
import { text } from "node:stream/consumers";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { concurrently } from "./concurrently";
import { shakeHands } from "./handshake";
import type { HandshakeResult } from "./handshakeResult";
import type { HopMaterial } from "./hopMaterial";
import { decodeHops } from "./wire";

/**
 * Entry of the rehearsal's child process: materials on stdin, results on stdout, both JSON.
 * Keys come through stdin only, so that no process list shows them. Many hops are shared among threads.
 */
async function main(): Promise<void> {
  const input = await text(process.stdin);
  const hops = decodeHops(input);
  const threads = Math.min(availableParallelism(), Math.ceil(hops.length / HOPS_WORTH_A_THREAD));
  const results = threads > 1 ? await shareAmongThreads(input, hops.length, threads) : await shakeAll(hops);
  process.stdout.write(JSON.stringify(results));
}

/** Below this a thread's start costs more than it saves. */
const HOPS_WORTH_A_THREAD = 50;

/** What a thread is given: all hops as text, of which it takes every `step`th. */
interface Share {
  readonly input: string;
  readonly first: number;
  readonly step: number;
}

async function shareAmongThreads(input: string, count: number, threads: number): Promise<HandshakeResult[]> {
  const shares = await Promise.all(
    Array.from({ length: threads }, (_, first) => runThread({ input, first, step: threads })),
  );
  return Array.from({ length: count }, (_, at) => {
    const result = shares[at % threads]?.[Math.floor(at / threads)];
    if (result === undefined) throw new Error(`a thread left out hop ${at}`);
    return result;
  });
}

async function runThread(share: Share): Promise<HandshakeResult[]> {
  return await new Promise((resolve, reject) => {
    const worker = new Worker(__filename, { workerData: share });
    worker.once("message", resolve);
    worker.once("error", reject);
  });
}

async function takeShare(): Promise<void> {
  const { input, first, step }: Share = workerData;
  const hops = decodeHops(input).filter((_, at) => at % step === first);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origin
  parentPort?.postMessage(await shakeAll(hops));
}

/** A handshake is bound by the processor; a few at once hide the turns of the event loop. */
const CONCURRENCY = 8;

async function shakeAll(hops: readonly HopMaterial[]): Promise<HandshakeResult[]> {
  return await concurrently(hops, CONCURRENCY, async (hop) => await shakeHands(hop));
}

void (isMainThread ? main() : takeShare());
