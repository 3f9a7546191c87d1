import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { readStore } from "../../lib/keystore";
import { readLock } from "../../lib/lock";
import { parseCertificate } from "../../lib/pki";
import { LocalProject, type ProgramResult } from "../support/localProject";
import { describeWith, oftenAndSlowly } from "../support/tools";

const STARTERS = resolve(__dirname, "../../starters/ci");
const LOCK = "trust.lock.prod.json";
const LOCK_KEY = "renewal-lock-key-k3Vb8sLw2Qz7";
const PASSWORD = "renewal-orders-stores-t6Yh4Nd9";
const BRANCH = "trust-renew-prod";

interface Script {
  readonly script: readonly string[];
}
interface Job {
  readonly steps: readonly { readonly run?: string }[];
}

/** The lines that a job of GitHub's runs, each in a shell of its own; installing is done. */
function githubSteps(file: string, job: string): string[] {
  const { jobs } = parse(readFileSync(join(STARTERS, file), "utf8")) as { jobs: Record<string, Job> };
  return (jobs[job]?.steps ?? []).flatMap(({ run }) => (run === undefined || run === "npm ci" ? [] : [run]));
}

/** A job of GitLab's, whose lines are one script. */
function gitlabSteps(job: string): string[] {
  const jobs = parse(readFileSync(join(STARTERS, "gitlab.yml"), "utf8")) as Record<string, Script>;
  return [(jobs[job]?.script ?? []).join("\n")];
}

