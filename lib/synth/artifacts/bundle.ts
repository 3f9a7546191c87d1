import { zipSync, type Zippable } from "fflate";
import {
  type EntryPlan,
  type HostPlan,
  type StorePlan,
  type TrustPlan,
  certificateAt,
  isLeftOut,
} from "../../model";
import { parseCertificate, toPem } from "../../pki";
import type { Artifact } from "./artifactFolder";
import { ARTIFACTS_DIRECTORY, artifactFolderOf, artifactPath } from "./artifactPath";
import type { IdentityResolver } from "../plan/identityResolver";
import { pathBelow, pathComponent } from "../../text";
import type { PlanCertificates } from "../plan/planCertificates";
import { runbookText } from "./runbookText";

export interface BundleProps {
  readonly plan: TrustPlan;
  readonly artifacts: readonly Artifact[];
  readonly identity: IdentityResolver;
  readonly certificates: PlanCertificates;
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
  const inBundle = (path: string): string => {
    const place = `files/${artifactPath(host, path).slice(prefix.length)}`;
    return host.platform === "windows" ? place.replaceAll("/", "\\") : place;
  };
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
      contents[certificatePath(entry, props)] = [
        Buffer.from(toPem(certificate, "CERTIFICATE")),
        { mtime: EPOCH },
      ];
  }
  const text = runbookText({
    ...props,
    host,
    paths: {
      overlayOf: (store: StorePlan) =>
        parts.some(({ path }) => path === artifactPath(host, store.path)) ? inBundle(store.path) : undefined,
      certificateOf: (entry) => {
        const place = certificatePath(entry, props);
        return host.platform === "windows" ? place.replaceAll("/", "\\") : place;
      },
      fileOf: ({ path }) => inBundle(path),
      editedOf: ({ path, source }) => (source === undefined ? undefined : inBundle(path)),
    },
    fingerprintOf: ({ identityId, part }) => {
      const identity = props.identity(identityId);
      return identity === undefined ? undefined : parseCertificate(certificateAt(identity, part)).sha256;
    },
  });
  contents["RUNBOOK.md"] = [Buffer.from(text, "utf8"), { mtime: EPOCH }];
  return { path: `${ARTIFACTS_DIRECTORY}/${host.id}.zip`, bytes: zipSync(contents, { level: 6 }) };
}

/** Unix mode 0600 in the upper half of a zip entry's external attributes. */
const OWNER_ONLY = 0o100600 << 16;

/** The fingerprint tells apart what stands under the same alias in two stores. */
function certificatePath(entry: EntryPlan, { certificates }: BundleProps): string {
  const fingerprint =
    certificates.certificateOf(entry)?.sha256.replaceAll(":", "").slice(0, 8).toLowerCase() ?? "";
  return `certificates/${pathComponent(entry.alias)}-${fingerprint}.crt`;
}

function anchorOf(entry: EntryPlan, props: BundleProps): Uint8Array | undefined {
  const identity = isLeftOut(entry) ? undefined : props.identity(entry.identityId);
  return identity === undefined || entry.kind !== "anchor" ? undefined : certificateAt(identity, entry.part);
}
