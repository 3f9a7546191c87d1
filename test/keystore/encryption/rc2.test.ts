import { spawnSync } from "node:child_process";
import { join } from "node:path";

const root = join(__dirname, "../../..");

/** Modules of node-forge that a program of ours has loaded when it ends. */
function loadedForge(program: string): string[] {
  const script = `
    const { readFileSync } = require("node:fs");
    const { createStore, readStore, setEntry, writeStore } = require("./lib/keystore");
    const vector = (name) => readStore(readFileSync("test/fixtures/vectors/made/" + name), "changeit");
    ${program}
    console.log(JSON.stringify(Object.keys(require.cache).filter((path) => path.includes("node-forge"))));
  `;
  const { stdout, stderr, status } = spawnSync(process.execPath, ["--import", "tsx", "-e", script], {
    cwd: root,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

describe("node-forge", () => {
  test("is not loaded for stores without RC2, however they are read and written", () => {
    expect(
      loadedForge(`
        writeStore(vector("jdk17-pkcs12.ks"), "changeit");
        for (const profile of ["jks", "modern", "compat"]) {
          writeStore(setEntry(createStore(profile), vector("jdk17-jks.ks").entries.find((entry) => entry.kind === "anchor")), "wordword");
        }
      `),
    ).toEqual([]);
  });

  test("is loaded for RC2, and no more of it than that takes", () => {
    const loaded = loadedForge('vector("jdk8-pkcs12.ks");').map((path) => path.replace(/^.*node-forge./, ""));
    expect(loaded).toContain(join("lib", "rc2.js"));
    expect(loaded).not.toContain(join("lib", "index.js"));
  });
});
