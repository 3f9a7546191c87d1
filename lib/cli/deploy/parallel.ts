/** Something to do once other things have ended well. */
export interface Job<Self> {
  readonly after: readonly Self[];
}

/** What became of a job: it gave something, it failed, or it was not begun, because of one that failed or of a stop. */
export type Ending<J, Result> =
  | { readonly kind: "done"; readonly result: Result }
  | { readonly kind: "failed"; readonly error: unknown }
  | { readonly kind: "not-begun"; readonly because: J | undefined };

export interface ParallelOptions<J, Result> {
  /** How many run at a time. */
  readonly limit: number;
  readonly work: (job: J) => Promise<Result>;
  /** Hears of each as it ends. */
  readonly ended: (job: J, ending: Ending<J, Result>) => void;
  /** Whether no more are begun; those that run go on to their end. */
  readonly isStopped: () => boolean;
}

/**
 * Does jobs side by side, the first ones first. One that fails keeps those from being begun that come after it, and
 * nobody else.
 *
 * @param jobs each after those that it names
 */
export async function runJobs<J extends Job<J>, Result>(
  jobs: readonly J[],
  { limit, work, ended, isStopped }: ParallelOptions<J, Result>,
): Promise<Map<J, Ending<J, Result>>> {
  const endings = new Map<J, Ending<J, Result>>();
  const running = new Map<J, Promise<void>>();
  const end = (job: J, ending: Ending<J, Result>): void => {
    endings.set(job, ending);
    running.delete(job);
    ended(job, ending);
  };
  const begin = (job: J): void => {
    const done = work(job).then(
      (result) => end(job, { kind: "done", result }),
      (error: unknown) => end(job, { kind: "failed", error }),
    );
    running.set(job, done);
  };
  while (endings.size < jobs.length) {
    for (const job of jobs) {
      if (endings.has(job) || running.has(job)) continue;
      const because = causeAmong(job, endings);
      if (because !== undefined || isStopped()) end(job, { kind: "not-begun", because });
      else if (running.size < limit && job.after.every((before) => endings.has(before))) begin(job);
    }
    if (running.size > 0) await Promise.race(running.values());
  }
  return endings;
}

/** The job whose failure keeps this one from being begun, also by way of others. */
function causeAmong<J extends Job<J>>(
  { after }: J,
  endings: ReadonlyMap<J, Ending<J, unknown>>,
): J | undefined {
  for (const before of after) {
    const ending = endings.get(before);
    if (ending?.kind === "failed") return before;
    if (ending?.kind === "not-begun" && ending.because !== undefined) return ending.because;
  }
  return undefined;
}
