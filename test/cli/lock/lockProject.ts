import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCli } from "../../../lib/cli/run";
import type { IdentityPlan, TrustPlan } from "../../../lib/model";
import { NOW, seededRandom } from "../../lock/support";

export const KEYS = {
  CDKTF_TRUST_LOCK_KEY: "the key that the pipeline has",
  OPS_KEY: "the key that operations has",
};

/** Writes what the file `plans.json` holds as an app writes what its stacks declare. */
const APP = `
const { mkdirSync, readFileSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const out = process.env.CDKTF_OUTDIR;
const environment = JSON.parse(process.env.CDKTF_CONTEXT_JSON).environment;
if (process.env.CDKTF_TRUST_PLAN_ONLY !== "1") throw new Error("only the plan was expected to be asked for");
const stacks = {};
for (const plan of JSON.parse(readFileSync("plans.json", "utf8"))) {
  const workingDirectory = join("stacks", plan.stack);
  mkdirSync(join(out, workingDirectory), { recursive: true });
  writeFileSync(join(out, workingDirectory, "trust-plan.json"), JSON.stringify({ ...plan, environment }));
  stacks[plan.stack] = { name: plan.stack, constructPath: plan.stack, workingDirectory, dependencies: [], annotations: [] };
}
writeFileSync(join(out, "manifest.json"), JSON.stringify({ stacks }));
`;

export interface LockRun {
  readonly exitCode: number;
  readonly out: string;
  readonly error: string;
}

/** A project with an environment `staging`, whose stacks declare what a test says. */
export class LockProject {
  readonly directory = mkdtempSync(join(tmpdir(), "cli-lock-"));
  #runs = 0;

  constructor(settings: Readonly<Record<string, unknown>> = {}) {
    writeFileSync(this.path("app.js"), APP);
    writeFileSync(
      this.path("cdktf.json"),
      JSON.stringify({
        app: `"${process.execPath}" app.js`,
        context: { project: "test", environment: "staging", environments: { staging: settings } },
      }),
    );
  }

  path(name: string): string {
    return join(this.directory, name);
  }

  read(name: string): string {
    return readFileSync(this.path(name), "utf8");
  }

  get lockFile(): string {
    return this.read("trust.lock.staging.json");
  }

  declare(stacks: Readonly<Record<string, readonly IdentityPlan[]>>, more: Partial<TrustPlan> = {}): void {
    const plans = Object.entries(stacks).map(([stack, identities]): TrustPlan => ({
      formatVersion: 2,
      toolVersion: "0.1.0",
      systems: [],
      project: "test",
      environment: "staging",
      stack,
      identities,
      hosts: [],
      stores: [],
      entries: [],
      endpoints: [],
      bindings: [],
      hops: [],
      files: [],
      configFiles: [],
      runbooks: [],
      fingerprints: [],
      ...more,
    }));
    writeFileSync(this.path("plans.json"), JSON.stringify(plans));
  }

  async lock(
    words: readonly string[],
    now = NOW,
    environment: Readonly<Record<string, string>> = KEYS,
  ): Promise<LockRun> {
    let out = "";
    let error = "";
    this.#runs += 1;
    const exitCode = await runCli(["lock", ...words], {
      stdout: { write: (text: string) => (out += text) },
      stderr: { write: (text: string) => (error += text) },
      stdin: async function* () {},
      environment,
      workingDirectory: this.directory,
      now,
      clock: () => 0,
      randomBytes: seededRandom(`${this.directory} ${this.#runs}`),
    });
    for (const key of Object.values(KEYS)) expect(out + error).not.toContain(key);
    return { exitCode, out, error };
  }

  async lockJson(words: readonly string[], now = NOW) {
    const { exitCode, out, error } = await this.lock([...words, "--json"], now);
    expect(error).toBe("");
    return { exitCode, data: JSON.parse(out) };
  }

  git(...words: readonly string[]): string {
    const { status, stdout, stderr } = spawnSync("git", words, { cwd: this.directory, encoding: "utf8" });
    if (status !== 0) throw new Error(stderr);
    return stdout;
  }

  commit(message: string): void {
    this.git("add", "--all");
    this.git("-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "--quiet", "-m", message);
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}
