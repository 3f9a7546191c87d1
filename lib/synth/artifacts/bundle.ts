import { zipSync, type Zippable } from "fflate";
import { type EntryPlan, type HostPlan, certificateAt, isLeftOut } from "../../model";
import { toPem } from "../../pki";
import { pathBelow } from "../../text";
import type { Artifact } from "./artifactFolder";
import { ARTIFACTS_DIRECTORY, artifactFolderOf } from "./artifactPath";
import { certificatePath, hostRunbook, type HostRunbookProps } from "./hostRunbook";

export interface BundleProps extends HostRunbookProps {
  readonly artifacts: readonly Artifact[];
}

/** Zip knows no earlier date; a fixed one keeps the archive the same from run to run. */
const EPOCH = new Date(1980, 0, 1);

/**
 * Packs, for each host that nobody may log in to, what is meant for it into one archive: overlay stores,
 * certificates, files, and the runbook. What is meant for other hosts stays as it is.
 */
export function bundleManualHosts(props: BundleProps): Artifact[] {
  const manual = props.plan.hosts.filter(({ kind }) => kind === "manual");
  const prefixes = manual.map(artifactFolderOf);
  const delivered = props.artifacts.filter(({ path }) => !prefixes.some((prefix) => path.startsWith(prefix)));
  return [...delivered, ...manual.map((host) => bundle(host, props))];
}

function bundle(host: HostPlan, props: BundleProps): Artifact {
  const prefix = artifactFolderOf(host);
  const parts = props.artifacts.filter(({ path }) => path.startsWith(prefix));
  const contents: Zippable = Object.fromEntries(
    parts.map(({ path, bytes }) => [
      `files/${pathBelow(path.slice(prefix.length), "the bundle")}`,
      [new Uint8Array(bytes), { mtime: EPOCH, attrs: OWNER_ONLY }],
    ]),
  );
  const stores = new Map(
    props.plan.stores.filter(({ hostId }) => hostId === host.id).map((store) => [store.id, store]),
  );
  for (const entry of props.plan.entries) {
    const certificate =
      entry.kind === "anchor" && stores.has(entry.storeId) ? anchorOf(entry, props) : undefined;
    if (certificate !== undefined)
      contents[certificatePath(entry, props.certificates)] = [
        Buffer.from(toPem(certificate, "CERTIFICATE")),
        { mtime: EPOCH },
      ];
  }
  const text = hostRunbook(host, props);
  contents["RUNBOOK.md"] = [Buffer.from(text, "utf8"), { mtime: EPOCH }];
  return { path: `${ARTIFACTS_DIRECTORY}/${host.id}.zip`, bytes: zipSync(contents, { level: 6 }) };
}

/** Unix mode 0600 in the upper half of a zip entry's external attributes. */
const OWNER_ONLY = 0o100600 << 16;

function anchorOf(entry: EntryPlan, props: BundleProps): Uint8Array | undefined {
  const identity = isLeftOut(entry) ? undefined : props.identity(entry.identityId);
  return identity === undefined || entry.kind !== "anchor" ? undefined : certificateAt(identity, entry.part);
}
