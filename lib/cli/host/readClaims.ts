import { HostError, claimsOf, createSecretResolver, openPlannedHost, readOwnership } from "../../hosts";
import { type DeclaredFile, declaredThing } from "./declaredFiles";

/** One claim in the record beside a file. */
export interface ListedClaim {
  readonly claim: string;
  readonly kind: string;
  /** The alias in lower case, or the setting; empty for a store or a whole file. */
  readonly at: string;
  readonly owner: string;
  readonly origin: string;
  /** Of the identity, where the record says it. */
  readonly generation?: number;
  /** Whether a stack of this environment declares this under this owner. */
  readonly declared: boolean;
  /** Whether it is the claim of an owner of this environment. */
  readonly ours: boolean;
}

/** What is claimed in one file. */
export interface FileClaims {
  /** Id of the host. */
  readonly host: string;
  readonly path: string;
  /** False for hosts that nobody here may log in to. */
  readonly isReachable: boolean;
  readonly claims: readonly ListedClaim[];
  /** Why the record could not be read. */
  readonly problem?: string;
}

export interface ReadClaimsOptions {
  readonly projectDirectory: string;
  /** `project/environment/stack` of every stack of the environment. */
  readonly owners: ReadonlySet<string>;
}

/** Reads the record beside a file; a host that cannot be read is told in the result. */
export async function readClaims(
  { host, path, things }: DeclaredFile,
  { projectDirectory, owners }: ReadClaimsOptions,
): Promise<FileClaims> {
  const file = { host: host.id, path, isReachable: true, claims: [] };
  try {
    const resolveSecret = createSecretResolver({ workingDirectory: projectDirectory });
    const files = openPlannedHost(host, { projectDirectory, resolveSecret });
    if (files === undefined) return { ...file, isReachable: false };
    const record = await readOwnership(files, (await files.findFile(path)) ?? path);
    const claims = claimsOf(record).map((claim): ListedClaim => {
      const { id, kind, at, owner, origin, generation } = claim;
      const declared = things.has(declaredThing(owner, kind, at));
      return {
        claim: id,
        kind,
        at,
        owner,
        origin,
        ...(generation === undefined ? {} : { generation }),
        declared,
        ours: owners.has(owner),
      };
    });
    return { ...file, claims };
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    return { ...file, problem: error.message };
  }
}
