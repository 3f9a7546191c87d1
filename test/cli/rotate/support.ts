import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  type Claim,
  contentOfEntry,
  noOwnership,
  openHost,
  stepsHash,
  withBegunActivation,
  withProof,
  writeOwnership,
} from "../../../lib/hosts";
import { type Lock, anchorOf, loadLock } from "../../../lib/lock";
import type { TrustPlan } from "../../../lib/model";
import { CliSandbox } from "../cliRun";

/** Writes what the file `plans.json` holds as an app writes what its stacks declare. */
const APP = `
const { mkdirSync, readFileSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const out = process.env.CDKTF_OUTDIR;
const { environment, project } = JSON.parse(process.env.CDKTF_CONTEXT_JSON);
const stacks = {};
for (const plan of JSON.parse(readFileSync("plans.json", "utf8"))) {
  const workingDirectory = join("stacks", plan.stack);
  mkdirSync(join(out, workingDirectory), { recursive: true });
  writeFileSync(join(out, workingDirectory, "trust-plan.json"), JSON.stringify({ ...plan, project, environment }));
  stacks[plan.stack] = { name: plan.stack, constructPath: plan.stack, workingDirectory, dependencies: [], annotations: [] };
}
writeFileSync(join(out, "manifest.json"), JSON.stringify({ stacks }));
`;

/** A project whose environment `prod` has a lock, and folders for its hosts. */
export class RotationSandbox extends CliSandbox {
  private readonly owner: string;

  constructor(...plans: readonly TrustPlan[]) {
    super(
      { CDKTF_TRUST_LOCK_KEY: "the key of the ones who sign", USER: "ops" },
      new Date("2026-03-01T12:00:00Z"),
    );
    writeFileSync(this.path("app.js"), APP);
    writeFileSync(
      this.path("cdktf.json"),
      JSON.stringify({
        app: `"${process.execPath}" app.js`,
        context: { project: "shop", environment: "prod", environments: { prod: {} } },
      }),
    );
    writeFileSync(this.path("plans.json"), JSON.stringify(plans));
    this.owner = `shop/prod/${plans[0]?.stack ?? ""}`;
  }

  get lock(): Lock {
    const { lock } = loadLock(this.directory, "prod");
    if (lock === undefined) throw new Error("a lock was expected");
    return lock;
  }

  phase(id: string): string {
    return this.lock.identities.get(id)?.rotation?.phase ?? "steady";
  }

  /** Leaves a record as a deploy does that has put a generation to a place, and activated what reads it. */
  async delivered(
    host: string,
    path: string,
    claim: Partial<Claim> & { readonly of: string },
    activated: readonly string[] | undefined,
  ): Promise<void> {
    const { of: id, ...change } = claim;
    const identity = this.lock.identities.get(id);
    const newer = identity?.rotation?.phase === "announced" ? identity.rotation.other : identity;
    if (newer === undefined) throw new Error(`there is no ${id}`);
    const { owner } = this;
    const whole: Claim = {
      owner,
      declaredAt: "x",
      kind: "anchor",
      at: "server",
      content: contentOfEntry("anchor", [anchorOf(newer)]),
      origin: "created",
      ...change,
    };
    const root = join(this.directory, "hosts", host);
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), "a store");
    const held = { ...noOwnership, claims: { one: whole } };
    const steps = activated === undefined ? undefined : stepsHash([{ argv: activated, on: "runner" }]);
    const started = steps === undefined ? held : withBegunActivation(held, owner, "agent", new Map(), steps);
    const record =
      steps === undefined
        ? started
        : withProof(started, {
            owner,
            name: "agent",
            alike: [],
            excepted: new Set(),
            started,
            steps,
            level: "served",
            at: "2026-03-01T11:00:00.000Z",
          });
    await writeOwnership(openHost(`local:${root}`), path, record);
  }
}
