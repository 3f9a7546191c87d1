import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { OwnershipRecord } from "../../../lib/hosts";
import type { StoreEntry } from "../../../lib/keystore";
import type { LocalHost } from "../../../lib/hosts/localHost";
import type * as Providers from "../../../lib/provider/providers";
import type * as Plans from "../../../lib/provider/protocol/planChange";
import type { Values } from "../../../lib/provider/protocol";
import { writeTestStore } from "../support/stores";

/** Password of all stores here. */
export const PASSWORD = "correct-horse-battery";

/** One row that a configuration declares. */
export interface Declared {
  readonly type: string;
  readonly name: string;
  readonly config: Values;
}

/** What a run came to: errors by the names of the rows. */
export type Errors = Readonly<Record<string, string>>;

const context = { signal: new AbortController().signal, warn: () => undefined };

/**
 * What Terraform does for one owner on a host that is a folder, without Terraform: each apply is a run of its own, with
 * its own process memory, rows are written in the order given, and rows that are not declared any more go last.
 */
export class Deployment {
  private readonly rows = new Map<string, { readonly type: string; readonly row: Values }>();
  private last: Run | undefined;
  private beforeWrite: (() => void) | undefined;
  /** Of the provider block, as Terraform has it. */
  passwordChanges: readonly Values[] | null = null;

  constructor(
    readonly owner: string,
    readonly root: string,
  ) {}

  /** Refreshes, plans and applies; a row that fails stops those after it, as those that depend on it. */
  async apply(...declared: readonly Declared[]): Promise<Errors> {
    const run = new Run(this.owner, this.root, this.passwordChanges, () => this.beforeWrite?.());
    this.last = run;
    for (const [name, { type, row }] of this.rows) {
      const read = await run.type(type).read(row, context);
      if (read === undefined) this.rows.delete(name);
      else this.rows.set(name, { type, row: read });
    }
    const plans = [];
    for (const one of declared) plans.push(await run.plan(one, this.rows.get(one.name)?.row));
    for (const [index, one] of declared.entries()) {
      const { planned, isChange } = plans[index] ?? { planned: {}, isChange: false };
      if (!isChange) continue;
      const prior = this.rows.get(one.name)?.row;
      try {
        const type = run.type(one.type);
        const row = await (prior === undefined
          ? type.create(planned, context)
          : type.update(planned, prior, context));
        this.rows.set(one.name, { type: one.type, row });
      } catch (error) {
        return { [one.name]: error instanceof Error ? error.message : String(error) };
      }
    }
    for (const [name, { type, row }] of this.rows) {
      if (declared.some((one) => one.name === name)) continue;
      await run.type(type).destroy(row, context);
      this.rows.delete(name);
    }
    return {};
  }

  /** An apply that ends, as by a kill, before it writes or removes one file more; false where it was done before. */
  async applyKilled(writes: number, ...declared: readonly Declared[]): Promise<boolean> {
    const rows = new Map(this.rows);
    let left = writes;
    const step = () => {
      if (left === 0) throw new Killed();
      left -= 1;
    };
    this.beforeWrite = step;
    const errors = await this.apply(...declared);
    this.beforeWrite = undefined;
    if (!Object.values(errors).includes(KILLED)) return false;
    // What a killed provider did not answer is in no state.
    for (const name of this.rows.keys()) if (!rows.has(name) && name in errors) this.rows.delete(name);
    return true;
  }

  /** Names of the rows that the next apply would change. */
  async plan(...declared: readonly Declared[]): Promise<string[]> {
    const run = this.last ?? new Run(this.owner, this.root, this.passwordChanges);
    // Each walk of Terraform does.
    run.configure();
    const changed = [];
    for (const one of declared) {
      const known = this.rows.get(one.name);
      const read = known === undefined ? undefined : await run.type(one.type).read(known.row, context);
      if ((await run.plan(one, read)).isChange) changed.push(one.name);
    }
    return changed;
  }

  row(name: string): Values | undefined {
    return this.rows.get(name)?.row;
  }

  /** Forgets all rows, as a lost state does. */
  lose(name: string): void {
    this.rows.delete(name);
  }
}

/** The provider as one process has it. */
class Run {
  private readonly provider: typeof Providers.trustProvider;
  private readonly planChange: typeof Plans.planChange;

