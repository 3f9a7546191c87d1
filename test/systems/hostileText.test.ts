import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { RootConstruct } from "constructs";
import { Secret } from "../../lib";
import { callbackScript } from "../../lib/systems/electricFlow/callbackScript";
import { serverAddressScript } from "../../lib/systems/electricFlow/serverAddressScript";
import { configurationVariables } from "../../lib/systems/integrationServer/integrationServerVariables";
import { javaOptionsScript } from "../../lib/systems/javaServer/javaOptions";
import { Kafka } from "../../lib/systems/javaServer/javaProduct";
import type { JavaTlsSettings } from "../../lib/systems/javaServer/javaTlsSettings";
import { jettyIni, jettyXml } from "../../lib/systems/javaServer/jetty";
import { kafkaBrokerSettings } from "../../lib/systems/javaServer/kafka";
import { springBootFile } from "../../lib/systems/javaServer/springBoot";
import { tomcatConnector } from "../../lib/systems/javaServer/tomcat";
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
  names: ["app.example.com"],
  port: 8443,
  keystore: { path: "/etc/app/keys.p12", type: "PKCS12", variable: "APP_PASSWORD" },
  alias: "app",
  besides: [],
  clientAuthentication: "none",
};

function keptAt(path: string): JavaTlsSettings {
  return { ...java, keystore: { ...java.keystore, path } };
}

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
      const script = program(directory, "run.sh", javaOptionsScript(keptAt(path)));

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
    ["a placeholder in Tomcat's connector", () => tomcatConnector(keptAt("/a${APP_PASSWORD}"))],
    ["a control character in Tomcat's connector", () => tomcatConnector(keptAt("/a\u001bb"))],
    ["a control character in Jetty's XML", () => jettyXml(keptAt("/a\u0000b"), 12)],
    ["a line break in Jetty's ini", () => jettyIni(keptAt("/a\n--module=evil"), 12)],
    ["a placeholder in Jetty's ini", () => jettyIni(keptAt("/a${jetty.base}"), 10)],
    ...(["2.7", "3.1"] as const).map((version): [string, () => string] => [
      `a placeholder in the properties of Spring Boot ${version}`,
      () => springBootFile(keptAt("/a${APP_PASSWORD}"), version, "/tls.properties"),
    ]),
    [
      "a reference in Kafka's properties",
      () => JSON.stringify(kafkaBrokerSettings(keptAt("/a${env:HOME}"), Kafka.version("4.0"))),
    ],
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
