import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";

/** Compiles `child.ts` once for all children of a suite, which a loader of TypeScript would make slower each; gone with its tests. */
export function childProgram(): string {
  const folder = mkdtempSync(join(tmpdir(), "child-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const outfile = join(folder, "child.cjs");
  buildSync({
    entryPoints: [join(__dirname, "child.ts")],
    bundle: true,
    platform: "node",
    target: "node20",
    outfile,
  });
  return outfile;
}
