import { ownerOf } from "../../model";
import { type CliIo, type ExitCode, printJson, printLines, printText } from "../io";
import { environmentOf, readProject } from "../../project";
import { declaredPlans } from "../lock/context";
import { formatTable } from "../table";
import { UsageError } from "../errors";
import { declaredFiles } from "./declaredFiles";
import { type FileClaims, readClaims } from "./readClaims";

export interface HostFlags {
  readonly environment?: string;
  readonly json: boolean;
}

/**
 * Reads the record beside every file that the plan names, without a secret and without changing anything.
 *
 * @returns 0; 2 where a host or a record could not be read
 */
export async function runClaims(io: CliIo, hostId: string | undefined, flags: HostFlags): Promise<ExitCode> {
  // Not the lock: on the day that it is damaged, this is what says what stands on the hosts.
  const project = readProject(io.workingDirectory);
  const { name: environment } = environmentOf((member) => project.context[member], flags.environment);
  const plans = await declaredPlans(io, { project, environment }, flags);
  const hosts = [...new Map(plans.flatMap((plan) => plan.hosts).map((host) => [host.id, host])).values()];
  const meant = hosts.filter(({ id }) => hostId === undefined || id === hostId);
  if (hostId !== undefined && meant.length === 0) {
    const known = hosts.map(({ id }) => id).join(", ") || "none";
    throw new UsageError(`there is no host "${hostId}" in this environment; there are: ${known}`);
  }
  const owners = new Set(plans.map(ownerOf));
  const read: FileClaims[] = [];
  for (const file of declaredFiles(plans, meant))
    read.push(await readClaims(file, { projectDirectory: project.directory, owners }));

  if (flags.json) printJson(io, read);
  else report(io, read);
  return read.some(({ problem }) => problem !== undefined) ? 2 : 0;
}

function report(io: CliIo, files: readonly FileClaims[]): void {
  const rows = files.flatMap(({ host, path, claims }) =>
    claims.map((claim) => [
      host,
      path,
      claim.kind,
      claim.at,
      claim.owner,
      claim.origin,
      claim.generation === undefined ? "" : String(claim.generation),
      claim.declared ? "yes" : "no",
    ]),
  );
  if (rows.length > 0)
    printText(
      io,
      formatTable(
        ["host", "path", "kind", "alias or setting", "owner", "origin", "generation", "declared"],
        rows,
      ),
    );
  else printLines(io, "nothing is claimed in the files that could be read");
  const unreadable = new Set(files.filter(({ isReachable }) => !isReachable).map(({ host }) => host));
  for (const host of unreadable)
    printLines(
      io,
      `${host}: nobody may log in to it from here (manual): what is claimed there is in .NAME.cdktf-trust.json beside each file`,
    );
  for (const { host, path, problem } of files)
    if (problem !== undefined) printLines(io, `${host}: ${path} could not be read: ${problem}`);
}
