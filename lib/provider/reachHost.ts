import { AsyncLocalStorage } from "node:async_hooks";

import {
  type HostFiles,
  isUnreached,
  openHost,
  parseConnection,
  requireConnection,
  sshOptions,
} from "../hosts";
import { type HostConnection, TrustError } from "../model";
import { hostAddress, providerConfiguration } from "./configuration";
import {
  type AnyDataSourceType,
  type AnyResourceType,
  type CallContext,
  defaulted,
  type Diagnostic,
  isKnown,
  type Values,
} from "./protocol";
import { secret } from "./secrets";

/**
 * Says how the host is reached, and nothing of which files are meant. Terraform keeps the name `connection` to itself.
 */
const sshAttribute = {
  ssh: defaulted.mapOfStrings(
    "How a host of the form `ssh://host` is reached: `user`, `jump`, `identity`, `host_key`, `password` (a reference) " +
      "and `sudo` (whom to become). Kept in the state for refreshes and the destroy; a change of it alone changes the state only.",
  ),
};

/** What the rows of a call say of each address; of the prior row and the planned one the latter counts. */
const connectionsOfCall = new AsyncLocalStorage<ReadonlyMap<string, HostConnection>>();
const told = new Set<string>();

/** The host of an address, over the connection that the rows of this call name. */
export function reachHost(address: string): HostFiles {
  const connection = connectionsOfCall.getStore()?.get(address) ?? {};
  const { projectDirectory } = providerConfiguration();
  const resolveSecret = (reference: string): string => secret(reference).value;
  return openHost(hostAddress(address), sshOptions(connection, { projectDirectory, resolveSecret }));
}

/**
 * A resource that knows how to reach its host, and that a machine which is not reached stops nothing but its own
 * changes: what the state has of it is kept, with a warning.
 */
export function reachingHosts(type: AnyResourceType): AnyResourceType {
  const wrapped: AnyResourceType = {
    ...type,
    attributes: { ...type.attributes, ...sshAttribute },
    validate: (config) => [...(type.validate?.(config) ?? []), ...checkConnection(config)],
    create: (planned, context) =>
      over([planned], async () => withConnection(await type.create(planned, context), planned)),
    read: (state, context) =>
      over([state], async () => {
        try {
          const read = await type.read(state, context);
          return read === undefined ? undefined : withConnection(read, state);
        } catch (error) {
          if (!isUnreached(error)) throw error;
          warnOnce(error, context);
          return state;
        }
      }),
    update: (planned, prior, context) =>
      over([prior, planned], async () => withConnection(await type.update(planned, prior, context), planned)),
    destroy: (state, context) => over([state], () => type.destroy(state, context)),
  };
  // Only what the type has: what it lacks is told, not done without.
  if (type.plan !== undefined) {
    wrapped.plan = (planned, prior, config) =>
      over([prior, planned], () => type.plan?.(planned, prior, config) ?? {});
  }
  if (type.foresee !== undefined) {
    wrapped.foresee = (planned, prior, context) =>
      over([prior, planned], () =>
        leavingToApply(context, async () => {
          await type.foresee?.(planned, prior, context);
          await tellLosses(planned, context);
        }),
      );
  }
  if (type.foreseeDestroy !== undefined) {
    wrapped.foreseeDestroy = (state) =>
      over([state], () => leavingToApply(undefined, async () => type.foreseeDestroy?.(state)));
  }
  if (type.upgrade !== undefined)
    wrapped.upgrade = (state, version) => withConnection(type.upgrade?.(state, version) ?? state, state);
  if (type.import !== undefined)
    wrapped.import = async (id, context) => withConnection((await type.import?.(id, context)) ?? {}, {});
  return wrapped;
}

/** As `reachingHosts`, of what is only read. */
export function reachingHostsToRead(source: AnyDataSourceType): AnyDataSourceType {
  return {
    ...source,
    attributes: { ...source.attributes, ...sshAttribute },
    validate: (config) => [...(source.validate?.(config) ?? []), ...checkConnection(config)],
    read: (config, context) =>
      over([config], async () => withConnection(await source.read(config, context), config)),
  };
}

function withConnection(row: Values, { ssh }: Values): Values {
  const isGiven = typeof ssh === "object" && ssh !== null && isKnown(ssh);
  return { ...row, ssh: isGiven ? ssh : {} };
}

/** Does something with the machines that rows name, over the connections that these say. */
function over<T>(rows: readonly (Values | undefined)[], action: () => T): T {
  const named = rows.flatMap((row) => (row === undefined ? [] : [row, ...relyingPlacesOf(row)]));
  const connections = named.flatMap(connectionOf);
  // Node makes every promise of a process dearer once a storage was entered.
  return connections.length === 0 ? action() : connectionsOfCall.run(new Map(connections), action);
}

function relyingPlacesOf({ relying }: Values): readonly Values[] {
  return Array.isArray(relying) ? (relying as readonly Values[]) : [];
}

function connectionOf({ host, ssh }: Values): [string, HostConnection][] {
  if (typeof host !== "string" || typeof ssh !== "object" || ssh === null) return [];
  const settings = Object.entries(ssh);
  if (settings.length === 0 || !settings.every(([, value]) => typeof value === "string")) return [];
  return [[host, parseConnection(Object.fromEntries(settings))]];
}

function checkConnection({ ssh }: Values): Diagnostic[] {
  if (typeof ssh !== "object" || ssh === null) return [];
  const settings = Object.entries(ssh).filter(([, value]) => typeof value === "string");
  try {
    requireConnection(parseConnection(Object.fromEntries(settings)));
    return [];
  } catch (error) {
    if (!(error instanceof TrustError)) throw error;
    return [
      {
        severity: "error",
        summary: "Invalid ssh",
        detail: error.message,
        attribute: "ssh",
      },
    ];
  }
}

/** What a replacement would lose is told before. */
async function tellLosses({ host, path }: Values, context: CallContext): Promise<void> {
  if (typeof host !== "string" || typeof path !== "string" || !host.startsWith("ssh://")) return;
  const losses = await reachHost(host).lostByReplacing(path);
  if (losses.length === 0 || told.has(`${host} ${path}`)) return;
  told.add(`${host} ${path}`);
  context.warn(
    "A replaced file will lose something",
    `${path} on ${host} will lose ${losses.join(" and ")} when it is replaced. Install the tools there, or put it back by hand afterwards.`,
  );
}

/** What a plan cannot find out is left to the apply, which fails for this machine alone. */
async function leavingToApply(
  context: CallContext | undefined,
  action: () => Promise<void> | undefined,
): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (!isUnreached(error)) throw error;
    if (context !== undefined) warnOnce(error, context);
  }
}

/** Once a machine, whatever stands on it. */
function warnOnce({ message }: Error, context: CallContext): void {
  if (told.has(message)) return;
  told.add(message);
  context.warn(
    "A machine was not reached",
    `${message} What the state has of it is kept; changes to it will fail, and those to other machines go on.`,
  );
}
