import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OneAtATime, sharesPluginCache } from "../../../lib/cli/deploy/pluginCache";

describe("Terraform's plugin cache", () => {
  const folder = mkdtempSync(join(tmpdir(), "plugin-cache-"));
  const settings = join(folder, "terraform.rc");
  afterAll(() => rmSync(folder, { recursive: true }));

  function withSettings(text: string): boolean {
    writeFileSync(settings, text);
    return sharesPluginCache({ TF_CLI_CONFIG_FILE: settings });
  }

  test("is one that a variable or Terraform's settings name", () => {
    expect(sharesPluginCache({ TF_PLUGIN_CACHE_DIR: "/cache", TF_CLI_CONFIG_FILE: settings })).toBe(true);
    expect(withSettings('disable_checkpoint = true\n  plugin_cache_dir = "$HOME/cache"\n')).toBe(true);
    expect(withSettings('# plugin_cache_dir = "$HOME/cache"\n')).toBe(false);
    expect(sharesPluginCache({ TF_CLI_CONFIG_FILE: join(folder, "none") })).toBe(false);
  });

  test("is used by one at a time, also after one that failed", async () => {
    const queue = new OneAtATime();
    const steps: string[] = [];
    const work = (name: string, fails = false) =>
      queue.run(async () => {
        steps.push(`${name} begins`);
        await new Promise(setImmediate);
        steps.push(`${name} ends`);
        if (fails) throw new Error(name);
      });
    await Promise.allSettled([work("a", true), work("b"), work("c")]);
    expect(steps).toEqual(["a begins", "a ends", "b begins", "b ends", "c begins", "c ends"]);
  });
});