  /** @param beforeWrite - called before each file is written or removed */
  constructor(
    private readonly owner: string,
    private readonly root: string,
    private readonly passwordChanges: readonly Values[] | null,
    beforeWrite: () => void = () => undefined,
  ) {
    let loaded: [typeof Providers, typeof Plans] | undefined;
    jest.isolateModules(() => {
      watch(require("../../../lib/hosts/localHost").LocalHost.prototype, beforeWrite);
      loaded = [
        require("../../../lib/provider/providers"),
        require("../../../lib/provider/protocol/planChange"),
      ];
    });
    if (loaded === undefined) throw new Error("the provider was not loaded");
    this.provider = loaded[0].trustProvider;
    this.planChange = loaded[1].planChange;
    this.configure();
  }

  configure(): void {
    this.provider.configure({
      owner: this.owner,
      project_directory: this.root,
      take_over: null,
      older_generations: null,
      password_changes: this.passwordChanges,
    });
  }

  type(typeName: string) {
    const found = this.provider.resources.find((one) => one.typeName === typeName);
    if (found === undefined) throw new Error(`there is no ${typeName}`);
    return found;
  }

  async plan({ type: typeName, config }: Declared, prior: Values | undefined) {
    const type = this.type(typeName);
    const none = Object.fromEntries(Object.keys(type.attributes).map((name) => [name, null]));
    const wrong = type.validate?.({ ...none, ...config }) ?? [];
    if (wrong.length > 0) throw new Error(wrong.map(({ detail }) => detail).join(" "));
    const plan = await this.planChange(type, prior, { ...none, ...prior, ...config }, { ...none, ...config });
    this.provider.notePlan?.(typeName, plan.planned, plan.isChange);
    return plan;
  }
}

// Each process of the provider has its listeners, and these are many in one.
process.setMaxListeners(0);

const KILLED = "killed";

class Killed extends Error {
  constructor() {
    super(KILLED);
  }
}

function watch(host: typeof LocalHost.prototype, beforeWrite: () => void): void {
  // Called with the host that they are asked of.
  // oxlint-disable-next-line typescript/unbound-method
  const { replaceFile, removeFile } = host;
  host.replaceFile = function (this: LocalHost, ...given) {
    beforeWrite();
    return replaceFile.apply(this, given);
  };
  host.removeFile = function (this: LocalHost, ...given) {
    beforeWrite();
    return removeFile.apply(this, given);
  };
}

/** A folder with a host in it, for each test of its own. */
export function scratchForEachTest(begin: (root: string, folder: string) => void): void {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "trust-activation-"));
    const folder = join(root, "host", "opt");
    mkdirSync(folder, { recursive: true });
    process.env["ACTIVATION_PASSWORD"] = PASSWORD;
    begin(root, folder);
  });
  afterEach(() => {
    rmSync(root, { recursive: true, force: true });
    delete process.env["ACTIVATION_PASSWORD"];
  });
}

/** An activation whose one step runs on this machine. */
export function activation(
  script: string,
  files: readonly Values[],
  more: Values & { readonly name?: string } = {},
): Declared {
  const name = more.name ?? "product";
  return {
    type: "trust_activation",
    name,
    config: {
      host: "local:host",
      name,
      files: files.map((file) => ({ password: null, ...file })),
      steps: [{ argv: ["sh", "-c", script], on: "runner", timeout_seconds: null }],
      ...more,
    },
  };
}

/** A store, which must be there or is made. */
export function keystore(path = "/opt/store.p12"): Declared {
  return {
    type: "trust_keystore",
    name: "store",
    config: { host: "local:host", path, password: "env:ACTIVATION_PASSWORD", profile: "modern" },
  };
}

/** An entry from an artifact that is made for it. */
export function entry(root: string, made: StoreEntry, sha256: string, more: Values = {}): Declared {
  const artifact = join(root, `${made.kind}-${made.alias}-${sha256.slice(0, 5)}.p12`);
  writeTestStore(artifact, "modern", PASSWORD, [made]);
  return {
    type: made.kind === "anchor" ? "trust_truststore_entry" : "trust_key_entry",
    name: made.alias,
    config: {
      host: "local:host",
      path: "/opt/store.p12",
      password: "env:ACTIVATION_PASSWORD",
      alias: made.alias,
      artifact,
      sha256,
      ...more,
    },
  };
}

/** The record beside a file. */
export function recordOf(folder: string, name: string): OwnershipRecord {
  return JSON.parse(readFileSync(join(folder, `.${name}.cdktf-trust.json`), "utf8"));
}
