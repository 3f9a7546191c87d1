import {
  createSecretResolver,
  type DirectorySpace,
  HostError,
  type HostFiles,
  type HostProcesses,
  type MachineFacts,
  machineFacts,
  mirrorSpace,
  openPlannedHost,
} from "../../../hosts";
import { concurrently } from "../../../hop";
import { type HostPlan, hostAddress } from "../../../model";
import { stoppedBy, wayIn } from "./connectionItems";
import { directoryOfFile, findFiles, rightsItems, spaceItems } from "./fileItems";
import { failed, good, type HostCheck, type HostCheckItem, unknown } from "./hostCheck";
import type { PortToReach } from "./portsToReach";

export interface CheckHostOptions {
  readonly projectDirectory: string;
  /** What is declared on it. */
  readonly paths: readonly string[];
  /** What a deploy starts there. */
  readonly programs: readonly string[];
  /** What its systems call. */
  readonly ports: readonly PortToReach[];
  /** The runner's clock, in milliseconds since 1970. */
  readonly nowMs: () => number;
}

/** Certificates become valid at a second, and peers compare it with their own clocks. */
const LARGEST_SKEW_SECONDS = 60;
const CONNECT_TIMEOUT_MS = 10_000;
const FILES_AT_ONCE = 8;
/** Each is a login of its own. */
const PORTS_AT_ONCE = 4;

/** Looks at all that a deploy will need of a host, and changes nothing there. */
export async function checkHost(host: HostPlan, options: CheckHostOptions): Promise<HostCheck> {
  const address = hostAddress(host, options.projectDirectory);
  if (address === undefined) return { host: host.id, items: [] };
  const onMachine: HostCheckItem[] = [];
  try {
    const files = open(host, options);
    // Before the shell of the files, which may fail for want of a tool.
    const asked = await askMachine(files, options);
    if (asked !== undefined) onMachine.push(toolsItem(asked), clockItem(asked));
    await files.sessionKey(host.platform === "windows" ? String.raw`C:\.cdktf-trust` : "/.cdktf-trust");
    const onFiles = await lookAtFiles(files, options, asked?.space);
    const onPorts = files.processes === undefined ? [] : await portItems(files.processes, options.ports);
    return { host: host.id, address, items: [...wayIn(host), ...onMachine, ...onFiles, ...onPorts] };
  } catch (error) {
    return { host: host.id, address, items: [...stoppedBy(host, error), ...onMachine] };
  }
}

function open(host: HostPlan, { projectDirectory }: CheckHostOptions): HostFiles {
  const resolveSecret = createSecretResolver({ workingDirectory: projectDirectory });
  const files = openPlannedHost(host, { projectDirectory, resolveSecret });
  if (files === undefined) throw new TypeError(`${host.id} has an address and cannot be opened`);
  return files;
}

async function askMachine(
  { processes }: HostFiles,
  { paths, programs, nowMs }: CheckHostOptions,
): Promise<MachineFacts | undefined> {
  if (processes === undefined) return undefined;
  return machineFacts(processes, { programs, directories: directoriesOf(paths), nowMs });
}

async function lookAtFiles(
  files: HostFiles,
  { paths, nowMs }: CheckHostOptions,
  known: MachineFacts["space"] = new Map(),
): Promise<readonly HostCheckItem[]> {
  const found = await findFiles(files, paths);
  const reals = found.flatMap(({ real }) => (real === undefined ? [] : [real]));
  const spaces = await spacesOf(files, reals, { known, nowMs });
  const spaceOf = (real: string): DirectorySpace | undefined => spaces.get(directoryOfFile(real));
  return [...spaceItems(found, spaceOf), ...rightsItems(found, spaceOf)];
}

/** By directory; a link may have led to one that was not asked for. */
async function spacesOf(
  files: HostFiles,
  reals: readonly string[],
  { known, nowMs }: Pick<CheckHostOptions, "nowMs"> & { readonly known: MachineFacts["space"] },
): Promise<MachineFacts["space"]> {
  const others = reals.filter((real) => !known.has(directoryOfFile(real)));
  if (others.length === 0) return known;
  const { processes } = files;
  if (processes === undefined) return mirrorSpaces(files.address, others);
  const asked = await machineFacts(processes, { programs: [], directories: directoriesOf(others), nowMs });
  return new Map([...known, ...asked.space]);
}

function directoriesOf(paths: readonly string[]): readonly string[] {
  return [...new Set(paths.map(directoryOfFile))];
}

/** Of a directory that stands for a machine; of one that is reached otherwise, nothing is known. */
async function mirrorSpaces(address: string, reals: readonly string[]): Promise<MachineFacts["space"]> {
  const [, root] = /^local:(.*)$/s.exec(address) ?? [];
  if (root === undefined) return new Map();
  const spaces = await concurrently(
    reals,
    FILES_AT_ONCE,
    async (real) => [directoryOfFile(real), await mirrorSpace(root, real)] as const,
  );
  return new Map(spaces);
}

function toolsItem({ missingPrograms }: MachineFacts): HostCheckItem {
  if (missingPrograms === undefined)
    return unknown("tools", "The machine did not say in time which programs it has.");
  if (missingPrograms.length === 0) return good("tools", "all");
  const names = missingPrograms.join(", ");
  return failed(
    "tools",
    `lacks ${names}`,
    `These programs are not there, or not on the PATH that a login without a terminal gets: ${names}. Install them, or correct the PATH or the activation that names them.`,
  );
}

function clockItem({ clockAheadMs }: MachineFacts): HostCheckItem {
  if (clockAheadMs === undefined)
    return unknown("clock", "The machine did not say in time what its clock shows.");
  const seconds = Math.round(clockAheadMs / 1_000);
  const seen = `${seconds < 0 ? "" : "+"}${seconds} s`;
  if (Math.abs(seconds) <= LARGEST_SKEW_SECONDS) return good("clock", seen);
  return failed(
    "clock",
    seen,
    `Its clock is ${Math.abs(seconds)} s ${seconds < 0 ? "behind" : "ahead of"} the clock here: certificates would be refused as not yet valid, or as expired. Let both follow a time server.`,
  );
}

function portItems(processes: HostProcesses, ports: readonly PortToReach[]): Promise<HostCheckItem[]> {
  return concurrently(ports, PORTS_AT_ONCE, async ({ host, port, endpointId }) => {
    const about = `${host}:${port}`;
    try {
      (await processes.connect(host, port, CONNECT_TIMEOUT_MS)).destroy();
      return good("port", "open", about);
    } catch (error) {
      if (!(error instanceof HostError)) throw error;
      return failed("port", "closed", `${endpointId}: ${error.message}`, about);
    }
  });
}
