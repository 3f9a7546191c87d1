import { fromError, toWire, type WireDiagnostic } from "./diagnostics";
import { stopped, unknownType } from "./errors";
import type { AnyDataSourceType, AnyResourceType, CallContext, Provider, Values } from "./resource";

/** What the calls of one provider have in common. */
export interface Served {
  readonly provider: Provider;
  readonly resource: (typeName: string) => AnyResourceType;
  readonly dataSource: (typeName: string) => AnyDataSourceType;
  /** Aborted by StopProvider. */
  readonly stop: AbortController;
}

export function served(provider: Provider, stop: AbortController): Served {
  return {
    provider,
    resource: finder(provider.resources),
    dataSource: finder(provider.dataSources),
    stop,
  };
}

/** @throws ProviderError `unknown-type` when called with a name that none has */
function finder<T extends { readonly typeName: string }>(types: readonly T[]): (typeName: string) => T {
  const byName = new Map(types.map((type) => [type.typeName, type]));
  return (typeName) => {
    const found = byName.get(typeName);
    if (found === undefined) throw unknownType(typeName, [...byName.keys()]);
    return found;
  };
}

/** What came of a step of a call. */
export type Attempt<T> = { readonly ok: true; readonly value: T } | { readonly ok: false };

/** One call under way: what goes wrong in its steps is told in its answer. */
export class Call {
  readonly diagnostics: WireDiagnostic[] = [];
  readonly context: CallContext;

  constructor({ stop }: Served) {
    const warn = (summary: string, detail: string) =>
      void this.diagnostics.push(toWire({ severity: "warning", summary, detail }));
    this.context = { signal: stop.signal, warn };
  }

  /** @param action in the words of "Cannot …" */
  async attempt<T>(
    action: string,
    run: () => T | Promise<T>,
    diagnostics = this.diagnostics,
  ): Promise<Attempt<T>> {
    try {
      return { ok: true, value: await run() };
    } catch (error) {
      diagnostics.push(toWire(fromError(error, action)));
      return { ok: false };
    }
  }

  /** @throws ProviderError `stopped` where Terraform was interrupted */
  refuseWhenStopped(): void {
    if (this.context.signal.aborted) throw stopped();
  }
}

/** The kind of a resource and its id, where it has one already. */
export function describe(type: AnyResourceType, values: Values | undefined): string {
  const id = values?.["id"];
  return typeof id === "string" ? `${type.typeName} ${id}` : type.typeName;
}
