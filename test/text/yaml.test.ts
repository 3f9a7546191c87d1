import { parse } from "yaml";
import { yamlProperties } from "../../lib/text";

describe("yamlProperties", () => {
  test.each([
    "plain",
    "${APP_PASSWORD}",
    'a "quoted" \\ one',
    "# no comment",
    "yes",
    "1e3",
    "line\nbreak: here",
    "\u202edesrever",
    "ümläut 🔑",
    "",
  ])("a YAML parser reads %j back, under its dotted key", (value) => {
    const text = yamlProperties(["comment\nwith: a break"], [["server.ssl.bundles[0].name", value]]);
    expect(parse(text)).toEqual({ "server.ssl.bundles[0].name": value });
  });
});
