import { resolve } from "node:path";
import type { HostFiles } from "../../../lib/hosts";
import { LocalHost } from "../../../lib/hosts/localHost";
import { SshHost } from "../../../lib/hosts/ssh/sshHost";
import { TrustError } from "../../../lib/model";
import { configure } from "../../../lib/provider/configuration";
import type { AnyResourceType, Values } from "../../../lib/provider/protocol";
import { planChange } from "../../../lib/provider/protocol/planChange";

import { isOverSsh, thisMachineOverSsh } from "../../support/testMachine";

/** What happens while Terraform works. */
export interface Interference {
  /** A person's work between plan and apply. */
  readonly beforeApply?: () => Promise<void>;
  /** After how many files that were written or removed the run is killed; where it is done before, the state is lost. */
  readonly killedAfter?: number | undefined;
  /** A person's work after the kill; then the same is tried again. */
  readonly afterKill?: () => Promise<void>;
}

class Killed extends Error {}

const context = { signal: new AbortController().signal, warn: () => undefined };

/** One resource of one owner as Terraform drives it: refresh, plan, apply, and a row in a state. */
export class ResourceInProcess {
  row: Values | undefined;

  constructor(
    private readonly type: AnyResourceType,
    private readonly owner: string,
    private readonly directory: string,
  ) {}

  /** The row as a plan sees it. */
  async refresh(): Promise<Values | undefined> {
    this.configure();
    if (this.row !== undefined) this.row = await this.type.read(this.row, context);
    return this.row;
  }

  /** Applies a configuration; false where it was refused, and then the host is as it was. */
  async apply(declared: Values, interference: Interference = {}): Promise<boolean> {
    const prior = await this.refresh();
    const config = this.meant(declared);
    const none = Object.fromEntries(Object.keys(this.type.attributes).map((name) => [name, null]));
    const { planned, isChange } = await planChange(
      this.type,
      prior,
      { ...none, ...prior, ...config },
      { ...none, ...config },
    );
    if (!isChange) return true;
    return this.perform(
      interference,
      () => this.apply(declared),
      async () => {
        await this.type.foresee?.(planned, prior, context);
        await interference.beforeApply?.();
        return prior === undefined
          ? this.type.create(planned, context)
          : this.type.update(planned, prior, context);
      },
    );
  }

  /** Claims what is there as it is. */
  async import(id: string): Promise<void> {
    this.configure();
    const [, host, path] = /^(local:[^:]*):(.*)$/.exec(id) ?? [];
    const { host: meantHost, path: meantPath } = this.meant({ host, path });
    this.row = await this.type.import?.(`${String(meantHost)}:${String(meantPath)}`, context);
  }

  /** Destroys what the state has; whatever it finds, the row is gone then. */
  async destroy(interference: Interference = {}): Promise<void> {
    const row = await this.refresh();
    if (row === undefined) return;
    await this.perform(
      interference,
      () => this.destroy(),
      async () => {
        await interference.beforeApply?.();
        await this.type.destroy(row, context);
        return undefined;
      },
    );
  }

  private async perform(
    { killedAfter, afterKill }: Interference,
    again: () => Promise<boolean | void>,
    action: () => Promise<Values | undefined>,
  ): Promise<boolean> {
    try {
      this.row = await killed(killedAfter, action);
      return true;
    } catch (error) {
      if (error instanceof TrustError) return false;
      if (!(error instanceof Killed)) throw error;
    }
    await afterKill?.();
    return (await again()) !== false;
  }

  /** Over SSH the mirrored folder is reached at its own path of this machine. */
  private meant(declared: Values): Values {
    const { host, path } = declared;
    if (!isOverSsh) return declared;
    const folder = resolve(this.directory, String(host).slice("local:".length));
    return { ...declared, host: thisMachineOverSsh(), path: `${folder}${String(path)}` };
  }

  private configure(): void {
    configure({
      owner: this.owner,
      project_directory: this.directory,
      take_over: null,
      older_generations: null,
      password_changes: null,
    });
  }
}

/** Ends an action before it writes or removes one file more; one that is done by then has told nobody. */
async function killed<T>(steps: number | undefined, action: () => Promise<T>): Promise<T> {
  if (steps === undefined) return action();
  let left = steps;
  const step = (): void => {
    if (left === 0) throw new Killed();
    left -= 1;
  };
  const spies = [LocalHost.prototype, SshHost.prototype].flatMap((host) => stepping(host, step));
  try {
    await action();
    throw new Killed();
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

/** Takes a step before each write and removal of a kind of host. */
function stepping(host: HostFiles, step: () => void): { readonly mockRestore: () => void }[] {
  // Called with the host that they are asked of.
  // oxlint-disable-next-line typescript/unbound-method
  const { replaceFile, removeFile } = host;
  return [
    jest.spyOn(host, "replaceFile").mockImplementation(function (this: HostFiles, ...given) {
      step();
      return replaceFile.apply(this, given);
    }),
    jest.spyOn(host, "removeFile").mockImplementation(function (this: HostFiles, ...given) {
      step();
      return removeFile.apply(this, given);
    }),
  ];
}
