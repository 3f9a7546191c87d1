import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeWith } from "../../support/tools";
import { AttachedStack } from "../../provider/support/attachedStack";
import { bundleProvider } from "../../provider/support/terraform";

describeWith("terraform", "the embedded null provider under Terraform", () => {
  const scratch = mkdtempSync(join(tmpdir(), "trust-null-"));
  let stack: AttachedStack;

  beforeAll(() => {
    stack = new AttachedStack(bundleProvider(scratch));
    stack.configure(`
resource "null_resource" "barrier" {
  triggers = { fingerprint = "AB:CD" }
}
resource "null_resource" "after" {
  triggers = { barrier = null_resource.barrier.id }
}`);
    stack.init();
  });

  afterAll(() => {
    stack.remove();
    rmSync(scratch, { recursive: true });
  });

  test("creates, stays, and is replaced when a trigger changes", () => {
    // WHEN
    const applied = stack.apply();

    // THEN
    expect(applied.text).toContain("Resources: 2 added, 0 changed, 0 destroyed");
    expect(stack.plan()).toEqual([]);

    // WHEN
    stack.configure('resource "null_resource" "barrier" {\n  triggers = { fingerprint = "EF:01" }\n}\n');

    // THEN
    expect(stack.plan().map(({ address, actions }) => [address, actions])).toEqual([
      ["null_resource.after", ["delete"]],
      ["null_resource.barrier", ["delete", "create"]],
    ]);
    expect(stack.apply().text).toContain("Resources: 1 added, 0 changed, 2 destroyed");
  });

  test("has the schema of the registry's null provider", () => {
    // WHEN
    const { text } = stack.run("providers", "schema", "-json");

    // THEN
    const schemas: {
      provider_schemas: Record<
        string,
        { resource_schemas: Record<string, { version: number; block: { attributes: object } }> }
      >;
    } = JSON.parse(text);
    const { resource_schemas: resources } = schemas.provider_schemas[
      "cdktf-trust.invalid/cdktf-trust/null"
    ] ?? {
      resource_schemas: {},
    };
    expect(Object.keys(resources)).toEqual(["null_resource"]);
    expect(resources["null_resource"]).toMatchObject({
      version: 0,
      block: {
        attributes: {
          id: { type: "string", computed: true },
          triggers: { type: ["map", "string"], optional: true },
        },
      },
    });
  });
});
