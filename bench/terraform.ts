import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import Table from "cli-table3";

const ENDPOINTS = 100;
const TSX = resolve("node_modules/tsx/dist/cli.mjs");

interface Times {
  readonly planMs: number;
  readonly applyMs: number;
  readonly emptyPlanMs: number;
}

interface Resource {
  readonly depends_on?: readonly string[];
}

/** Plan and apply of 100 endpoints, beside the same graph made of Terraform's built-in `terraform_data`. */
export function benchTerraform(): string {
  const directory = mkdtempSync(join(tmpdir(), "cdktf-trust-bench-"));
  try {
    const stack = synthFleet(directory);
    const twin = join(directory, "twin");
    mkdirSync(twin);
    writeFileSync(join(twin, "main.tf.json"), JSON.stringify(asTerraformData(join(stack, "cdk.tf.json"))));
    const ours = measure(stack);
    const theirs = measure(twin);
    const table = new Table({
      head: [`${ENDPOINTS} endpoints`, "plan ms", "apply ms", "empty plan ms"],
      style: { head: [], border: [] },
    });
    table.push(row("trust", ours), row("terraform_data", theirs), [
      "ratio",
      (ours.planMs / theirs.planMs).toFixed(2),
      (ours.applyMs / theirs.applyMs).toFixed(2),
      (ours.emptyPlanMs / theirs.emptyPlanMs).toFixed(2),
    ]);
    return table.toString();
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function row(name: string, { planMs, applyMs, emptyPlanMs }: Times): string[] {
  return [name, ...[planMs, applyMs, emptyPlanMs].map((ms) => ms.toFixed(0))];
}

function synthFleet(directory: string): string {
  writeFileSync(join(directory, "cdktf.json"), "{}");
  for (let index = 0; index < ENDPOINTS; index += 1) {
    mkdirSync(join(directory, `.local/hosts/server-${index}/etc`), { recursive: true });
    mkdirSync(join(directory, `.local/hosts/client-${Math.floor(index / 10)}/etc`), { recursive: true });
  }
  run(process.execPath, [TSX, resolve("bench/synthRun.ts"), String(ENDPOINTS)], directory);
  return join(directory, "cdktf.out/stacks/fleet");
}

/** The same names and dependencies, with nothing to do. */
function asTerraformData(file: string): unknown {
  const { resource } = JSON.parse(readFileSync(file, "utf8")) as {
    readonly resource: Readonly<Record<string, Readonly<Record<string, Resource>>>>;
  };
  const all = Object.entries(resource).flatMap(([type, resources]) =>
    Object.entries(resources).map(([name, body]) => [`${type}-${name}`, body] as const),
  );
  const renamed = (address: string) => `terraform_data.${address.replace(".", "-")}`;
  return {
    resource: {
      terraform_data: Object.fromEntries(
        all.map(([name, body]) => [name, { input: name, depends_on: (body.depends_on ?? []).map(renamed) }]),
      ),
    },
  };
}

function measure(directory: string): Times {
  terraform(directory, "init", "-input=false");
  const planMs = terraform(directory, "plan", "-input=false", "-out=plan");
  const applyMs = terraform(directory, "apply", "-input=false", "plan");
  const emptyPlanMs = terraform(directory, "plan", "-input=false", "-detailed-exitcode");
  return { planMs, applyMs, emptyPlanMs };
}

function terraform(directory: string, ...words: readonly string[]): number {
  const start = performance.now();
  run("terraform", words, directory);
  return performance.now() - start;
}

function run(program: string, words: readonly string[], directory: string): void {
  const result = spawnSync(program, words, {
    cwd: directory,
    encoding: "utf8",
    env: {
      ...process.env,
      FLEET_PASSWORD: "fleet-bench-password",
      CHECKPOINT_DISABLE: "1",
      TF_IN_AUTOMATION: "1",
    },
    maxBuffer: 1 << 28,
  });
  if (result.status !== 0)
    throw new Error(`${program} ${words.join(" ")}:\n${result.stdout}\n${result.stderr}`);
}
