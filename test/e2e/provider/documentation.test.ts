import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toPem } from "../../../lib/pki";
import { anchorEntry, keytoolList, makeIdentity, writeTestStore } from "../../provider/support/stores";
import { TerraformStack, bundleProvider } from "../../provider/support/terraform";
import { describeWith } from "../../support/tools";

const page = readFileSync(join(__dirname, "..", "..", "..", "docs", "provider.md"), "utf8");
const example = (language: string): string =>
  new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, "ms").exec(page)?.[1] ?? "";

describeWith(["terraform", "keytool"], "the example of docs/provider.md", () => {
  const scratch = mkdtempSync(join(tmpdir(), "trust-docs-"));

  afterAll(() => rmSync(scratch, { recursive: true }));

  test("works as it stands", () => {
    // GIVEN
    const stack = new TerraformStack(bundleProvider(scratch));
    const root = makeIdentity("Public Root");
    const electricflow = makeIdentity("electricflow");
    const cacerts = join(stack.directory, "hosts/ispw/usr/lpp/java/J8.0_64/lib/security/cacerts");
    writeTestStore(cacerts, "jks", "changeit", [anchorEntry("root", root)]);
    writeFileSync(join(stack.directory, "electricflow.crt"), toPem(electricflow.certificate, "CERTIFICATE"));
    stack.environment = { CACERTS_PASSWORD: "changeit", TF_VAR_electricflow_sha256: electricflow.sha256 };

    // WHEN
    const overlay = spawnSync("sh", ["-c", example("sh")], {
      cwd: stack.directory,
      env: { ...process.env, ...stack.environment },
    });
    writeFileSync(join(stack.directory, "main.tf"), example("hcl"));
    stack.init();
    const applied = stack.apply();

    // THEN
    expect(overlay.status).toBe(0);
    expect(applied.text).toContain("2 added");
    expect(keytoolList(cacerts, "changeit")).toEqual({
      root: `trustedCertEntry ${root.sha256}`,
      electricflow: `trustedCertEntry ${electricflow.sha256}`,
    });
    stack.remove();
  });
});
