import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readProperties } from "../../../lib/config";
import { bundleProvider, TerraformStack } from "../../provider/support/terraform";
import { describeWith } from "../../support/tools";

/** With 700 characters each, more than the 4 MiB that gRPC allows a message unless it is told otherwise. */
const count = process.env["SLOW"] === "1" ? 8_000 : 500;

describeWith("terraform", "a resource that is larger than a message of gRPC by default", () => {
  const scratch = mkdtempSync(join(tmpdir(), "trust-large-"));
  const stack = new TerraformStack(bundleProvider(scratch));

  afterAll(() => {
    stack.remove();
    rmSync(scratch, { recursive: true });
  });

  test(`sets ${count} values in one file, and takes them out`, () => {
    // GIVEN
    const folder = join(stack.root, "host", "opt");
    const file = join(folder, "agent.properties");
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, "# product\nkey.1=before\n");
    const value = "v".repeat(700);
    const settings = Array.from(
      { length: count },
      (_, index) => `{ kind = "property", key = "key.${index}", value = "${value}${index}" }`,
    );
    stack.configure(`
resource "trust_config_file" "agent" {
  host     = "local:../host"
  path     = "/opt/agent.properties"
  settings = [
    ${settings.join(",\n    ")}
  ]
}`);
    stack.init();

    // WHEN
    const applied = stack.apply();

    // THEN
    expect(applied.text).toContain("1 added");
    expect(readProperties(readFileSync(file)).get(`key.${count - 1}`)).toBe(`${value}${count - 1}`);
    expect(stack.run("plan", "-input=false", "-detailed-exitcode").status).toBe(0);
    expect(stack.destroy().text).toContain("1 destroyed");
    expect(readFileSync(file, "utf8")).toBe("# product\nkey.1=before\n");
    expect(readdirSync(folder)).toEqual(["agent.properties"]);
  }, 300_000);
});
