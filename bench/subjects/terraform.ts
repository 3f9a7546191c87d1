import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Terraform } from "../../lib/cli/deploy/terraform";
import { withFolder } from "../folder";
import { execute } from "../measure";
import { compare } from "../report";

const ENDPOINTS = 100;
const ROUNDS = 3;
const PLAN = "bench.tfplan";
const TSX = resolve("node_modules/tsx/dist/cli.mjs");

interface Resource {
  readonly depends_on?: readonly string[];
}

/** A way to run Terraform in a folder. */
interface Runner {
  readonly name: string;
  readonly directory: string;
  readonly plan: () => Promise<void> | void;
  readonly apply: () => Promise<void> | void;
}

/** Plan and apply of 100 endpoints, beside the same graph made of Terraform's built-in `terraform_data`. */
export async function benchTerraform(): Promise<void> {
  Object.assign(process.env, {
    FLEET_PASSWORD: "fleet-bench-password",
    CHECKPOINT_DISABLE: "1",
    TF_IN_AUTOMATION: "1",
  });
  await withFolder(async (path) => {
    const stack = synthFleet(path("project"));
    const twin = path("twin");
    mkdirSync(twin);
    writeFileSync(join(twin, "main.tf.json"), JSON.stringify(asTerraformData(join(stack, "cdk.tf.json"))));
    const runners = [plainly("terraform_data", twin), plainly("trust", stack), underOurCommands(stack)];
    for (const { directory } of runners) execute("terraform", ["init", "-input=false"], {}, directory);

    const ofPlans = { base: "terraform_data", target: { ratio: 3.1, kind: "most", of: "cpu" } } as const;
    const reset = ({ directory }: Runner) => resetState(directory, path("project"));
    await compare(
      { title: `plan of ${ENDPOINTS} new endpoints`, ...ofPlans },
      runners.map((one) => ({ name: one.name, prepare: () => reset(one), run: one.plan })),
      ROUNDS,
    );
    await compare(
      { title: `apply of ${ENDPOINTS} new endpoints`, base: "terraform_data" },
      runners.map((one) => ({
        name: one.name,
        prepare: () => {
          reset(one);
          execute("terraform", ["plan", "-input=false", `-out=${PLAN}`], {}, one.directory);
        },
        run: one.apply,
      })),
      ROUNDS,
    );
    await compare(
      { title: `plan of ${ENDPOINTS} endpoints, nothing to change`, ...ofPlans },
      runners.map((one) => ({ name: one.name, run: one.plan })),
      ROUNDS,
    );
  });
}

function plainly(name: string, directory: string): Runner {
  const run = (...words: readonly string[]) => void execute("terraform", words, {}, directory);
  return {
    name,
    directory,
    plan: () => run("plan", "-input=false", `-out=${PLAN}`),
    apply: () => run("apply", "-input=false", PLAN),
  };
}

/** As `cdktf-trust plan` and `deploy` do, without what they do beside Terraform. */
function underOurCommands(directory: string): Runner {
  const stack = { name: "fleet", workingDirectory: directory };
  return {
    name: "trust under our commands",
    directory,
    plan: () => Terraform.find().withProvider(stack, "deploy", async (run) => void (await run.plan(PLAN))),
    apply: () => Terraform.find().withProvider(stack, "deploy", async (run) => void (await run.apply(PLAN))),
  };
}

function synthFleet(directory: string): string {
  mkdirSync(directory);
  writeFileSync(join(directory, "cdktf.json"), "{}");
  layHosts(directory);
  execute(process.execPath, [TSX, resolve("bench/synthRun.ts"), String(ENDPOINTS)], {}, directory);
  return join(directory, "cdktf.out/stacks/fleet");
}

function layHosts(directory: string): void {
  rmSync(join(directory, ".local/hosts"), { recursive: true, force: true });
  for (let index = 0; index < ENDPOINTS; index += 1) {
    mkdirSync(join(directory, `.local/hosts/server-${index}/etc`), { recursive: true });
    mkdirSync(join(directory, `.local/hosts/client-${Math.floor(index / 10)}/etc`), { recursive: true });
  }
}

/** As before the first apply. */
function resetState(stack: string, project: string): void {
  layHosts(project);
  const state = join(project, ".local/state");
  rmSync(state, { recursive: true, force: true });
  mkdirSync(state, { recursive: true });
  for (const name of ["terraform.tfstate", "terraform.tfstate.backup"])
    rmSync(join(stack, name), { force: true });
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
