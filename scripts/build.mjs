// Bundles the programs into dist/, so that each starts as fast as Node itself.
import { existsSync } from "node:fs";

import { build } from "esbuild";

/** A program a line. */
const entryPoints = [
  { in: "lib/cli/main.ts", out: "cdktf-trust" },
  { in: "lib/provider/main.ts", out: "terraform-provider-trust" },
  { in: "lib/check/rehearseEntry.ts", out: "rehearse" },
];

await build({
  entryPoints: entryPoints.filter((entry) => existsSync(entry.in)),
  outdir: "dist",
  outExtension: { ".js": ".cjs" },
  bundle: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  minify: true,
  // Stack traces keep the names of functions.
  keepNames: true,
  banner: { js: "#!/usr/bin/env node" },
  legalComments: "linked",
  logLevel: "warning",
});
