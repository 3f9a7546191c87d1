import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** Whether Terraform installs providers through a folder that several stacks share, which bears one init at a time. */
export function sharesPluginCache(environment: NodeJS.ProcessEnv): boolean {
  if (environment["TF_PLUGIN_CACHE_DIR"]) return true;
  const settings = environment["TF_CLI_CONFIG_FILE"] ?? usualSettings(environment);
  try {
    return /^\s*plugin_cache_dir\s*=/m.test(readFileSync(settings, "utf8"));
  } catch {
    // Without settings that can be read Terraform has no cache either.
    return false;
  }
}

function usualSettings(environment: NodeJS.ProcessEnv): string {
  return process.platform === "win32"
    ? join(environment["APPDATA"] ?? homedir(), "terraform.rc")
    : join(homedir(), ".terraformrc");
}

/** Does one thing after another, whoever asks. */
export class OneAtATime {
  #last: Promise<unknown> = Promise.resolve();

  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    const mine = this.#last.then(work, work);
    this.#last = mine;
    return await mine;
  }
}
