import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readSetting } from "../../../lib/config";
import { describeWith, slowly } from "../../support/tools";
import type { AttachedStack } from "../../provider/support/attachedStack";
import { stackForEachTest } from "../../provider/support/stackForEachTest";

const original = "# Settings of the product\nport=8080\ncolour=blue\n";

describeWith("terraform", "trust_config_file under Terraform", () => {
  let stack: AttachedStack;
  let folder: string;
  let file: string;

  stackForEachTest({}, (begun, opt) => {
    [stack, folder] = [begun, opt];
    file = join(folder, "Agent.properties");
    writeFileSync(file, original);
    declare(
      '{ kind = "property", key = "port", value = "8443" }',
      '{ kind = "property", key = "tls", value = "on" }',
    );
    stack.init();
  });

  function declare(...settings: string[]): void {
    stack.configure(`
resource "trust_config_file" "agent" {
  host     = "local:../host"
  path     = "/opt/agent.properties"
  settings = [${settings.join(", ")}]
}`);
  }

  test("sets values, leaves the rest alone, and puts the previous values back", () => {
    stack.detach();
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

  slowly("shows drift a key at a time, and leaves a value that somebody changed", () => {
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

  test("does not replace somebody else's value where that is refused, and shows no change for older rows", () => {
    // GIVEN a row that says nothing of it
    declare('{ kind = "property", key = "port", value = "8443" }');
    stack.apply();
    expect(stack.plan()).toEqual([]);

    // WHEN another value of the product's is declared, and its own is not to be replaced
    declare(
      '{ kind = "property", key = "port", value = "8443", on_foreign = "refuse" }',
      '{ kind = "property", key = "colour", value = "red", on_foreign = "refuse" }',
    );
    const refused = stack.apply();

    // THEN
    expect(refused.text.replaceAll(/[\s│]+/g, " ")).toContain(
      "property colour is set already to something else",
    );
    expect(refused.text).not.toContain("blue");
    expect(readFileSync(file, "utf8")).toBe(original.replace("8080", "8443"));
  });

  describe.each([
    "reconstructed-IAConfig-A-ssl-false-lf.xml",
    "reconstructed-IAConfig-B-ssl-true-crlf.xml",
    "reconstructed-IAConfig-C-hard-formatting-bom.xml",
  ])("the Integration Agent's %s", (sample) => {
    const shipped = readFileSync(join(__dirname, "../../fixtures/samples", sample));
    let config: string;

    beforeEach(() => {
      config = join(folder, "iaconfig.xml");
      writeFileSync(config, shipped);
    });

    function declareGateway(values: Readonly<Record<string, string>>): void {
      const settings = Object.entries(values).map(
        ([attribute, value]) =>
          `{ kind = "xml-attribute", element = "service-gateway", attribute = "${attribute}", value = "${value}" }`,
      );
      stack.configure(`
resource "trust_config_file" "agent" {
  host     = "local:../host"
  path     = "/opt/IAConfig.xml"
  settings = [${settings.join(", ")}]
}`);
    }

    test("is edited in place, shows drift by attribute, and comes back byte by byte", () => {
      // WHEN
      declareGateway({ ssl: "true", host: "ia01.example.com", port: "9443" });
      stack.apply();

      // THEN the attributes are there, and byte order mark, line ends and comments as they were
      const edited = readFileSync(config);
      expect(stack.plan()).toEqual([]);
      expect(edited.subarray(0, 3).equals(shipped.subarray(0, 3))).toBe(true);
      expect(lineEnds(edited)).toEqual(lineEnds(shipped));
      expect(edited.toString().match(/<!--[^]*?-->/g)).toEqual(shipped.toString().match(/<!--[^]*?-->/g));

      // WHEN it is destroyed
      stack.destroy();

      // THEN
      expect(readFileSync(config).equals(shipped)).toBe(true);
      stack.apply();

      // WHEN somebody changes one attribute
      writeFileSync(config, edited.toString().replace("9443", "9999"));
      const [change] = stack.plan();

      // THEN only that one is drift
      expect(change?.before).toMatchObject({
        settings: [
          { attribute: "ssl", value: "true" },
          { attribute: "host", value: "ia01.example.com" },
          { attribute: "port", value: "9999" },
        ],
      });

      // WHEN it is put right and destroyed
      stack.apply();
      expect(readFileSync(config).equals(edited)).toBe(true);
      stack.destroy();

      // THEN what that person wrote last is there again, and nothing of ours
      const left = readFileSync(config);
      const valueOf = (bytes: Buffer, attribute: string) =>
        readSetting(bytes, { kind: "xml-attribute", element: "service-gateway", attribute, value: null });
      expect(valueOf(left, "port")).toBe("9999");
      for (const attribute of ["ssl", "host"])
        expect(valueOf(left, attribute)).toBe(valueOf(shipped, attribute));
    });
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

/** Which line ends a file has; a new attribute may stand on a line of its own, but never under another line end. */
function lineEnds(bytes: Buffer): { crlf: boolean; lf: boolean } {
  const text = bytes.toString();
  return { crlf: text.includes("\r\n"), lf: /(?<!\r)\n/.test(text) };
}
