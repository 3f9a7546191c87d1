import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { anchorEntry, makeIdentity, writeTestStore } from "../../provider/support/stores";
import { TerraformStack, bundleProvider } from "../../provider/support/terraform";
import { describeWith } from "../../support/tools";

const STORES = ["a", "b", "c"];
const PASSWORD = "changeit";
const NOTE = "independent of all stores";
const REFERENCE = "env:STORES_PASSWORD";

describeWith(["terraform"], "a secret of several stores that is not at hand", () => {
  const scratch = mkdtempSync(join(tmpdir(), "trust-secret-"));
  const identity = makeIdentity("partner");
  let stack: TerraformStack;

  beforeAll(() => {
    stack = new TerraformStack(bundleProvider(scratch));
    mkdirSync(join(stack.root, "host", "opt"), { recursive: true });
    writeTestStore(join(stack.directory, "trust.jks"), "jks", PASSWORD, [anchorEntry("partner", identity)]);
    writeFileSync(join(stack.directory, "note"), NOTE);
    const resources = STORES.map((name) => [store(name), entry(name)].join("\n"));
    stack.configure(`${resources.join("\n")}\nresource "trust_file" "note" {
  host     = "local:../host"
  path     = "/opt/note"
  artifact = "note"
  sha256   = "${createHash("sha256").update(NOTE).digest("hex")}"
}`);
    stack.init();
  });

  afterAll(() => {
    stack.remove();
    rmSync(scratch, { recursive: true });
  });

  const place = (name: string) => `host = "local:../host"
  path = "/opt/${name}.jks"
  password = "${REFERENCE}"`;

  const store = (name: string) => `resource "trust_keystore" "${name}" {
  ${place(name)}
  profile = "jks"
}`;

  const entry = (name: string) => `resource "trust_truststore_entry" "${name}" {
  ${place(name)}
  alias     = "partner"
  artifact  = "trust.jks"
  sha256    = "${identity.sha256}"
  subject   = "${identity.subject}"
  not_after = "${identity.notAfter}"
  depends_on = [trust_keystore.${name}]
}`;

  const onHost = (name: string) => join(stack.root, "host", "opt", name);

  function countOf(text: string, words: RegExp): number {
    return [...text.matchAll(words)].length;
  }

  test("is one error before an apply changes anything, one warning of a plan, and one error before a destroy", () => {
    // WHEN
    const refused = stack.apply();

    // THEN
    expect(refused.status).toBe(1);
    expect(refused.text).toContain(`${REFERENCE}: the environment variable is not set`);
    expect(countOf(refused.text, /Error:/g)).toBe(1);
    expect(existsSync(onHost("note"))).toBe(false);

    // WHEN
    stack.environment = { STORES_PASSWORD: PASSWORD };
    expect(stack.apply().text).toContain("Apply complete!");
    stack.environment = {};
    const planned = stack.run("plan");

    // THEN
    expect(planned.text).toContain("No changes");
    expect(countOf(planned.text, /env:STORES_PASSWORD: the/g)).toBe(1);
    expect(planned.text).not.toContain("similar warnings");

    // WHEN
    const kept = stack.destroy();

    // THEN
    expect(kept.status).toBe(1);
    expect(countOf(kept.text, /Error:/g)).toBe(1);
    expect(readFileSync(onHost("note"), "utf8")).toBe(NOTE);

    // WHEN
    stack.environment = { STORES_PASSWORD: PASSWORD };

    // THEN
    expect(stack.destroy()).toMatchObject({ status: 0 });
    expect(existsSync(onHost("note"))).toBe(false);
  });
});
