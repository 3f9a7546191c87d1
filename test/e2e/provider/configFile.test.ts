import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeWith } from "../../support/tools";
import { TerraformStack, bundleProvider } from "../../provider/support/terraform";

const original = "# Settings of the product\nport=8080\ncolour=blue\n";

describeWith("terraform", "trust_config_file under Terraform", () => {
  const scratch = mkdtempSync(join(tmpdir(), "trust-config-"));
  const bundle = bundleProvider(scratch);
  let stack: TerraformStack;
  let folder: string;
  let file: string;

  beforeEach(() => {
    stack = new TerraformStack(bundle);
    folder = join(stack.root, "host", "opt");
    file = join(folder, "Agent.properties");
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, original);
    declare(
      '{ kind = "property", key = "port", value = "8443" }',
      '{ kind = "property", key = "tls", value = "on" }',
    );
    stack.init();
  });

  afterEach(() => stack.remove());
  afterAll(() => rmSync(scratch, { recursive: true }));

  function declare(...settings: string[]): void {
    stack.configure(`
resource "trust_config_file" "agent" {
  host     = "local:../host"
  path     = "/opt/agent.properties"
  settings = [${settings.join(", ")}]
}`);
  }

  test("sets values, leaves the rest alone, and puts the previous values back", () => {
    // WHEN
    const applied = stack.apply();

    // THEN
    expect(applied.text).toContain("1 added");
    expect(readFileSync(file, "utf8")).toBe("# Settings of the product\nport=8443\ncolour=blue\ntls=on\n");
    expect(stack.plan()).toEqual([]);

    // WHEN one setting is declared no longer
    declare('{ kind = "property", key = "tls", value = "on" }');
    expect(stack.apply().text).toContain("1 changed");

    // THEN its previous value is back
    expect(readFileSync(file, "utf8")).toBe("# Settings of the product\nport=8080\ncolour=blue\ntls=on\n");

    // WHEN
    expect(stack.destroy().text).toContain("1 destroyed");

    // THEN
    expect(readFileSync(file, "utf8")).toBe(original);
    expect(readdirSync(folder).filter((name) => name.endsWith(".json"))).toEqual([]);
  });

  test("shows drift a key at a time, and leaves a value that somebody changed", () => {
    // GIVEN
    stack.apply();
    writeFileSync(file, readFileSync(file, "utf8").replace("port=8443", "port=9999"));

    // WHEN
    const [change] = stack.plan();

    // THEN
    expect(change?.actions).toEqual(["update"]);
    expect(change?.before).toMatchObject({
      settings: [
        { key: "port", value: "9999" },
        { key: "tls", value: "on" },
      ],
    });
    expect(change?.after).toMatchObject({
      settings: [
        { key: "port", value: "8443" },
        { key: "tls", value: "on" },
      ],
    });

    // WHEN it is destroyed as it is
    const destroyed = stack.destroy();

    // THEN
    expect(destroyed.text).toContain("Somebody has changed property port since it was set");
    expect(readFileSync(file, "utf8")).toBe("# Settings of the product\nport=9999\ncolour=blue\n");
  });

  test.each([
    ["a file that is not there", () => rmSync(file), "does not exist. Install the product"],
    [
      "a setting without its key",
      () => declare('{ kind = "property", value = "8443" }'),
      'kind = "property" with key',
    ],
    [
      "a setting that is given twice",
      () =>
        declare(
          '{ kind = "property", key = "a", value = "1" }',
          '{ kind = "property", key = "a", value = "2" }',
        ),
      '"property a" is declared twice',
    ],
  ])("says what to do about %s and changes nothing", (_what, spoil, sentence) => {
    // GIVEN
    spoil();

    // WHEN
    const { status, text } = stack.apply();

    // THEN
    expect(status).toBe(1);
    expect(text).toContain(sentence);
    if (existsSync(file)) expect(readFileSync(file, "utf8")).toBe(original);
    expect(readdirSync(folder).filter((name) => name !== "Agent.properties")).toEqual([]);
  });
});
