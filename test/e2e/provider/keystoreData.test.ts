import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeWith } from "../../support/tools";
import { anchorEntry, keyEntry, makeIdentity, writeTestStore } from "../../provider/support/stores";
import { TerraformStack, bundleProvider } from "../../provider/support/terraform";

describeWith("terraform", "the data source trust_keystore", () => {
  const scratch = mkdtempSync(join(tmpdir(), "trust-data-"));

  afterAll(() => rmSync(scratch, { recursive: true }));

  test("lists what a store holds", () => {
    // GIVEN
    const stack = new TerraformStack(bundleProvider(scratch));
    const jetty = makeIdentity("jetty");
    const partner = makeIdentity("partner");
    const entries = [keyEntry("jetty", jetty), anchorEntry("partner", partner)];
    writeTestStore(join(stack.root, "host", "opt", "keystore"), "jks", "abcdef", entries);
    stack.environment = { KEYSTORE_PASSWORD: "abcdef" };
    stack.configure(`
data "trust_keystore" "product" {
  host     = "local:../host"
  path     = "/opt/keystore"
  password = "env:KEYSTORE_PASSWORD"
}
output "entries" {
  value = data.trust_keystore.product.entries
}`);
    stack.init();

    // WHEN
    expect(stack.apply().status).toBe(0);

    // THEN
    const state: { outputs: { entries: { value: unknown } } } = JSON.parse(
      readFileSync(join(stack.directory, "terraform.tfstate"), "utf8"),
    );
    expect(state.outputs.entries.value).toEqual([
      {
        alias: "jetty",
        kind: "identity",
        sha256: jetty.sha256,
        subject: jetty.subject,
        not_after: jetty.notAfter,
      },
      {
        alias: "partner",
        kind: "anchor",
        sha256: partner.sha256,
        subject: partner.subject,
        not_after: partner.notAfter,
      },
    ]);
    stack.remove();
  });
});
