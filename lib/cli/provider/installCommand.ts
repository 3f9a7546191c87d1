import { readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { engines } from "../../../package.json";
import { terraformLiteral } from "../../project";
import { PROVIDER_HOST, PROVIDER_NAMESPACE, TRUST_PROVIDER_SOURCE } from "../../provider/address";
import { installMirror, MIRROR_PLATFORMS, type MirrorFile } from "../../provider/mirror";
import { packageFile } from "../../synth/packageFile";
import { toolVersion } from "../../synth/toolVersion";
import { type CliIo, type ExitCode, printJson, printLines, printText } from "../io";

export interface InstallFlags {
  readonly json: boolean;
}

/** What goes into every package beside the program, by its name there. */
const LICENCES = ["LICENSE", "dist/THIRD-PARTY-LICENSES.txt"];

export function installCommand(io: CliIo, given: string, flags: InstallFlags): ExitCode {
  const directory = resolve(io.workingDirectory, given);
  const version = toolVersion();
  const files = installMirror(directory, {
    version,
    program: readFileSync(packageFile("dist/terraform-provider-trust.cjs")),
    licences: Object.fromEntries(
      LICENCES.map((path) => [basename(path), readFileSync(packageFile(path))] as const),
    ),
  });
  if (flags.json)
    printJson(io, { version, directory, platforms: MIRROR_PLATFORMS, node: engines.node, files });
  else report(io, { version, directory, files });
  return 0;
}

interface Installed {
  readonly version: string;
  readonly directory: string;
  readonly files: readonly MirrorFile[];
}

function report(io: CliIo, { version, directory, files }: Installed): void {
  const isNew = files.some(({ outcome }) => outcome === "written");
  printLines(
    io,
    ...files.map(({ path, outcome }) => `${outcome === "written" ? "wrote" : "there already:"} ${path}`),
    `${isNew ? "installed" : "installed before:"} ${TRUST_PROVIDER_SOURCE} ${version} in ${directory}`,
    `Node ${engines.node} has to be on the PATH where Terraform runs. Terraform on Windows is not served: run it in WSL`,
    "Terraform looks into ~/.terraform.d/plugins, and into terraform.d/plugins where it works, by itself. For another " +
      `folder: terraform init -plugin-dir=DIRECTORY, or in the CLI configuration (~/.terraformrc):`,
  );
  printText(io, cliConfiguration(directory));
}

/** What makes Terraform take our providers, and no others, from the mirror. */
function cliConfiguration(directory: string): string {
  const addresses = `["${PROVIDER_HOST}/${PROVIDER_NAMESPACE}/*"]`;
  return `
provider_installation {
  filesystem_mirror {
    path    = ${JSON.stringify(terraformLiteral(directory))}
    include = ${addresses}
  }
  direct {
    exclude = ${addresses}
  }
}`;
}
