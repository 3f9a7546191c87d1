import {
  type EntryPlan,
  type HostPlan,
  type StorePlan,
  type TrustPlan,
  certificateAt,
  isLeftOut,
} from "../../model";
import { parseCertificate, shortFingerprint } from "../../pki";
import { pathComponent } from "../../text";
import type { IdentityResolver } from "../plan/identityResolver";
import type { PlanCertificates } from "../plan/planCertificates";
import { artifactFolderOf, artifactPath } from "./artifactPath";
import { runbookText } from "./runbookText";

export interface HostRunbookProps {
  readonly plan: TrustPlan;
  readonly identity: IdentityResolver;
  readonly certificates: PlanCertificates;
}

/**
 * The runbook of a host, from the plan and the lock's cleartext alone: of one that nobody may log in to all that is done
 * there, in the folder that its archive was unpacked to; of one that is deployed what is left to do.
 */
export function hostRunbook(host: HostPlan, props: HostRunbookProps): string {
  const { plan, identity, certificates } = props;
  const shown = (path: string) => (host.platform === "windows" ? path.replaceAll("/", "\\") : path);
  const inArchive = (path: string) =>
    shown(`files/${artifactPath(host, path).slice(artifactFolderOf(host).length)}`);
  const holdsOurs = ({ id }: StorePlan) =>
    plan.entries.some((entry) => entry.storeId === id && !isLeftOut(entry));
  return runbookText({
    plan,
    certificates,
    host,
    paths: {
      overlayOf: (store) => (holdsOurs(store) ? inArchive(store.path) : undefined),
      certificateOf: (entry) => shown(certificatePath(entry, certificates)),
      fileOf: ({ path }) => inArchive(path),
      editedOf: ({ path, source }) => (source === undefined ? undefined : inArchive(path)),
    },
    fingerprintOf: ({ identityId, part }) => {
      const resolved = identity(identityId);
      return resolved === undefined ? undefined : parseCertificate(certificateAt(resolved, part)).sha256;
    },
  });
}

/** Where a certificate lies in a host's archive; the fingerprint tells apart what stands under the same alias in two stores. */
export function certificatePath(entry: EntryPlan, certificates: PlanCertificates): string {
  const sha256 = certificates.certificateOf(entry)?.sha256;
  const fingerprint = sha256 === undefined ? "" : shortFingerprint(sha256);
  return `certificates/${pathComponent(entry.alias)}-${fingerprint}.crt`;
}
