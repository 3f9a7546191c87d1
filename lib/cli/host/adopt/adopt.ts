import { relative, resolve } from "node:path";

import { claimsOf, closeConnections, HostError, parseSshAddress, readOwnership } from "../../../hosts";
import type { HostInventory } from "../../../inventory";
import { readProject } from "../../../project";
import { UsageError } from "../../errors";
import type { CliIo } from "../../io";
import { namedHosts } from "../inventory/namedHosts";
import type { SearchFlags } from "../inventory/options";
import { takeOnHosts } from "../inventory/take";
import { type ClaimedIn, type LeftOut, selectFrom } from "./select";
import { stackSource, text } from "./stackSource";
import { type WrittenFile, writeNew } from "./writeNew";

/** As commander reads it. */
export interface AdoptFlags extends SearchFlags {
  readonly stack: string;
  readonly host?: string;
  readonly only: readonly string[];
  readonly out?: string;
  readonly json: boolean;
}

/** What was written, and what was not. */
export interface Adoption {
  readonly className: string;
  /** Relative to the project. */
  readonly stackFile: string;
  readonly files: readonly WrittenFile[];
  readonly leftOut: readonly LeftOut[];
  /** Environment variables that somebody has to set, with the store that each opens. */
  readonly newVariables: readonly { readonly name: string; readonly path: string }[];
}

/**
 * Writes a stack that declares the stores of hosts as they are, with the certificates that it trusts beside it.
 *
 * @throws UsageError where nothing can be declared, where a file is there and differs; HostError, SecretError
 */
export async function adopt(io: CliIo, names: readonly string[], flags: AdoptFlags): Promise<Adoption> {
  if (!/^[A-Za-z][\w-]*$/.test(flags.stack))
    throw new UsageError(`--stack ${flags.stack}: write letters, digits, - and _, beginning with a letter`);
  const project = readProject(io.workingDirectory);
  const { inventory, certificates } = await takeOnHosts(io, names, flags);
  const unreached = inventory.hosts.find(({ isReached }) => !isReached);
  if (unreached !== undefined) throw new HostError("host-unreachable", unreached.unseen.join(" "));
  const hosts = inventory.hosts.map((host) => only(host, flags.only));
  const claimedIn = await readClaimed(io, hosts, flags);
  const selections = hosts.map(({ host, files }) => selectFrom(host, files, claimedIn));
  const stores = selections.flatMap((selection) => selection.stores);
  const leftOut = selections.flatMap((selection) => selection.leftOut);
  if (stores.length === 0)
    throw new UsageError(
      `nothing that was found can be declared${leftOut[0] === undefined ? "" : `: ${leftOut[0].path}: ${leftOut[0].reason}`}; look at it with cdktf-trust host inventory`,
    );
  const {
    className,
    source,
    certificates: pems,
    newVariables,
  } = stackSource({
    stack: flags.stack,
    stores,
    hostExpression: (host) => hostExpression(io, host, project.directory, flags.host),
    certificateOf: (entry) => certificates.get(entry)?.[0],
  });
  const stackFile = flags.out ?? `stacks/${flags.stack}.ts`;
  const files = writeNew(project.directory, new Map([...pems, [stackFile, source]]));
  const variables = [...newVariables].map(([name, path]) => ({ name, path }));
  return { className, stackFile, files, leftOut, newVariables: variables };
}

function only(host: HostInventory, paths: readonly string[]): HostInventory {
  if (paths.length === 0) return host;
  const isMeant = (path: string): boolean =>
    paths.some((one) => path === one || path.startsWith(`${one.replace(/\/$/, "")}/`));
  return { ...host, files: host.files.filter(({ path, links }) => [path, ...links].some(isMeant)) };
}

/** What the records beside the stores say; one that cannot be read is told by the import. */
async function readClaimed(
  io: CliIo,
  hosts: readonly HostInventory[],
  flags: AdoptFlags,
): Promise<ClaimedIn> {
  const claimed = new Map<string, ReadonlyMap<string, string>>();
  try {
    for (const { name, files } of namedHosts(
      io,
      hosts.map(({ host }) => host),
      flags,
    ))
      for (const { path, format } of hosts.find(({ host }) => host === name)?.files ?? []) {
        if (format !== "jks" && format !== "pkcs12") continue;
        const claims = claimsOf(await readOwnership(files, path));
        const owners = claims.map(({ kind, at, owner }) => [`${kind} ${at}`, owner] as const);
        claimed.set(`${name}:${path}`, new Map(owners));
      }
  } finally {
    await closeConnections();
  }
  return (host, path) => claimed.get(`${host}:${path}`) ?? new Map();
}

/** As a person would write it: by the id that the environment knows, else by the address. */
function hostExpression(io: CliIo, host: string, projectDirectory: string, id: string | undefined): string {
  if (host.startsWith("ssh://")) {
    parseSshAddress(host);
    return id === undefined ? `Host.ssh(${text(host)})` : `Host.ssh(${text(host)}, { id: ${text(id)} })`;
  }
  if (!host.startsWith("local:")) return `this.environment.host(${text(host)})`;
  const directory = resolve(io.workingDirectory, host.slice("local:".length));
  const inside = relative(projectDirectory, directory);
  const root = inside.startsWith("..") || inside === "" ? directory : inside;
  const name = id ?? (directory === "/" ? "this-machine" : (directory.split("/").at(-1) ?? "host"));
  return `Host.local(${text(name)}, { root: ${text(root)} })`;
}
