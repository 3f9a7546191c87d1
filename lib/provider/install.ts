import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** Where the provider of the package lies, and which providers a stack asks for. */
export interface InstallOptions {
  /** The bundled provider, `dist/terraform-provider-trust.cjs` of the package. */
  readonly bundle: string;
  /** Operating system and architecture as Terraform names them. @default - those of this machine */
  readonly platform?: string;
}

/**
 * Host of the provider addresses. The top-level domain `invalid` never resolves (RFC 2606, section 2), so
 * that nobody can serve another provider under these names.
 */
const PROVIDER_HOST = "cdktf-trust.invalid";
const NAMESPACE = "cdktf-trust";

/**
 * Stays the same across releases: what Terraform sees of the provider is a starter that never changes, so a
 * lock file that was written for one release fits the next. Releases are pinned by the package.
 */
const PROVIDER_VERSION = "1.0.0";

/** Source addresses for `required_providers`. */
export const TRUST_PROVIDER_SOURCE = `${PROVIDER_HOST}/${NAMESPACE}/trust`;
export const EMBEDDED_NULL_PROVIDER_SOURCE = `${PROVIDER_HOST}/${NAMESPACE}/null`;

/** Entries of `terraform.required_providers` for the two providers that `installProvider` lays out. */
export const requiredProviders = {
  trust: { source: TRUST_PROVIDER_SOURCE, version: PROVIDER_VERSION },
  null: { source: EMBEDDED_NULL_PROVIDER_SOURCE, version: PROVIDER_VERSION },
} as const;

const BUNDLE_NAME = "terraform-provider-trust.cjs";

/** Where the provider itself is in a stack's directory. */
export function bundleIn(stackDirectory: string): string {
  return join(stackDirectory, "terraform.d", BUNDLE_NAME);
}

/**
 * Puts the providers `trust` and `null` where `terraform init` in that directory finds them without any
 * configuration or network: the implied mirror `terraform.d/plugins`.
 *
 * Each provider's folder there holds a starter that loads the bundle from `terraform.d`. Files that are
 * already right are not touched, so that a Terraform at work is not disturbed.
 *
 * @param stackDirectory - Terraform's working directory
 */
export function installProvider(stackDirectory: string, options: InstallOptions): void {
  const platform = options.platform ?? terraformPlatform();
  writeWhereDifferent(bundleIn(stackDirectory), readFileSync(options.bundle), 0o644);
  for (const type of ["trust", "null"]) {
    const folder = join(
      stackDirectory,
      "terraform.d",
      "plugins",
      PROVIDER_HOST,
      NAMESPACE,
      type,
      PROVIDER_VERSION,
      platform,
    );
    const program = `terraform-provider-${type}_v${PROVIDER_VERSION}`;
    writeWhereDifferent(join(folder, program), Buffer.from(starter()), 0o755);
    // Node would take a file without an extension for a module where a package above says so.
    writeWhereDifferent(join(folder, "package.json"), Buffer.from('{ "type": "commonjs" }\n'), 0o644);
  }
}

/**
 * Seven folders up is the stack's directory from `terraform.d/plugins/…` and from `.terraform/providers/…`
 * alike, where Terraform puts a copy when it cannot make a link.
 */
function starter(): string {
  return `#!/usr/bin/env node\nrequire("../../../../../../../terraform.d/${BUNDLE_NAME}");\n`;
}

/** Operating system and architecture of this machine as Terraform names them, for example `linux_amd64`. */
export function terraformPlatform(): string {
  const systems: Partial<Record<string, string>> = { win32: "windows", sunos: "solaris" };
  const architectures: Partial<Record<string, string>> = { x64: "amd64", ia32: "386" };
  return [systems[process.platform] ?? process.platform, architectures[process.arch] ?? process.arch].join(
    "_",
  );
}

function writeWhereDifferent(path: string, bytes: Buffer, mode: number): void {
  const isRight =
    existsSync(path) && (statSync(path).mode & 0o777) === mode && readFileSync(path).equals(bytes);
  if (isRight) return;
  mkdirSync(dirname(path), { recursive: true });
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}`);
  writeFileSync(temporary, bytes);
  chmodSync(temporary, mode);
  renameSync(temporary, path);
}
