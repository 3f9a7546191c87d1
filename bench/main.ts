import { existsSync } from "node:fs";
import { line } from "./report";

/** What is measured, and in which file; each prints what it finds. */
const SUBJECTS = {
  start: async () => (await import("./subjects/start")).benchStart(),
  provider: async () => (await import("./subjects/provider")).benchProvider(),
  stores: async () => (await import("./subjects/stores")).benchStores(),
  batches: async () => (await import("./subjects/batches")).benchBatches(),
  keys: async () => (await import("./subjects/keys")).benchKeys(),
  share: async () => (await import("./subjects/share")).benchShare(),
  settings: async () => (await import("./subjects/settings")).benchSettings(),
  map: async () => (await import("./subjects/map")).benchMap(),
  synth: async () => (await import("./subjects/synth")).benchSynth(),
  terraform: async () => (await import("./subjects/terraform")).benchTerraform(),
  ssh: async () => (await import("./subjects/ssh")).benchSsh(),
  deploy: async () => (await import("./subjects/deploy")).benchDeploy(),
} as const satisfies Record<string, () => Promise<void>>;

/** `npm run bench` measures everything, `npm run bench -- provider deploy` those subjects alone. */
async function main(names: readonly string[]): Promise<void> {
  if (!existsSync("dist/cdktf-trust.cjs")) throw new Error("dist is missing: run npm run build first");
  const unknown = names.filter((name) => !Object.hasOwn(SUBJECTS, name));
  if (unknown.length > 0) {
    throw new Error(`no subject ${unknown.join(", ")}; there are ${Object.keys(SUBJECTS).join(", ")}`);
  }
  line(`Node ${process.version}; only ratios of one run mean anything\n`);
  for (const [name, bench] of Object.entries(SUBJECTS)) {
    if (names.length > 0 && !names.includes(name)) continue;
    line(`# ${name}`);
    await bench();
    line("");
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
