import { ConfigFile, Host } from "../../lib";
import type { ConfigSetting } from "../../lib/model";
import { declare } from "../systems/support/declaration";

const host = Host.manual("flow", { platform: "windows" });
const settings: readonly ConfigSetting[] = [
  { kind: "xml-attribute", element: "service-gateway", attribute: "ssl", value: "true" },
  { kind: "property", key: "ssl.port", value: "8443" },
  { kind: "property", key: "http.port", value: null },
  { kind: "line", pattern: "^wrapper\\.java\\.additional\\.7=", value: "wrapper.java.additional.7=-Dx=y" },
];

describe("ConfigFile", () => {
  test("minimal: no setting of ours, in a file that stays on its host", () => {
    const plan = declare(
      (scope) =>
        new ConfigFile(scope, "Config", { host: Host.local("app"), path: "/conf/app.xml", settings: [] }),
    );
    expect(plan.configFiles).toEqual([
      { id: "stack/Config", hostId: "app", path: "/conf/app.xml", settings: [] },
    ]);
    expect(plan.hosts).toEqual([Host.local("app").plan]);
    expect(plan.files).toEqual([]);
  });

  test("full: settings in their order, the site's copy and the key", () => {
    const plan = declare(
      (scope) =>
        new ConfigFile(scope, "Config", {
          host,
          path: "C:\\Flow\\conf\\..\\conf\\wrapper.conf",
          settings,
          source: "site/wrapper.conf",
          key: "Old/Config",
        }),
    );
    expect(plan.configFiles).toEqual([
      {
        id: "stack/Old/Config",
        hostId: "flow",
        path: "C:\\Flow\\conf\\wrapper.conf",
        settings,
        source: "site/wrapper.conf",
      },
    ]);
    expect(plan.hosts).toEqual([host.plan]);
  });

  test.each(["conf\\wrapper.conf", "\\conf\\wrapper.conf", "/conf/wrapper.conf"])(
    "is refused where its path is not absolute: %s",
    (path) => {
      expect(() => declare((scope) => new ConfigFile(scope, "Config", { host, path, settings }))).toThrow(
        expect.objectContaining({ code: "path-not-absolute" }),
      );
    },
  );

  test("is refused where its key is no name", () => {
    const props = { host, path: "C:\\wrapper.conf", settings, key: "/Config" };
    expect(() => declare((scope) => new ConfigFile(scope, "Config", props))).toThrow(
      expect.objectContaining({ code: "invalid-key" }),
    );
  });

  test("is refused where a pattern is no regular expression", () => {
    const line: ConfigSetting = { kind: "line", pattern: "(", value: "(" };
    const props = { host, path: "C:\\wrapper.conf", settings: [line] };
    expect(() => declare((scope) => new ConfigFile(scope, "Config", props))).toThrow(
      'stack/Config: the pattern "(" is no regular expression',
    );
  });
});
