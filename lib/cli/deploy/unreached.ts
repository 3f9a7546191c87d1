const WARNING = /^A machine was not reached: (\S+)/;

/** A machine that was not reached while its stacks were compared with it. */
export interface UnreachedHost {
  /** As the warning names it. */
  readonly host: string;
  readonly stacks: readonly string[];
}

/** Machines that were not reached: each is told of once, whichever stacks are on it. */
export class UnreachedHosts {
  readonly #stacks = new Map<string, Set<string>>();

  /** What of a stack's warnings is to be told, without machines that an earlier one was about. */
  newOf(stack: string, warnings: readonly string[]): readonly string[] {
    return warnings.filter((warning) => {
      const host = WARNING.exec(warning)?.[1]?.replace(/:$/, "");
      if (host === undefined) return true;
      const stacks = this.#stacks.get(host) ?? new Set();
      const isNew = stacks.size === 0 || stacks.has(stack);
      this.#stacks.set(host, stacks.add(stack));
      return isNew;
    });
  }

  get all(): readonly UnreachedHost[] {
    return [...this.#stacks].map(([host, stacks]) => ({ host, stacks: [...stacks] }));
  }
}
