import { type HostFiles, isUnreached, openHost, requireConnection, sshOptions } from "../hosts";
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

/** Settings as HCL names them. */
const SETTINGS: Readonly<Record<string, keyof HostConnection>> = {
  user: "user",
  jump: "jump",
  identity: "identity",
  host_key: "hostKey",
  password: "password",
  sudo: "sudo",
};

/** What rows and configurations of this process say of each address; what was said last counts. */
const connections = new Map<string, HostConnection>();
const told = new Set<string>();

/**
 * A connection as a row has it.
 *
 * @throws TrustError `ssh-setting` for a name that is none
 */
export function parseConnection(settings: Readonly<Record<string, unknown>>): HostConnection {
  const known = Object.entries(settings).map(([name, value]) => {
    const setting = SETTINGS[name];
    if (setting === undefined) {
      throw new TrustError(
        "ssh-setting",
        `ssh has no setting ${JSON.stringify(name)}. Allowed: ${Object.keys(SETTINGS).join(", ")}; a port belongs to the address.`,
      );
    }
    return [setting, value] as const;
  });
  return Object.fromEntries(known);
}

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
  const { plan, foresee, foreseeDestroy, validate, upgrade, import: importRow } = type;
  const wrapped: AnyResourceType = {
    ...type,
    attributes: { ...type.attributes, ...sshAttribute },
    validate: (config) => [...(validate?.(config) ?? []), ...checkConnection(config)],
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
  if (plan !== undefined) {
    wrapped.plan = (planned, prior, config) => {
      note(prior, planned);
      return plan(planned, prior, config);
    };
  }
  if (foresee !== undefined) {
    wrapped.foresee = (planned, prior, context) => {
      note(prior, planned);
      return foreseeThere(foresee(planned, prior, context), planned, context).catch(leftToApply(context));
    };
  }
  if (foreseeDestroy !== undefined) {
    wrapped.foreseeDestroy = (state) => {
      note(state);
      return foreseeDestroy(state).catch(leftToApply());
    };
  }
  if (upgrade !== undefined)
    wrapped.upgrade = (state, version) => withConnection(upgrade(state, version), state);
  if (importRow !== undefined)
    wrapped.import = async (id, context) => withConnection(await importRow(id, context), {});
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

/** What a replacement would lose is told before, and by nobody else. */
async function foreseeThere(
  foreseen: Promise<void>,
  { host, path }: Values,
  context: CallContext,
): Promise<void> {
  await foreseen;
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
function leftToApply(context?: CallContext): (error: unknown) => void {
  return (error) => {
    if (!isUnreached(error)) throw error;
    if (context !== undefined) warnOnce(error, context);
  };
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
