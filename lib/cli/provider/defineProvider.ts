import type { DefineCommand } from "../defineCommand";
import { type InstallFlags, installCommand } from "./installCommand";

/** `cdktf-trust provider`: the provider apart from any stack. */
export const defineProvider: DefineCommand = (command, { io, run }) => {
  command
    .command("install")
    .description("write this release of the provider to a folder that Terraform reads as a filesystem mirror")
    .argument("<directory>", "folder of the mirror; other releases there stay")
    .option("--json", "print JSON for tools", false)
    .action((directory: string, flags: InstallFlags) =>
      run(async () => installCommand(io, directory, flags)),
    );
};
