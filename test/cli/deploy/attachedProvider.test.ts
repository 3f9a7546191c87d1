import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { buildSync } from "esbuild";
import { bundleIn } from "../../../lib/provider/install";
import { TerraformStack, bundleProvider } from "../../provider/support/terraform";
import { describeWith } from "../../support/tools";

const scratch = mkdtempSync(join(tmpdir(), "trust-attached-"));
afterAll(() => rmSync(scratch, { recursive: true }));

/** A command of ours that plans and applies the stack in its working directory. */
function bundleCommand(): string {
  const outfile = join(scratch, "command.cjs");
  const contents = `
    import { Terraform } from ${JSON.stringify(resolve("lib/cli/deploy/terraform"))};
    const stack = { name: "one", workingDirectory: process.cwd() };
    const work = Terraform.find().withProvider(stack, "deploy", async (run) => {
      const changes = await run.plan("one.tfplan");
      console.log(changes ?? "nothing to do");
      if (changes !== undefined) console.log(await run.apply("one.tfplan"));
    });
    work.catch((error) => { console.error(error.message); process.exitCode = 2; });`;
  buildSync({
    stdin: { contents, resolveDir: resolve(".") },
    outfile,
    bundle: true,
    platform: "node",
    target: "node20",
    logLevel: "error",
  });
  return outfile;
}

describeWith("terraform", "a provider that stays for a command", () => {
  const bundle = bundleProvider(scratch);
  const command = bundleCommand();

  /** A stack whose provider notes each of its starts. */
  function newStack(body: string): TerraformStack {
    const stack = new TerraformStack(bundle);
    stack.environment = { TMPDIR: mkdtempSync(`${scratch}/tmp-`) };
    const provider = bundleIn(stack.directory);
    const note = `require("node:fs").appendFileSync(${JSON.stringify(join(stack.root, "starts"))}, process.pid + "\\n");\n`;
    writeFileSync(provider, note + readFileSync(provider, "utf8").replace(/^#!.*\n/, ""));
    stack.configure(body);
    stack.init();
    return stack;
  }

  const startsOf = (stack: TerraformStack): number[] => {
    const file = join(stack.root, "starts");
    return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n").map(Number) : [];
  };
  const leftBy = (stack: TerraformStack): string[] =>
    readdirSync(stack.environment["TMPDIR"] ?? "").filter((name) => name.startsWith("trust-"));

  function start(stack: TerraformStack) {
    const child = spawn(process.execPath, [command], {
      cwd: stack.directory,
      env: { ...process.env, ...stack.environment, CHECKPOINT_DISABLE: "1" },
      detached: true,
    });
    let said = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => (said += chunk.toString()));
    const ended = new Promise<{ status: number | null; said: string }>((done) =>
      child.once("close", (status) => done({ status, said })),
    );
    return { pid: child.pid ?? 0, ended };
  }

  test("starts once for a plan and an apply, behind a folder of this user's, and leaves nothing", async () => {
    // GIVEN a change that looks at the sockets
    const stack = newStack(`
resource "null_resource" "one" {
  provisioner "local-exec" { command = "stat -c %a $TMPDIR/trust-* > modes" }
}`);

    // WHEN
    const { status, said } = await start(stack).ended;

    // THEN
    expect(said).toContain("1 added");
    expect(status).toBe(0);
    expect(startsOf(stack)).toHaveLength(1);
    expect(readFileSync(join(stack.directory, "modes"), "utf8")).toBe("700\n700\n");
    expect(leftBy(stack)).toEqual([]);
    expect(startsOf(stack).filter(isRunning)).toEqual([]);

    // WHEN Terraform is run by hand afterwards
    expect(stack.plan()).toEqual([]);
    expect(startsOf(stack).length).toBeGreaterThan(1);
    stack.remove();
  });

  test("is started by Terraform as ever where it cannot be attached to", async () => {
    // GIVEN the provider of an earlier version
    const stack = newStack('resource "null_resource" "one" {}');
    const provider = bundleIn(stack.directory);
    writeFileSync(
      provider,
      `if (process.argv[2] !== undefined) process.exit(1);\n${readFileSync(provider, "utf8")}`,
    );

    // WHEN
    const { status, said } = await start(stack).ended;

    // THEN
    expect(said).toContain("1 added");
    expect(status).toBe(0);
    expect(startsOf(stack).length).toBeGreaterThan(1);
    stack.remove();
  });

  test("lets Terraform finish what it has begun when Ctrl-C comes, and ends", async () => {
    const { stack, running } = await startSlowly("SIGINT");

    // THEN
    const { status, said } = await running.ended;
    // Terraform says one or the other, as what it runs is ended by the signal or by Terraform.
    expect(said).toMatch(/interrupt|execution halted/i);
    expect(status).toBe(2);
    await gone(stack);
    expect(stack.state("null_resource.slow")).toBeDefined();
    expect(stack.state("null_resource.after")).toBeUndefined();
    stack.remove();
  });

  test("is gone after the command was killed and Terraform has ended", async () => {
    const { stack, running } = await startSlowly("SIGKILL");

    // THEN
    expect((await running.ended).status).toBeNull();
    await gone(stack);
    stack.remove();
  });

  /** Sends a signal to the command's process group, or SIGKILL to the command alone, in the middle of an apply. */
  async function startSlowly(signal: "SIGINT" | "SIGKILL") {
    const stack = newStack(`
resource "null_resource" "slow" {
  provisioner "local-exec" { command = "touch started; sleep 1" }
}
resource "null_resource" "after" {
  triggers = { slow = null_resource.slow.id }
}`);
    const running = start(stack);
    await until(() => existsSync(join(stack.directory, "started")));
    process.kill(signal === "SIGINT" ? -running.pid : running.pid, signal);
    return { stack, running };
  }

  async function gone(stack: TerraformStack): Promise<void> {
    await until(() => startsOf(stack).filter(isRunning).length === 0);
    expect(startsOf(stack).filter(isRunning)).toEqual([]);
    expect(leftBy(stack)).toEqual([]);
  }
});

function isRunning(processId: number): boolean {
  try {
    return process.kill(processId, 0);
  } catch {
    return false;
  }
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 50_000;
  while (!condition() && Date.now() < deadline) await new Promise((done) => setTimeout(done, 50));
}
