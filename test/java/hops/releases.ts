import { spawnSync } from "node:child_process";
import type { JavaRuntimePlan } from "../../../lib/model";
import { isSlow, tool, type ToolName } from "../../support/tools";

/** Javas that judge hops. */
export const RELEASES: readonly (readonly [release: number, tool: ToolName])[] = [
  [8, "jre8"],
  [11, "jre11"],
  [17, "jre17"],
  [21, "jre21"],
  [25, "jre25"],
  [26, "jre26"],
];

/** Those that judge in every run: the oldest, and the newest, which chooses keys anew. */
export const OFTEN = isSlow ? RELEASES : RELEASES.filter(([release]) => release === 8 || release === 26);

/** One of them as a plan states it: `1.8.0_504` is update 504 of 8, `17.0.15` update 15 of 17. */
export function runtimeOf(release: number, name: ToolName): JavaRuntimePlan {
  const { stderr } = spawnSync(tool(name), ["-version"], { encoding: "utf8" });
  const [, update] = /version "(?:1\.8\.0_|\d+\.0\.)(\d+)/.exec(stderr) ?? [];
  if (update === undefined) throw new Error(`no update in ${stderr}`);
  return { kind: "java", release, update: Number(update) };
}
