import { setTimeout as sleep } from "node:timers/promises";

import { isRemote, RemoteFailure } from "../ssh/errors";

const PAUSES_MS = [25, 50, 100, 200, 400, 800, 1_600];

/** Does again for three seconds what the server refuses without a reason, as it does while somebody has a file open. */
export function patiently<T>(action: () => Promise<T>): Promise<T> {
  return again(action, (cause) => isRemote(cause, "failure"));
}

/**
 * As `patiently`, of what takes a file's name away: where somebody has it open, a scanner for example, Windows says of
 * that what it says of missing rights.
 *
 * @throws RemoteFailure `in-use` where it is refused to the end
 */
export async function patientlyAway<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await again(action, isRefused);
  } catch (cause) {
    throw isRefused(cause) ? new RemoteFailure("in-use", "") : cause;
  }
}

function isRefused(cause: unknown): boolean {
  return isRemote(cause, "failure") || isRemote(cause, "EACCES");
}

async function again<T>(action: () => Promise<T>, isWorthIt: (cause: unknown) => boolean): Promise<T> {
  for (const pauseMs of PAUSES_MS) {
    try {
      return await action();
    } catch (cause) {
      if (!isWorthIt(cause)) throw cause;
      await sleep(pauseMs);
    }
  }
  return action();
}
