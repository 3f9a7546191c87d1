import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installProvider } from "../../../lib/provider/install";
import { TerraformStack, bundleProvider } from "../../provider/support/terraform";
import { describeWith, slowly } from "../../support/tools";

describeWith("terraform", "an installed provider", () => {
  const scratch = mkdtempSync(join(tmpdir(), "trust-installed-"));

  afterAll(() => rmSync(scratch, { recursive: true }));

  test("may change without Terraform's lock file standing in the way, below a package of modules too", () => {
    // GIVEN
    const bundle = bundleProvider(scratch);
    const stack = new TerraformStack(bundle);
    writeFileSync(join(stack.root, "package.json"), '{ "type": "module" }');
    stack.configure('resource "null_resource" "barrier" {}\n');
    stack.init();
    expect(stack.apply().text).toContain("1 added");
    const lock = readFileSync(join(stack.directory, ".terraform.lock.hcl"), "utf8");

    // WHEN
    appendFileSync(bundle, "\n// another release\n");
    installProvider(stack.directory, { bundle });

    // THEN
    expect(stack.plan()).toEqual([]);
    stack.init();
    expect(readFileSync(join(stack.directory, ".terraform.lock.hcl"), "utf8")).toBe(lock);
    stack.remove();
  });

  slowly("says that Terraform was interrupted, and begins nothing more", async () => {
    // GIVEN a change that runs while Terraform is interrupted
    const stack = new TerraformStack(bundleProvider(scratch));
    stack.configure(`
resource "null_resource" "slow" {
  provisioner "local-exec" {
    command = "touch started; sleep 1"
  }
}
resource "null_resource" "after" {
  triggers = { slow = null_resource.slow.id }
}`);
    stack.init();

    // WHEN
    const running = stack.startApply();
    const started = join(stack.directory, "started");
    for (let waited = 0; waited < 400; waited += 1) {
      try {
        readFileSync(started);
        break;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
    running.interrupt();

    // THEN
    expect(await running.ended).not.toBe(0);
    expect(stack.state("null_resource.after")).toBeUndefined();
    expect(stack.apply().status).toBe(0);
    stack.remove();
  });
});
