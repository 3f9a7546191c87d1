import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { hashOf } from "../../hosts";
import { TrustError } from "../../model";
import { PROVIDER_HOST, PROVIDER_NAMESPACE, PROVIDER_TYPES, type ProviderType } from "../address";
import { writeWhereDifferent } from "../writeWhereDifferent";
import { otherBytes, unwritableMirror } from "./errors";
import { packProvider, type PackageContent } from "./providerPackage";

/** Operating systems and architectures that the packages are for, as Terraform names them. */
export const MIRROR_PLATFORMS = ["linux_amd64", "linux_arm64", "darwin_amd64", "darwin_arm64"] as const;

export interface MirrorProps extends PackageContent {
  /** Release of the package, for example `1.2.0`. */
  readonly version: string;
}

/** A file of the mirror. */
export interface MirrorFile {
  /** Below the mirror's folder, with slashes. */
  readonly path: string;
  /** SHA-256 of its bytes, hexadecimal. */
  readonly sha256: string;
  readonly outcome: "written" | "kept";
}

/**
 * Writes one release of the providers `trust` and `null` to a folder that Terraform reads as a filesystem mirror, each as
 * a registry would hand it out: an archive a platform, and their checksums. Other releases there stay as they are.
 *
 * @throws MirrorError `other-bytes` where the release is there already and is another, and nothing was written then;
 * `unwritable-mirror`
 */
export function installMirror(directory: string, props: MirrorProps): readonly MirrorFile[] {
  const files = PROVIDER_TYPES.flatMap((type) => releaseFiles(type, props));
  try {
    const outcomes = files.map(({ path, bytes }) => outcomeAt(join(directory, path), bytes, props.version));
    return files.map(({ path, bytes }, index) => {
      writeWhereDifferent(join(directory, path), bytes, 0o644);
      return { path, sha256: hashOf(bytes), outcome: outcomes[index] ?? "kept" };
    });
  } catch (error) {
    throw error instanceof TrustError ? error : unwritableMirror(directory, error);
  }
}

/** @throws MirrorError `other-bytes` */
function outcomeAt(path: string, bytes: Buffer, version: string): MirrorFile["outcome"] {
  if (!existsSync(path)) return "written";
  if (!readFileSync(path).equals(bytes)) throw otherBytes(path, version);
  return "kept";
}

/** Names are those of the registry's releases (Terraform's "Publishing Providers"). */
function releaseFiles(type: ProviderType, props: MirrorProps): { path: string; bytes: Buffer }[] {
  const folder = `${PROVIDER_HOST}/${PROVIDER_NAMESPACE}/${type}`;
  const release = `terraform-provider-${type}_${props.version}`;
  const archive = Buffer.from(packProvider(type, props.version, props));
  const archives = MIRROR_PLATFORMS.map((platform) => `${release}_${platform}.zip`);
  const sums = archives.map((name) => `${hashOf(archive)}  ${name}\n`).join("");
  return [
    ...archives.map((name) => ({ path: `${folder}/${name}`, bytes: archive })),
    { path: `${folder}/${release}_SHA256SUMS`, bytes: Buffer.from(sums) },
  ];
}
