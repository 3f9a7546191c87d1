import { setTimeout as sleep } from "node:timers/promises";

import { isRemote } from "../ssh/errors";

const PAUSES_MS = [25, 50, 100, 200, 400, 800, 1_600];

/** Does again for three seconds what Windows refuses while somebody has the file open, a scanner for example. */
export async function patiently<T>(action: () => Promise<T>): Promise<T> {
  for (const pauseMs of PAUSES_MS) {
    try {
      return await action();
    } catch (cause) {
      if (!isRemote(cause, "failure")) throw cause;
      await sleep(pauseMs);
    }
  }
  return action();
}
