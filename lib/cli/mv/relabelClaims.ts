import {
  type Claim,
  createSecretResolver,
  HostError,
  type HostFiles,
  openHost,
  parseConnection,
  readOwnership,
  sshOptions,
  writeOwnership,
} from "../../hosts";
import { directoryAddress } from "../../model";
import { groupBy } from "../../model/groupBy";
import type { StateRow } from "../../project";

/** Claims that get another owner's name. */
export interface Relabelling {
  readonly rows: readonly StateRow[];
  /** What addresses of local hosts in a state are relative to. */
  readonly projectDirectory: string;
  readonly from: string;
  readonly to: string;
  /** Whether records are only read. */
  readonly isDryRun: boolean;
}

/** What became of the record beside one file. */
export interface RelabelledFile {
  /** As the state names it. */
  readonly host: string;
  readonly path: string;
  /** How many claims have, or would have, the new owner's name. */
  readonly claims: number;
  /** Why its record still has the old one's; absent where all went well. */
  readonly problem?: string;
}

/**
 * Writes the new owner into the claims of rows that moved to another stack. The claims themselves stay; by its name a
 * stack knows its own again when it renews an anchor, or has lost its state. A host that cannot be reached is told, and
 * the others are gone through.
 */
export async function relabelClaims(options: Relabelling): Promise<RelabelledFile[]> {
  const claimed = options.rows.filter(({ claim, host, path }) => claim && host && path);
  const done: RelabelledFile[] = [];
  for (const rows of groupBy(claimed, ({ host, path }) => JSON.stringify([host, path])).values()) {
    const [{ host = "", path = "", ssh = {} } = {}] = rows;
    const ids = new Set(rows.map(({ claim = "" }) => claim));
    try {
      done.push({ host, path, claims: await relabelFile(open(host, ssh, options), path, ids, options) });
    } catch (error) {
      if (!(error instanceof HostError)) throw error;
      done.push({ host, path, claims: 0, problem: error.message });
    }
  }
  return done.filter(({ claims, problem }) => claims > 0 || problem !== undefined);
}

/** A machine is reached as its row says, and a directory is where the state says that it is. */
function open(
  address: string,
  ssh: Readonly<Record<string, string>>,
  { projectDirectory }: Relabelling,
): HostFiles {
  if (!address.startsWith("ssh://"))
    return openHost(directoryAddress(address.replace(/^local:/, ""), projectDirectory));
  const resolveSecret = createSecretResolver({ workingDirectory: projectDirectory });
  return openHost(address, sshOptions(parseConnection(ssh), { projectDirectory, resolveSecret }));
}

async function relabelFile(
  host: HostFiles,
  declaredPath: string,
  ids: ReadonlySet<string>,
  options: Relabelling,
): Promise<number> {
  const path = (await host.findFile(declaredPath)) ?? declaredPath;
  // Most runs find nothing to do, and need no exclusion for that.
  const count = await relabelled(host, path, ids, options, true);
  if (count === 0 || options.isDryRun) return count;
  return await host.exclusively(path, () => relabelled(host, path, ids, options, false));
}

async function relabelled(
  host: HostFiles,
  path: string,
  ids: ReadonlySet<string>,
  { from, to }: Relabelling,
  isDryRun: boolean,
): Promise<number> {
  const record = await readOwnership(host, path);
  // Claims to settings have the name of the setting behind the row's.
  const isMeant = (id: string, { owner }: Claim) => owner === from && ids.has(id.split("/", 1)[0] ?? id);
  const meant = Object.entries(record.claims).filter(([id, claim]) => isMeant(id, claim));
  if (meant.length === 0 || isDryRun) return meant.length;
  const renamed = Object.fromEntries(
    meant.map(([id, claim]): [string, Claim] => [id, { ...claim, owner: to }]),
  );
  await writeOwnership(host, path, { ...record, claims: { ...record.claims, ...renamed } });
  return meant.length;
}