describeWith(["terraform", "git"], "a schedule that renews", () => {
  let outside: string;
  let origin: string;
  let bin: string;
  let project: LocalProject;

  beforeEach(() => {
    outside = mkdtempSync(join(tmpdir(), "ci-renewal-"));
    origin = join(outside, "group/project.git");
    bin = join(outside, "bin");
    for (const folder of ["machines/orders/opt", "bin", "temp"]) {
      mkdirSync(join(outside, folder), { recursive: true });
    }
    executable("npx", `shift; exec "${process.execPath}" "${LocalProject.program}" "$@"`);
    // What the pull request would say.
    executable(
      "gh",
      `echo "$2" >> "${outside}/gh"; while [ $# -gt 1 ]; do shift; done; cp "$1" "${outside}/body"`,
    );
    lay();
  }, 120_000);

  afterEach(() => {
    project.remove();
    rmSync(outside, { recursive: true });
  });

  function executable(name: string, body: string): void {
    writeFileSync(join(bin, name), `#!/bin/sh\n${body}\n`);
    chmodSync(join(bin, name), 0o755);
  }

  /** A project whose certificate ends within the 30 days of the schedule from the first day on. */
  function lay(): void {
    const environments = { prod: { frozen: true, lockKey: "env:CDKTF_TRUST_LOCK_KEY" } };
    project = new LocalProject(stackSource(20), { environments });
    expect(inProject(["npx cdktf-trust lock --environment prod"])).toMatchObject({ status: 0 });
    project.write(".gitignore", "cdktf.out/\n");
    git("init", "--quiet", "--bare", "--initial-branch=main", origin);
    git("--git-dir", origin, "config", "receive.advertisePushOptions", "true");
    git("init", "--quiet", "--initial-branch=main");
    git("remote", "add", "origin", origin);
    commitAll();
    git("push", "--quiet", "origin", "main");
  }

  function commitAll(): void {
    git("add", "--all");
    git("-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "--quiet", "--message", "change");
  }

  function git(...words: readonly string[]): string {
    const { status, stdout, stderr } = spawnSync("git", words, { cwd: project.directory, encoding: "utf8" });
    if (status !== 0) throw new Error(stderr);
    return stdout;
  }

  /** Runs steps as a runner does: each in a shell that stops at the first failure. */
  function inProject(steps: readonly string[]): ProgramResult {
    let output = { status: 0 as number | null, stdout: "", stderr: "" };
    for (const step of steps) {
      const { status, stdout, stderr } = project.run("bash", ["-e", "-o", "pipefail", "-c", step], {
        PATH: `${bin}:${process.env["PATH"] ?? ""}`,
        CDKTF_TRUST_LOCK_KEY: LOCK_KEY,
        ORDERS_PASSWORD: PASSWORD,
        RUNNER_TEMP: join(outside, "temp"),
        CI_SERVER_URL: `file://${outside}`,
        CI_PROJECT_PATH: "group/project",
        CI_DEFAULT_BRANCH: "main",
        CDKTF_TRUST_RENEWAL_TOKEN: "a-token-that-no-log-may-show",
      });
      output = { status, stdout: output.stdout + stdout, stderr: output.stderr + stderr };
      if (status !== 0) break;
    }
    expect(output.stdout + output.stderr).not.toMatch(
      /a-token-that-no-log-may-show|renewal-lock-key|orders-stores/,
    );
    return output;
  }

  function generation(ref: string): number | undefined {
    return readLock(git("show", `${ref}:${LOCK}`)).identities.get("ci/Orders/Certificate")?.generation;
  }

  function served(): string | undefined {
    const [entry] = readStore(
      readFileSync(join(outside, "machines/orders/opt/keystore.p12")),
      PASSWORD,
    ).entries;
    return entry?.kind === "identity"
      ? parseCertificate(entry.chain[0] ?? Buffer.alloc(0)).sha256
      : undefined;
  }

  test.each(
    oftenAndSlowly<[of: string, renewal: () => string[], merge: () => string[]]>(
      [["GitHub", () => githubSteps("github-renew.yml", "renew"), () => githubSteps("github.yml", "deploy")]],
      [["GitLab", () => gitlabSteps("renew"), () => gitlabSteps("deploy")]],
    ),
  )(
    "%s renews in a branch for review, and its merge deploys the next generation",
    (system, renew, deploy) => {
      // GIVEN the first generation on the machine
      expect(renew().join("\n")).toContain("lock renew");
      expect(inProject(deploy())).toMatchObject({ status: 0 });
      const before = served();
      expect(before).toBeDefined();

      // WHEN the schedule runs; the certificate is for 20 days whenever it is made, so the last step still complains
      const renewal = inProject(renew());
      expect(renewal.stdout).toMatch(/Certificate +renewed +2/);
      expect(renewal.status).toBe(1);

      // THEN the renewal is on a branch, in words, and nothing else has changed
      git("fetch", "--quiet", "origin");
      expect(generation("origin/main")).toBe(1);
      expect(generation(`origin/${BRANCH}`)).toBe(2);
      expect(git("diff", "--name-only", "origin/main", `origin/${BRANCH}`).trim()).toBe(LOCK);
      const words = system === "GitHub" ? readFileSync(join(outside, "body"), "utf8") : renewal.stdout;
      expect(words).toMatch(/~ identity ci\/Orders\/Certificate: renewed 20 days before its end/);
      expect(existsSync(join(outside, "gh"))).toBe(system === "GitHub");
      expect(served()).toBe(before);

      // WHEN it is merged
      git("checkout", "--quiet", "main");
      git("reset", "--quiet", "--hard", "origin/main");
      git("merge", "--quiet", `origin/${BRANCH}`);
      expect(inProject(deploy())).toMatchObject({ status: 0 });

      // THEN the machine has it
      expect(served()).not.toBe(before);
    },
    300_000,
  );

  test("nothing that ends soon makes no branch and no complaint", () => {
    project.writeMain(stackSource(300));
    expect(inProject(["npx cdktf-trust lock --environment prod"])).toMatchObject({ status: 0 });
    commitAll();
    expect(inProject(githubSteps("github-renew.yml", "renew"))).toMatchObject({ status: 0 });
    expect(git("branch", "--list", "--all", `*${BRANCH}`)).toBe("");
  }, 120_000);

  function stackSource(validityDays: number): string {
    return `
import { App, LocalBackend } from "@repository/node_modules/cdktf";
import { Certificate, Host, HttpsCallbackEndpoint, Keystore, Secret, TrustStack } from "@repository/lib";
class CiStack extends TrustStack {
  constructor(scope, id) {
    super(scope, id);
    new LocalBackend(this, { path: ${JSON.stringify(join(outside, "prod/ci.tfstate"))} });
    const host = Host.local("orders", { root: ${JSON.stringify(join(outside, "machines/orders"))} });
    const keystore = new Keystore(this, "Keystore", { host, path: "/opt/keystore.p12", password: Secret.env("ORDERS_PASSWORD") });
    new HttpsCallbackEndpoint(this, "Orders", {
      names: ["orders.example.com"], port: 8443, identity: keystore.entry("server"),
      certificate: Certificate.selfSigned({ keyAlgorithm: "ec-p256", validityDays: ${validityDays} }),
    });
  }
}
const app = new App();
new CiStack(app, "ci");
app.synth();
`;
  }
});
