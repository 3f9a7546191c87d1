import { ConfigError, editConfig, readSetting, settingName, settingOfName } from "../../lib/config";
import type { ConfigSetting } from "../../lib/model";

const ssl: ConfigSetting = {
  kind: "xml-attribute",
  element: "service-gateway",
  attribute: "ssl",
  value: "true",
};
const host: ConfigSetting = { ...ssl, attribute: "host", value: null };
const timeout: ConfigSetting = { kind: "property", key: "timeout", value: "5" };
const line: ConfigSetting = { kind: "line", pattern: "^# by", value: "# by us" };

it("edits each kind of file with one call", () => {
  const xml = editConfig(Buffer.from('<service-gateway ssl="false" host="x"/>'), [ssl, host]);
  expect(xml.toString()).toBe('<service-gateway ssl="true"/>');
  expect(editConfig(Buffer.from("timeout=1\n"), [line, timeout]).toString()).toBe("timeout=5\n# by us\n");
});

it("gives the previous values that destroy puts back", () => {
  const before = Buffer.from('<a>\n<service-gateway port="1" host="x" ssl="false"/></a>');
  const settings = [ssl, { ...host, value: "y" }];
  const previous = settings.map((setting) => ({ ...setting, value: readSetting(before, setting) }));
  expect(editConfig(editConfig(before, settings), previous)).toEqual(before);
});

it("refuses one setting twice, and XML mixed with another kind", () => {
  expect(() => editConfig(Buffer.from(""), [timeout, { ...timeout, value: "6" }])).toThrow(ConfigError);
  expect(() => editConfig(Buffer.from(""), [timeout, ssl])).toThrow(
    "either XML, or it has properties or lines",
  );
});

it("names settings", () => {
  expect([ssl, timeout, line].map(settingName)).toEqual([
    "xml-attribute service-gateway/@ssl",
    "property timeout",
    "line ^# by",
  ]);
});

it("reads the names of settings", () => {
  const odd: ConfigSetting[] = [
    { kind: "property", key: "a b\n/@c", value: null },
    { kind: "line", pattern: "^line x/@y$", value: null },
    { kind: "xml-attribute", element: "a", attribute: "b", value: null },
  ];
  expect(odd.map(settingName).map(settingOfName)).toEqual(odd);
  expect(["", "property", "key a", "xml-attribute a"].map(settingOfName)).toEqual(Array(4).fill(undefined));
});
