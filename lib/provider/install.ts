import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  COMMON_JS_PACKAGE,
  EMBEDDED_NULL_PROVIDER_SOURCE,
  PROVIDER_HOST,
  PROVIDER_NAMESPACE,
  PROVIDER_TYPES,
  programName,
  TRUST_PROVIDER_SOURCE,
} from "./address";
import { writeWhereDifferent } from "./writeWhereDifferent";

/** Where the provider of the package lies, and which providers a stack asks for. */
export interface InstallOptions {
  /** The bundled provider, `dist/terraform-provider-trust.cjs` of the package. */
  readonly bundle: string;
  /** Operating system and architecture as Terraform names them. @default - those of this machine */
  readonly platform?: string;
}

/**
 * Of a stack's provider, the same across releases: what Terraform sees of it is a starter that never changes, so a
 * lock file that was written for one release fits the next. Releases are pinned by the package, which therefore never
 * has this version itself: a mirror (`mirror/`) holds its releases under the same address.
 */
const PROVIDER_VERSION = "1.0.0";

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
  for (const type of PROVIDER_TYPES) {
    const folder = join(
      stackDirectory,
      "terraform.d",
      "plugins",
      PROVIDER_HOST,
      PROVIDER_NAMESPACE,
      type,
      PROVIDER_VERSION,
      platform,
    );
    const program = join(folder, programName(type, PROVIDER_VERSION));
    writeWhereDifferent(program, Buffer.from(starter()), 0o755);
    writeWhereDifferent(join(folder, "package.json"), Buffer.from(COMMON_JS_PACKAGE), 0o644);
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
