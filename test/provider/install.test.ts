import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installProvider, requiredProviders } from "../../lib/provider/install";

describe("installProvider", () => {
  let directory: string;
  let bundle: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "trust-install-"));
    bundle = join(directory, "bundle.cjs");
    writeFileSync(bundle, "// one\n");
  });

  afterEach(() => rmSync(directory, { recursive: true }));

  const files = () =>
    readdirSync(join(directory, "terraform.d"), { recursive: true, withFileTypes: true })
      .filter((file) => file.isFile())
      .map((file) => join(file.parentPath, file.name));

  test("lays both providers where terraform init looks, for this machine or another", () => {
    // WHEN
    installProvider(directory, { bundle, platform: "darwin_arm64" });

    // THEN
    const folder = "plugins/cdktf-trust.invalid/cdktf-trust";
    const starters = ["trust", "null"].flatMap((type) => [
      `${folder}/${type}/1.0.0/darwin_arm64/package.json`,
      `${folder}/${type}/1.0.0/darwin_arm64/terraform-provider-${type}_v1.0.0`,
    ]);
    expect(
      files()
        .map((file) => file.slice(join(directory, "terraform.d/").length))
        .sort(),
    ).toEqual([...starters, "terraform-provider-trust.cjs"].sort());
    expect(requiredProviders.trust.source).toBe("cdktf-trust.invalid/cdktf-trust/trust");
    const program = files().find((file) => file.endsWith("terraform-provider-trust_v1.0.0")) ?? "";
    expect(statSync(program).mode & 0o777).toBe(0o755);
    // Lock files of every release hold the hash of these bytes.
    expect(readFileSync(program, "utf8")).toBe(
      '#!/usr/bin/env node\nrequire("../../../../../../../terraform.d/terraform-provider-trust.cjs");\n',
    );
    expect(readFileSync(join(program, "../package.json"), "utf8")).toBe('{ "type": "commonjs" }\n');
  });

  test("touches nothing that is right, and changes the bundle alone when that changes", () => {
    // GIVEN
    installProvider(directory, { bundle });
    const stamps = () => files().map((file) => [file, statSync(file).ino, statSync(file).mtimeMs]);
    const before = stamps();

    // WHEN
    installProvider(directory, { bundle });

    // THEN
    expect(stamps()).toEqual(before);

    // WHEN
    writeFileSync(bundle, "// two\n");
    installProvider(directory, { bundle });

    // THEN what Terraform's lock file has a hash of stays
    const changed = stamps().filter((stamp, index) => String(stamp) !== String(before[index]));
    expect(changed.map(([file]) => file)).toEqual([
      join(directory, "terraform.d", "terraform-provider-trust.cjs"),
    ]);
    expect(readFileSync(join(directory, "terraform.d", "terraform-provider-trust.cjs"), "utf8")).toBe(
      "// two\n",
    );
  });
});
