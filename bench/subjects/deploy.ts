import { copyFileSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { execute, measure } from "../measure";
import { CLI } from "../programs";
import { line } from "../report";

const ROUNDS = 3;
const TARGET_MS = 8_000;

/** The example environment, deployed already: what a deploy, a plan and a synth that change nothing take. */
export async function benchDeploy(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "cdktf-trust-bench-"));
  try {
    for (const name of ["main.ts", "node_modules"]) symlinkSync(resolve(name), join(directory, name));
    copyFileSync("cdktf.json", join(directory, "cdktf.json"));
    const run = (program: string, ...words: readonly string[]) =>
      execute(program, words, { CHECKPOINT_DISABLE: "1" }, directory);
    run(process.execPath, resolve("node_modules/tsx/dist/cli.mjs"), resolve("stacks/local/prepare.ts"));
    run(process.execPath, CLI, "deploy", "--auto-approve");
    const manifest = join(directory, "cdktf.out/local/manifest.json");
    const { stacks } = JSON.parse(readFileSync(manifest, "utf8")) as { readonly stacks: object };

    const command = (...words: readonly string[]) => ({
      name: words[0] ?? "",
      run: () => void run(process.execPath, CLI, ...words),
    });
    const costs = await measure(
      [command("deploy", "--auto-approve"), command("plan"), command("synth")],
      ROUNDS,
    );
    line(
      `${Object.keys(stacks).length} stacks without changes (target: deploy at most ${TARGET_MS / 1000} s)`,
    );
    for (const [name, { wallMs, cpuMs }] of costs) {
      const isMissed = name === "deploy" && wallMs > TARGET_MS;
      line(
        `  ${name.padEnd(34)}${wallMs.toFixed(0).padStart(8)} ms${cpuMs.toFixed(0).padStart(8)} ms cpu${isMissed ? "  MISSED" : ""}`,
      );
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
