import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { RootConstruct } from "constructs";
import { Secret } from "../../lib";
import { callbackScript } from "../../lib/systems/electricFlow/callbackScript";
import { serverAddressScript } from "../../lib/systems/electricFlow/serverAddressScript";
import { configurationVariables } from "../../lib/systems/integrationServer/integrationServerVariables";
import {
  type JavaTlsSettings,
  javaOptionsScript,
  jettyXml,
  springBootProperties,
  tomcatConnector,
} from "../../lib/systems/javaServer/javaServerFiles";
import { passwordVariable } from "../../lib/systems/passwordVariable";
import { nginxConfiguration } from "../../lib/systems/pemServer/nginxConfiguration";
import {
  type RestCallFiles,
  curlConfiguration,
  curlScript,
} from "../../lib/systems/restClient/restClientFiles";
import { smokeTestScript } from "../../lib/systems/xmatters/xmattersSmokeTest";
import { TextError } from "../../lib/text";
import { program, withDirectory } from "./support/scripts";

const java: JavaTlsSettings = {
  port: 8443,
  keystorePath: "/etc/app/keys.p12",
  keystoreType: "PKCS12",
  keystoreVariable: "APP_PASSWORD",
  alias: "app",
  clientAuthentication: "none",
};

const call: RestCallFiles = {
  name: "orders",
  address: "api.example.com",
  port: 443,
  certificatePath: "/home/ci/orders.crt",
  keyPath: "/home/ci/orders.key",
  anchorsPath: undefined,
  passwordVariable: "ORDERS_PASSWORD",
};

describe("the script with java's options", () => {
  test("runs nothing that stands in a path or a password", async () => {
    await withDirectory((directory) => {
      // GIVEN
      const marker = join(directory, "executed");
      const path = `/x\nEND_OF_OPTIONS\ntouch ${marker}\n: $(touch ${marker}) \`touch ${marker}\` "\\`;
      program(directory, "java", `#!/bin/sh\ncat "\${1#@}" > "${directory}/options"\n`);
      const script = program(directory, "run.sh", javaOptionsScript({ ...java, keystorePath: path }));

      // WHEN
      const { status } = spawnSync("sh", [script], {
        env: { PATH: `${directory}:${process.env["PATH"] ?? ""}`, APP_PASSWORD: `a\nb$(touch ${marker})` },
      });

      // THEN
      expect(status).toBe(0);
      expect(existsSync(marker)).toBe(false);
      expect(readFileSync(join(directory, "options"), "utf8").split("\n")).toEqual([
        String.raw`"-Djavax.net.ssl.keyStore=/x\nEND_OF_OPTIONS\ntouch ${marker}\n: $(touch ${marker}) ` +
          `\`touch ${marker}\` \\"\\\\"`,
        '"-Djavax.net.ssl.keyStoreType=PKCS12"',
        String.raw`"-Djavax.net.ssl.keyStorePassword=a\nb$(touch ${marker})"`,
        "",
      ]);
    });
  });
});

describe("what a product's file cannot carry is refused", () => {
  const path = (keystorePath: string) => ({ ...java, keystorePath });

  test.each<[string, () => string]>([
    [
      "$ in nginx",
      () =>
        nginxConfiguration({
          names: ["a"],
          port: 1,
          certificatePath: "/a$b",
          keyPath: "/k",
          passwordFile: "/p",
          clientAuthentication: "none",
        }),
    ],
    [
      "a line break in nginx",
      () =>
        nginxConfiguration({
          names: ["a"],
          port: 1,
          certificatePath: "/a\nb",
          keyPath: "/k",
          passwordFile: "/p",
          clientAuthentication: "none",
        }),
    ],
    ["a placeholder in Tomcat's connector", () => tomcatConnector(path("/a${APP_PASSWORD}"))],
    ["a control character in Tomcat's connector", () => tomcatConnector(path("/a\u001bb"))],
    ["a control character in Jetty's XML", () => jettyXml(path("/a\u0000b"))],
    ["a placeholder in Spring's properties", () => springBootProperties(path("/a${APP_PASSWORD}"))],
    [
      "a reference to a secret in a runtime's variables",
      () =>
        configurationVariables(
          {
            stores: [
              {
                kind: "trust",
                alias: "T",
                path: "/a$secret{x}",
                type: "JKS",
                passwordVariable: "P",
                keys: [],
              },
            ],
            settings: [],
            ports: [],
            consumerEndpoints: [],
            certificateMappings: [],
            variables: [],
          },
          "env",
        ),
    ],
    ["quotes in a batch file's address", () => serverAddressScript(true, "ectool", 'a" & calc & "', "C:\\k")],
    ["quotes in a batch file's command", () => serverAddressScript(true, 'x" & calc & "', "a", "C:\\k")],
    [
      "a line break in a batch file's path",
      () => callbackScript(true, "ectool", [{ property: "p", valueFile: "C:\\a\r\ncalc", query: "q" }]),
    ],
    [
      "quotes in a batch file's reference",
      () =>
        callbackScript(true, "ectool", [{ property: "p", valueFile: "C:\\a", query: 'jobId=" & calc & "' }]),
    ],
    [
      "quotes in the smoke test",
      () =>
        smokeTestScript({
          platform: "windows",
          url: 'https://a"&calc',
          certificatePath: "C:\\a",
          eventPath: "C:\\b",
          recipient: "bsmith",
        }),
    ],
  ])("%s", (_what, write) => {
    expect(write).toThrow(TextError);
  });
});

describe("the batch file that sets ElectricFlow's address", () => {
  test("never hands what the server answers to cmd.exe as a command", () => {
    const script = serverAddressScript(
      true,
      String.raw`C:\100%\ectool.exe`,
      "flow.example.com",
      String.raw`C:\100%\kept`,
    );
    expect(script).toContain(String.raw`set "ECTOOL=C:\100%%\ectool.exe"`);
    expect(script).not.toMatch(/%ACTUAL%/);
  });
});

describe("curl's files", () => {
  test("have no line that a text wrote", () => {
    const text = curlConfiguration({
      ...call,
      address: 'a\nurl = "http://evil.example"',
      certificatePath: '/a\nurl = "http://evil.example"',
      keyPath: '/k"\nx',
    });
    const lines = text.split("\n").filter((line) => !line.startsWith("#"));
    expect(lines).toEqual([
      String.raw`cert = "/a\nurl = \"http\\://evil.example\""`,
      String.raw`key = "/k\"\nx"`,
      "",
    ]);
  });

  test("carry a password with a line break as one value", async () => {
    await withDirectory((directory) => {
      program(directory, "curl", "#!/bin/sh\ncat\n");
      const script = program(directory, "run.sh", curlScript("/x", "ORDERS_PASSWORD"));
      const { stdout } = spawnSync("sh", [script], {
        encoding: "utf8",
        env: { PATH: `${directory}:${process.env["PATH"] ?? ""}`, ORDERS_PASSWORD: 'a\nurl = "b' },
      });
      expect(stdout).toBe(String.raw`pass = "a\nurl = \"b"` + "\n");
    });
  });
});

test("a variable made of an id is one that a shell takes", () => {
  expect(passwordVariable(new RootConstruct("stack"), Secret.file("x"), "1and1")).toBe("_1AND1_PASSWORD");
  expect(passwordVariable(new RootConstruct("stack"), Secret.file("x"), "a-b")).toBe("A_B_PASSWORD");
});
