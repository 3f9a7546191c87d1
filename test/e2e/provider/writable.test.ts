import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { anchorEntry, makeIdentity, writeTestStore } from "../../provider/support/stores";
import { AttachedStack } from "../../provider/support/attachedStack";
import { bundleProvider } from "../../provider/support/terraform";
import { describeWith } from "../../support/tools";

const password = "changeit";
const anchor = makeIdentity("anchor");
const userId = 12_345;

const asRoot = process.getuid?.() === 0 ? describeWith : (_: unknown, name: string) => test.todo(name);

asRoot("terraform", "a directory that Terraform's user cannot write to", () => {
  const scratch = mkdtempSync(join(tmpdir(), "trust-writable-"));
  let stack: AttachedStack;
  let folder: string;

  beforeEach(() => {
    stack = new AttachedStack(bundleProvider(scratch));
    stack.environment = { STORE_PASSWORD: password, HOME: stack.root };
    folder = join(stack.root, "host", "opt");
    mkdirSync(folder, { recursive: true });
    writeTestStore(join(stack.directory, "overlay"), "jks", password, [anchorEntry("flow", anchor)]);
    writeFileSync(join(stack.directory, "file"), "content\n");
    spawnSync("chown", ["-R", `${userId}:${userId}`, stack.root]);
    stack.userId = userId;
    declareAll();
    stack.init();
  });

  afterEach(() => stack.remove());
  afterAll(() => rmSync(scratch, { recursive: true }));

  function declareAll(more = ""): void {
    stack.configure(`
resource "trust_keystore" "store" {
  host     = "local:../host"
  path     = "/opt/store"
  password = "env:STORE_PASSWORD"
  profile  = "jks"
}
resource "trust_truststore_entry" "flow" {
  host     = trust_keystore.store.host
  path     = trust_keystore.store.path
  password = trust_keystore.store.password
  alias    = "flow"
  artifact = "overlay"
  sha256   = "${anchor.sha256}"
  ${more}
}
resource "trust_file" "file" {
  host     = "local:../host"
  path     = "/opt/file"
  artifact = "file"
  sha256   = "${createHash("sha256").update("content\n").digest("hex")}"
}`);
  }

  /** Gives the folder to root, as products' folders belong to their own users. */
  function protect(): void {
    chownSync(folder, 0, 0);
    chmodSync(folder, 0o755);
  }

  const files = () => readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "latin1")]);

  function expectRefused(...words: string[]): void {
    const before = files();
    const { status, text } = stack.run(...words);
    expect(status).toBe(1);
    expect(text).toContain(
      `user id ${userId} cannot write to ${folder}: run as the product's user or as root`,
    );
    expect(text).not.toContain("Plan: ");
    expect(files()).toEqual(before);
  }

  test("is told at plan, of a create, an update and a delete", () => {
    // WHEN, THEN
    protect();
    expectRefused("plan", "-input=false");

    // GIVEN all is there
    chownSync(folder, userId, userId);
    expect(stack.apply().status).toBe(0);
    protect();

    // WHEN, THEN
    expect(stack.run("plan", "-input=false").text).toContain("No changes.");
    declareAll('on_destroy = "remove"');
    expectRefused("plan", "-input=false");
    stack.configure("");
    expectRefused("plan", "-input=false");
    expectRefused("plan", "-input=false", "-destroy");
    expectRefused("destroy", "-auto-approve", "-input=false");

    // WHEN it may be written to again
    chownSync(folder, userId, userId);
    expect(stack.destroy().status).toBe(0);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("is left to the apply where it is not there yet", () => {
    rmSync(folder, { recursive: true });
    expect(stack.run("plan", "-input=false").status).toBe(0);
  });

  test("is nothing to a pipe in place of an artifact, which is refused without waiting for a writer", () => {
    // GIVEN
    for (const name of ["overlay", "file"]) {
      rmSync(join(stack.directory, name));
      expect(spawnSync("mkfifo", [join(stack.directory, name)]).status).toBe(0);
    }

    // WHEN
    const { status, text } = stack.run("plan", "-input=false");

    // THEN
    expect(status).toBe(1);
    for (const name of ["overlay", "file"])
      expect(text).toContain(`${name} is a device, a pipe or a socket. Give the path of a regular file.`);
  });
});
