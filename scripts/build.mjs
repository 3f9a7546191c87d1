// Bundles the programs into dist/, so that each starts as fast as Node itself.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync } from "node:fs";

import { build } from "esbuild";

/** Where the command line says which module holds which command. */
const COMMAND_TABLE = "lib/cli/commands.ts";

/** Each command is a bundle of its own beside the program: to compile all of them takes longer than to run one. */
const commandModules = [
  ...new Set(
    [...readFileSync(COMMAND_TABLE, "utf8").matchAll(/import\("\.\/([^"]+)"\)/g)].map(([, module]) => module),
  ),
];
const commandBundle = (module) => `cdktf-trust-${module.replaceAll("/", "-")}`;

/** A program a line. */
const entryPoints = [
  { in: "lib/cli/main.ts", out: "cdktf-trust" },
  { in: "lib/hop/rehearseEntry.ts", out: "rehearse" },
];

const commandsApart = {
  name: "commands apart",
  setup({ onResolve }) {
    onResolve({ filter: /^\.\// }, ({ path, importer, kind }) =>
      kind === "dynamic-import" && importer.endsWith(COMMAND_TABLE)
        ? { path: `./${commandBundle(path.slice(2))}.cjs`, external: true }
        : undefined,
    );
  },
};

const common = {
  outdir: "dist",
  outExtension: { ".js": ".cjs" },
  bundle: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  minify: true,
  // Node starts a second module loader for import(); require() is there already.
  supported: { "dynamic-import": false },
  legalComments: "linked",
  logLevel: "warning",
};

const banner = { js: "#!/usr/bin/env node" };

/** The provider, which starts several times a plan: as text in its file, so that it can run with what was compiled before. */
async function buildProvider() {
  const out = "terraform-provider-trust";
  const { outputFiles } = await build({
    ...common,
    entryPoints: [{ in: "lib/provider/main.ts", out }],
    legalComments: "none",
    write: false,
  });
  const source = outputFiles[0].text;
  const hash = createHash("sha256").update(source).digest("hex").slice(0, 16);
  await build({
    ...common,
    stdin: {
      contents: `import { runCached } from "./lib/provider/codeCache";
        runCached({ source: ${JSON.stringify(source)}, hash: "${hash}", file: __filename, require, module });`,
      resolveDir: ".",
    },
    entryPoints: undefined,
    outdir: undefined,
    outfile: `dist/${out}.cjs`,
    banner,
  });
}

// The library: what stacks import; its packages stay apart, so that constructs are those of the stack.
const library = { in: "lib/index.ts", out: "index" };

rmSync("dist", { recursive: true, force: true });
await build({
  ...common,
  entryPoints: entryPoints.filter((entry) => existsSync(entry.in)),
  banner,
  plugins: [commandsApart],
});
await build({
  ...common,
  entryPoints: commandModules.map((module) => ({
    in: existsSync(`lib/cli/${module}.ts`) ? `lib/cli/${module}.ts` : `lib/cli/${module}/index.ts`,
    out: commandBundle(module),
  })),
});
await buildProvider();
await build({ ...common, entryPoints: [library], packages: "external", minify: false });
