import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { LocalProject, type ProgramResult } from "../support/localProject";
import { describeWith } from "../support/tools";

/** Clients each of a server of its own, in stacks of their own; a hook of `slow` waits until it may go on. */
const SOURCE = `
import { App } from "@repository/node_modules/cdktf";
import { Certificate, Host, HttpsCallbackEndpoint, Keystore, Secret, TrustStack, TruststoreEntry } from "@repository/lib";
const password = Secret.file("password");
class Stack extends TrustStack {}
const store = (scope) => new Keystore(scope, "store", { host: Host.local(scope.node.id), path: "/opt/store.p12", password });
const app = new App();
const serve = (id) => {
  const stack = new Stack(app, id);
  return new HttpsCallbackEndpoint(stack, "Server", {
    names: [id + ".example.com"], port: 8443, identity: store(stack).entry("server"),
    certificate: Certificate.selfSigned({ keyAlgorithm: "ec-p256" }),
  });
};
const call = (id, trusts) => {
  const stack = new Stack(app, id);
  new TruststoreEntry(stack, "Trusts", { truststore: store(stack), alias: "server", trusts });
};
const server = serve("server");
const other = serve("other");
if (process.env.SLOW_HOOK === "1") other.afterDeploy("touch ../../../../begun; while test ! -e ../../../../go-on; do sleep 0.1; done");
call("client", server);
call("caller", other);
app.synth();
`;

describeWith("terraform", "stacks side by side", () => {
  const project = new LocalProject(SOURCE, {
    environment: "prod",
    environments: { prod: { frozen: false, lockKey: "file:key" } },
  });
  const hosts = ["client", "server", "caller", "other"];

  beforeAll(() => {
    for (const file of ["password", "key"]) {
      project.write(file, "stores-side-by-side-k3Vb8\n");
      chmodSync(project.path(file), 0o600);
    }
  });

  beforeEach(() => {
    for (const id of hosts) mkdirSync(project.path(`.local/hosts/${id}/opt`), { recursive: true });
  });

  afterAll(() => project.remove());

  const has = (id: string) => existsSync(project.path(`.local/hosts/${id}/opt/store.p12`));

  /** The client's folder is a file, so nothing can be written there. */
  function breakClient(): void {
    rmSync(project.path(".local/hosts/client"), { recursive: true });
    project.write(".local/hosts/client", "in the way");
  }

  function mendClient(): void {
    rmSync(project.path(".local/hosts/client"));
    mkdirSync(project.path(".local/hosts/client/opt"), { recursive: true });
  }

  /** Each line that is about a stack, without what it took. */
  function stackLines({ stdout, stderr }: ProgramResult): string[] {
    return `${stdout}${stderr}`.match(/^(?:client|server|caller|other): (?!\d).*(?= \(stack)/gm) ?? [];
  }

  test("one that fails stops those that come after it because of it, and the others are deployed and proven", () => {
    breakClient();
    const result = project.cli("deploy", "--auto-approve", "--parallel", "2");
    mendClient();
    expect(result.status).toBe(2);
    expect(stackLines(result)).toEqual([
      "caller: deployed",
      "other: deployed",
      "server: not deployed, because client failed, which comes first",
    ]);
    expect(result.stderr).toMatch(/^error: terraform (plan|apply) failed for stack client/m);
    expect(result.stderr).toContain(
      "deploy: 2 of 4 stacks changed; failed: client; not deployed: server (because client failed)",
    );
    expect(result.stdout).toMatch(/caller → other\.example\.com:8443 .*ok: /);
    expect(result.stdout).not.toContain("server.example.com");
    expect(hosts.filter(has)).toEqual(["caller", "other"]);
  }, 240_000);

  test("a call to a server that was not deployed is said to be unproven for that", () => {
    rmSync(project.path(".local/hosts/other"), { recursive: true });
    project.write(".local/hosts/other", "in the way");
    const result = project.cli("deploy", "--auto-approve", "caller", "other");
    rmSync(project.path(".local/hosts/other"));
    expect(result.status).toBe(2);
    expect(result.stdout).toMatch(/caller → other\.example\.com .*declared in other, which was not deployed/);
  }, 240_000);

  test("tools get the same", () => {
    breakClient();
    const { status, stdout, stderr } = project.cli("deploy", "--auto-approve", "--json");
    mendClient();
    expect(status).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({
      changes: [{ stack: "caller" }, { stack: "other" }],
      failed: [{ stack: "client", code: "terraform-failed" }],
      notBegun: [{ stack: "server", because: "client" }],
    });
    // Beside what is changed, which is shown to whoever watches.
    const errors = stderr.split("\n").filter((line) => line.startsWith('{"error"'));
    expect(errors.map((line) => JSON.parse(line))).toMatchObject([{ error: { code: "terraform-failed" } }]);
  }, 240_000);

  test("a plan tells of the others when one fails", () => {
    breakClient();
    const result = project.cli("plan");
    mendClient();
    expect(result.status).toBe(2);
    expect(result.stdout).toMatch(/^server: 2 added/m);
    expect(result.stdout).toContain("other: No changes.");
    expect(result.stderr).toContain("plan: 1 of 4 stacks would change; failed: client");
  }, 240_000);

  test("a plugin cache that the stacks share is filled by one after another", () => {
    const cache = project.path("plugin-cache");
    mkdirSync(cache);
    for (const id of hosts) {
      const folder = project.path("cdktf.out/prod/stacks", id);
      for (const name of [".terraform", ".terraform.lock.hcl"])
        rmSync(join(folder, name), { recursive: true });
    }
    const words = [LocalProject.program, "plan", "--no-artifacts"];
    const { status, stderr } = project.run(process.execPath, words, { TF_PLUGIN_CACHE_DIR: cache });
    expect({ status, stderr }).toMatchObject({ status: 1 });
    expect(existsSync(join(cache, "cdktf-trust.invalid"))).toBe(true);
  }, 240_000);

  test("Ctrl-C lets what has begun end, and begins nothing more", async () => {
    for (const folder of ["state", ".local/hosts"]) rmSync(project.path(folder), { recursive: true });
    for (const id of hosts) mkdirSync(project.path(`.local/hosts/${id}/opt`), { recursive: true });
    const words = [LocalProject.program, "deploy", "--auto-approve", "--parallel", "1", "other", "server"];
    const child = spawn(process.execPath, words, {
      cwd: project.directory,
      env: { ...process.env, SLOW_HOOK: "1", CHECKPOINT_DISABLE: "1" },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    let said = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (piece: Buffer) => (said += piece.toString()));
    const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
    while (!existsSync(project.path("begun")) && child.exitCode === null)
      await new Promise((resolve) => setTimeout(resolve, 50));
    process.kill(child.pid ?? 0, "SIGINT");
    project.write("go-on", "");
    expect({ status: await ended, said }).toMatchObject({ status: 2 });
    expect(said).toContain("error: the command was interrupted");
    expect(hosts.filter(has)).toHaveLength(1);
  }, 240_000);
});
