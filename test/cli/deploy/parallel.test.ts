import { type Ending, runJobs } from "../../../lib/cli/deploy/parallel";

interface Task {
  readonly name: string;
  readonly after: readonly Task[];
}

function task(name: string, ...after: readonly Task[]): Task {
  return { name, after };
}

/** Jobs that end when they are told to, so that no test waits for a clock. */
class Workshop {
  readonly running: string[] = [];
  readonly endings = new Map<string, Ending<Task, string>["kind"]>();
  readonly #tasks = new Map<string, { readonly give: () => void; readonly fail: () => void }>();
  isStopped = false;
  readonly done;

  constructor(jobs: readonly Task[], limit: number) {
    this.done = runJobs<Task, string>(jobs, {
      limit,
      work: ({ name }) => {
        this.running.push(name);
        return new Promise((resolve, reject) =>
          this.#tasks.set(name, { give: () => resolve(name), fail: () => reject(new Error(name)) }),
        );
      },
      ended: ({ name }, { kind }) => {
        this.endings.set(name, kind);
        if (this.running.includes(name)) this.running.splice(this.running.indexOf(name), 1);
      },
      isStopped: () => this.isStopped,
    });
  }

  async end(name: string, how: "give" | "fail" = "give"): Promise<void> {
    this.#tasks.get(name)?.[how]();
    await new Promise(setImmediate);
  }
}

describe("jobs side by side", () => {
  test("no more than the limit run, the first ones first, and each after those that it names", async () => {
    const [a, b] = [task("a"), task("b")];
    const shop = new Workshop([a, b, task("c", a), task("d")], 2);
    expect(shop.running).toEqual(["a", "b"]);
    await shop.end("b");
    expect(shop.running).toEqual(["a", "d"]);
    await shop.end("a");
    expect(shop.running).toEqual(["d", "c"]);
    await shop.end("c");
    await shop.end("d");
    expect([...(await shop.done).keys()].map(({ name }) => name).sort()).toEqual(["a", "b", "c", "d"]);
  });

  test("one that fails keeps those back that come after it, and nobody else", async () => {
    const a = task("a");
    const b = task("b", a);
    const c = task("c", b);
    const shop = new Workshop([a, b, c, task("d")], 4);
    await shop.end("a", "fail");
    expect(Object.fromEntries(shop.endings)).toEqual({ a: "failed", b: "not-begun", c: "not-begun" });
    await shop.end("d");
    const endings = await shop.done;
    expect(endings.get(c)).toEqual({ kind: "not-begun", because: a });
    expect(shop.endings.get("d")).toBe("done");
  });

  test("once it is stopped, what runs ends and nothing more is begun", async () => {
    const shop = new Workshop([task("a"), task("b")], 1);
    shop.isStopped = true;
    await shop.end("a");
    await shop.done;
    expect(Object.fromEntries(shop.endings)).toEqual({ a: "done", b: "not-begun" });
  });

  test("nothing to do is done at once", async () => {
    expect((await new Workshop([], 2).done).size).toBe(0);
  });
});
