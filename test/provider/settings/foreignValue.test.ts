import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openHost } from "../../../lib/hosts";
import type { ConfigSetting } from "../../../lib/model";
import { configFileResource } from "../../../lib/provider/resources/configFile";
import { setValues } from "../../../lib/provider/settings/setValues";
import { ResourceInProcess } from "../support/terraformInProcess";

describe("somebody else's value under a setting that refuses to replace it", () => {
  let folder: string;
  let file: string;
  let owner: ResourceInProcess;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "foreign-value-"));
    mkdirSync(join(folder, "opt"));
    file = join(folder, "opt/server.properties");
    owner = new ResourceInProcess(configFileResource, "web", folder);
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const apply = (value: string, onForeign: "refuse" | null = "refuse") => {
    const none = { element: null, attribute: null, pattern: null };
    const setting = { kind: "property", key: "providers", value, on_foreign: onForeign, ...none };
    return owner.apply({ host: "local:.", path: "/opt/server.properties", settings: [setting] });
  };
  const content = () => readFileSync(file, "utf8");

  test("stays, and the message says what to do and not what it is", async () => {
    writeFileSync(file, "providers=vault\n");
    const setting: ConfigSetting = { kind: "property", key: "providers", value: "env", onForeign: "refuse" };
    const claimant = { claim: "c", owner: "web", takeOver: [], declaredAt: "trust_config_file" };
    const changes = { wanted: [setting], dropped: [], planned: new Map() };
    const path = "/opt/server.properties";
    const done = setValues(openHost(`local:${folder}`), path, claimant, changes, { removesForGood: false });
    await expect(done).rejects.toMatchObject({
      code: "foreign-value",
      message: expect.stringMatching(/property providers is set already(?!.*vault)/),
    });
    expect(await apply("env")).toBe(false);
    expect(content()).toBe("providers=vault\n");
  });

  test("is replaced where nothing is refused, as before", async () => {
    writeFileSync(file, "providers=vault\n");
    expect(await apply("env", null)).toBe(true);
    expect(content()).toBe("providers=env\n");
  });

  test("is nobody's where there is none, or the declared one; ours may be changed", async () => {
    writeFileSync(file, "port=1\n");
    expect(await apply("env")).toBe(true);
    expect(await apply("file")).toBe(true);
    expect(content()).toBe("port=1\nproviders=file\n");

    // WHEN a person adds another one
    writeFileSync(file, "port=1\nproviders=file,vault\n");
    expect(await apply("file")).toBe(false);
    expect(content()).toBe("port=1\nproviders=file,vault\n");
  });

  test("may be what a stack of before this could replace: then it is ours, and put back in the end", async () => {
    writeFileSync(file, "providers=vault\n");
    await apply("env", null);
    expect(await apply("env")).toBe(true);
    await owner.destroy();
    expect(content()).toBe("providers=vault\n");
  });
});
