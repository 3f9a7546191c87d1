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

/** What rows and configurations of this process say of each address; what was said last counts. */
const connections = new Map<string, HostConnection>();
const told = new Set<string>();

/** The host of an address, over the connection that its rows name. */
export function reachHost(address: string): HostFiles {
  const connection = connections.get(address) ?? {};
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
    create: async (planned, context) => {
      note(planned);
      return withConnection(await type.create(planned, context), planned);
    },
    read: async (state, context) => {
      note(state);
      try {
        const read = await type.read(state, context);
        return read === undefined ? undefined : withConnection(read, state);
      } catch (error) {
        if (!isUnreached(error)) throw error;
        warnOnce(error, context);
        return state;
      }
    },
    update: async (planned, prior, context) => {
      note(prior, planned);
      return withConnection(await type.update(planned, prior, context), planned);
    },
    destroy: (state, context) => {
      note(state);
      return type.destroy(state, context);
    },
  };
  // Only what the type has: what it lacks is told, not done without.
  if (type.plan !== undefined) {
    wrapped.plan = (planned, prior, config) => {
      note(prior, planned);
      return type.plan?.(planned, prior, config) ?? {};
    };
  }
  if (type.foresee !== undefined) {
    wrapped.foresee = async (planned, prior, context) => {
      note(prior, planned);
      await leavingToApply(context, async () => {
        await type.foresee?.(planned, prior, context);
        await tellLosses(planned, context);
      });
    };
  }
  if (type.foreseeDestroy !== undefined) {
    wrapped.foreseeDestroy = async (state) => {
      note(state);
      await leavingToApply(undefined, async () => type.foreseeDestroy?.(state));
    };
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
    read: async (config, context) => {
      note(config);
      return withConnection(await source.read(config, context), config);
    },
  };
}

function withConnection(row: Values, { ssh }: Values): Values {
  const isGiven = typeof ssh === "object" && ssh !== null && isKnown(ssh);
  return { ...row, ssh: isGiven ? ssh : {} };
}

function note(...rows: readonly (Values | undefined)[]): void {
  for (const row of rows) {
    if (row === undefined) continue;
    noteConnection(row["host"], row["ssh"]);
    const { relying } = row;
    if (Array.isArray(relying))
      for (const place of relying as readonly Values[]) noteConnection(place["host"], place["ssh"]);
  }
}

function noteConnection(address: unknown, connection: unknown): void {
  if (typeof address !== "string" || typeof connection !== "object" || connection === null) return;
  const settings = Object.entries(connection);
  if (!settings.every(([, value]) => typeof value === "string")) return;
  connections.set(address, parseConnection(Object.fromEntries(settings)));
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
