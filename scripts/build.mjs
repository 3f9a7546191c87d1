// Bundles the programs into dist/, so that each starts as fast as Node itself.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";

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
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
};

const banner = { js: "#!/usr/bin/env node" };

/** The provider, which starts several times a plan: as text in its file, so that it can run with what was compiled before. */
async function buildProvider() {
  const out = "terraform-provider-trust";
  const { outputFiles, metafile } = await build({
    ...common,
    entryPoints: [{ in: "lib/provider/main.ts", out }],
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
  return { metafile };
}

/** The library, which stacks import: what they import beside it stays apart, so that constructs are those of the stack. */
const library = {
  ...common,
  minify: false,
  external: ["cdktf", "constructs", "@cdktf/provider-null", "node-forge"],
};

rmSync("dist", { recursive: true, force: true });
const built = await Promise.all([
  build({
    ...common,
    entryPoints: entryPoints.filter((entry) => existsSync(entry.in)),
    banner,
    plugins: [commandsApart],
  }),
  build({
    ...common,
    entryPoints: commandModules.map((module) => ({
      in: existsSync(`lib/cli/${module}.ts`) ? `lib/cli/${module}.ts` : `lib/cli/${module}/index.ts`,
      out: commandBundle(module),
    })),
  }),
  buildProvider(),
  build({ ...library, entryPoints: [{ in: "lib/index.ts", out: "index" }] }),
  // The same on the fork that is kept: its symbols are those of cdktf, and so are its files.
  build({
    ...library,
    entryPoints: [{ in: "lib/index.ts", out: "cdktn" }],
    alias: { cdktf: "cdktn" },
    external: ["cdktn", "constructs", "node-forge"],
  }),
]);
writeFileSync(
  "dist/THIRD-PARTY-LICENSES.txt",
  licences(built.flatMap(({ metafile }) => Object.keys(metafile.inputs))),
);

/** What the packages that are part of the bundles ask to be handed on with them. */
function licences(inputs) {
  const packages = new Set(
    inputs.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []),
  );
  return [...packages]
    .sort((a, b) => (a < b ? -1 : 1))
    .map((directory) => {
      const { name, version, license } = JSON.parse(readFileSync(`${directory}/package.json`, "utf8"));
      const files = readdirSync(directory).filter((file) => /^(licen[cs]e|notice)/i.test(file));
      const texts = files.map((file) => readFileSync(`${directory}/${file}`, "utf8").trim());
      return [`${name} ${version} (${license})`, ...texts].join("\n\n");
    })
    .join(`\n\n${"-".repeat(80)}\n\n`)
    .concat("\n");
}
