import { spawnSync } from "node:child_process";
import { createServer as createPlainServer } from "node:http";
import { createServer } from "node:https";
import type { Server } from "node:net";
import { join } from "node:path";
import { Certificate, CertificateAuthority, Host, Keystore, Secret } from "../../../lib/constructs";
import {
  JavaClient,
  XmattersIntegrationAgent,
  type XmattersIntegrationAgentProps,
} from "../../../lib/systems";
import { isPresentedBefore } from "../../../lib/java/aliasOrder";
import { smokeTestEvent, smokeTestScript } from "../../../lib/systems/xmatters/xmattersSmokeTest";
import { javaProgram } from "../../support/javaProgram";
import { describeWith, tool } from "../../support/tools";
import { declare, textOf } from "../support/declaration";
import { program, runAsync, shellcheck, withDirectory } from "../support/scripts";
import { selfSigned, whileListening } from "../support/servers";

const home = "/opt/xmatters/integrationagent";

function declareAgent(props: Partial<XmattersIntegrationAgentProps> = {}) {
  return declare((scope) => {
    const agent = new XmattersIntegrationAgent(scope, "Agent", {
      host: Host.local("ia"),
      home,
      serverAddress: "ia01.example.com",
      certificate: Certificate.selfSigned(),
      keystorePassword: Secret.env("IA_PASSWORD"),
      ...props,
    });
    const host = Host.local("management");
    const truststore = new Keystore(scope, "Cacerts", {
      host,
      path: "/opt/management/jre/lib/security/cacerts",
      password: Secret.env("CACERTS_PASSWORD"),
      profile: "jks",
      ifMissing: "fail",
    });
    new JavaClient(scope, "Management", { host, truststore }).calls(agent);
  });
}

describe("XmattersIntegrationAgent", () => {
  test("puts its identity beside apia into the keystore that the product brought", () => {
    // WHEN
    const declared = declareAgent();

    // THEN
    expect(declared.stores[0]).toMatchObject({
      path: `${home}/conf/.keystore`,
      profile: "jks",
      ifMissing: "fail",
      password: "env:IA_PASSWORD",
    });
    expect(declared.entries).toMatchObject([
      { kind: "key", alias: "new-cert", onForeign: "refuse" },
      { kind: "anchor", alias: "xmatters-integration-agent", unlessAlreadyTrusted: true },
    ]);
    expect(declared.entries[0]).not.toHaveProperty("keyPassword");
    expect(declared.findings).toEqual([]);
  });

  test("switches the service gateway to TLS and leaves its host alone", () => {
    expect(declareAgent().configFiles).toMatchObject([
      {
        path: `${home}/conf/IAConfig.xml`,
        settings: [
          { kind: "xml-attribute", element: "service-gateway", attribute: "ssl", value: "true" },
          { kind: "xml-attribute", element: "service-gateway", attribute: "port", value: "8081" },
        ],
      },
    ]);
  });

  test("sets the gateway's host and port where they are given", () => {
    expect(declareAgent({ gatewayHost: "ia01.example.com", port: 8443 }).configFiles[0]?.settings).toEqual([
      { kind: "xml-attribute", element: "service-gateway", attribute: "ssl", value: "true" },
      { kind: "xml-attribute", element: "service-gateway", attribute: "host", value: "ia01.example.com" },
      { kind: "xml-attribute", element: "service-gateway", attribute: "port", value: "8443" },
    ]);
  });

  test("declares the management system's call", () => {
    expect(declareAgent().hops).toMatchObject([
      {
        address: "ia01.example.com",
        clientHostId: "management",
        anchors: { kind: "store", storeId: "stack/Cacerts" },
      },
    ]);
  });

  test.each([
    ["self-signed", () => Certificate.selfSigned(), "self-signed"],
    [
      "a PFX",
      () => Certificate.imported({ file: "ia.pfx", password: Secret.env("PFX_PASSWORD") }),
      "imported",
    ],
    ["PEM and key", () => Certificate.imported({ file: "ia.cer", keyFile: "ia.key" }), "imported"],
    ["a JKS", () => Certificate.imported({ file: "ia.jks", alias: "1" }), "imported"],
  ])("takes its identity from %s", (_title, certificate, kind) => {
    expect(declareAgent({ certificate: certificate() }).identities[0]?.request.kind).toBe(kind);
  });

  test("takes its identity from an authority", () => {
    // WHEN
    const declared = declare((scope) => {
      const authority = new CertificateAuthority(scope, "Authority", { commonName: "Example Root" });
      new XmattersIntegrationAgent(scope, "Agent", {
        host: Host.local("ia"),
        home,
        serverAddress: "ia01.example.com",
        certificate: Certificate.issuedBy(authority),
        keystorePassword: Secret.env("IA_PASSWORD"),
      });
    });

    // THEN
    expect(declared.identities.map(({ request }) => request.kind)).toEqual(["authority", "issued"]);
  });

  test("reports an alias that Java would not present beside apia", () => {
    expect(declareAgent({ alias: "https" }).findings).toMatchObject([
      { level: "error", rule: "other-identity-presented", subject: "stack/Agent/Endpoint" },
    ]);
    expect(declareAgent({ alias: "https", keyManager: "NewSunX509" }).findings).toEqual([]);
    expect(declareAgent({ alias: "server", otherKeyAliases: ["apia", "1"] }).findings).toHaveLength(1);
  });

  test("leaves apia to the iadmin tool", () => {
    expect(() => declareAgent({ alias: "APIA" })).toThrow("belongs to the iadmin tool");
  });

  test("knows the commands of both platforms", () => {
    // GIVEN
    const agentOn = (platform: "posix" | "windows", agentHome: string) => {
      let commands: XmattersIntegrationAgent["commands"] | undefined;
      declare((scope) => {
        commands = new XmattersIntegrationAgent(scope, "Agent", {
          host: Host.local("ia", { platform }),
          home: agentHome,
          serverAddress: "ia01.example.com",
          certificate: Certificate.selfSigned(),
          keystorePassword: Secret.env("IA_PASSWORD"),
        }).commands;
      });
      return commands;
    };

    // THEN
    expect(agentOn("posix", home)).toMatchObject({
      restart: `${home}/bin/stop_daemon.sh\n${home}/bin/start_daemon.sh`,
      status: `${home}/bin/iadmin.sh get-status`,
    });
    expect(agentOn("windows", String.raw`C:\Program Files\xMatters\ia`)?.status).toBe(
      String.raw`call "C:\Program Files\xMatters\ia\bin\iadmin.bat" get-status`,
    );
  });

  test("carries its own name beside the one that several agents share", () => {
    const declared = declareAgent({ serverAddress: "agents.example.com", otherNames: ["ia01.example.com"] });
    expect(declared.endpoints[0]?.names).toEqual(["agents.example.com", "ia01.example.com"]);
    expect(declared.identities[0]?.request).toMatchObject({
      names: [
        { kind: "dns", value: "agents.example.com" },
        { kind: "dns", value: "ia01.example.com" },
      ],
    });
    expect(declared.runbooks[0]?.steps.map(({ command }) => command)).toEqual(
      expect.arrayContaining([
        "keytool -printcert -sslserver agents.example.com:8081",
        "keytool -printcert -sslserver ia01.example.com:8081",
      ]),
    );
  });

  test("names the callers that it cuts off before anything is restarted", () => {
    const { findings, runbooks } = declareAgent({ httpCallers: ["nagios01", "solarwinds"] });
    expect(findings).toMatchObject([
      {
        level: "warning",
        rule: "plain-callers",
        message: expect.stringContaining("nagios01, solarwinds"),
      },
    ]);
    expect(runbooks[0]?.steps[0]?.text).toContain("`nagios01`, `solarwinds`");
    expect(runbooks[0]?.steps[1]?.text).toContain("Restart the Integration Agent");
  });

  test("says how to find the callers that nobody named", () => {
    const [first] = declareAgent().runbooks[0]?.steps ?? [];
    expect(first).toMatchObject({
      command: "{ ss -tn 2>/dev/null || netstat -an; } | grep '[.:]8081 ' || true",
    });
  });

  test("looks at apia where iadmin gets no answer, and knows the way back", () => {
    const [runbook] = declareAgent().runbooks;
    const list = `keytool -list -v -alias apia -keystore ${home}/conf/.keystore`;
    expect(runbook?.steps.map(({ command }) => command)).toEqual(
      expect.arrayContaining([list, `${list}.before-"$TRUST_RUN"`]),
    );
    expect(runbook?.back?.before?.[0]?.command).toBe(`${home}/bin/stop_daemon.sh`);
    expect(runbook?.back?.after[0]?.command).toBe(`${home}/bin/start_daemon.sh`);
  });

  test("explains the log line of a caller that still uses http", () => {
    expect(JSON.stringify(declareAgent().runbooks)).toContain(
      "Unrecognized SSL message, plaintext connection?",
    );
  });
});

describeWith(["java", "keytool"], "the order in which Java presents keys", () => {
  test("is the one that the lint knows", () => {
    return withDirectory((directory) => {
      // GIVEN
      const store = join(directory, "store.jks");
      const aliases = ["new-cert", "server", "tomcat", "1", "ia01.example.com", "https", "mykey", "zzz"];
      const words = "-genkeypair -alias any -keyalg RSA -dname CN=any -storepass alarmpoint".split(" ");
      spawnSync(tool("keytool"), [...words, "-keystore", store]);

      // WHEN
      const { stdout } = spawnSync(
        tool("java"),
        [
          ...javaProgram(join(__dirname, "..", "java", "PresentedAlias.java")),
          store,
          "alarmpoint",
          ...aliases,
        ],
        { encoding: "utf8" },
      );

      // THEN
      expect(stdout.trim().split("\n")).toEqual(
        aliases.map((alias) => (isPresentedBefore(alias, "apia") ? alias : "apia")),
      );
      expect(aliases.filter((alias) => !isPresentedBefore(alias, "apia"))).toEqual(["https", "mykey", "zzz"]);
    });
  });
});

describeWith(["shellcheck", "xmllint", "curl", "openssl"], "the smoke test", () => {
  test("is a script and an event that their readers accept", () => {
    const declared = declareAgent({ smokeTest: { recipient: "smith & <sons>" } });
    expect(shellcheck(textOf(declared, "https-smoke-test.sh"))).toBe("");
    const lint = spawnSync(tool("xmllint"), ["--xpath", "string(//targetName)", "-"], {
      input: textOf(declared, "https-smoke-test.xml"),
      encoding: "utf8",
    });
    expect(lint).toMatchObject({ status: 0, stdout: "smith & <sons>\n" });
  });

  test.each([
    ["", 1],
    ["n\n", 1],
    ["yes, please\n", 1],
    ["y\n", 7],
  ])("asks before it notifies a person: %j", (input, status) =>
    withDirectory((directory) => {
      const script = smokeTestScript({
        platform: "posix",
        url: "https://localhost:1/",
        certificatePath: "/etc/ssl/certs/ca-certificates.crt",
        eventPath: program(directory, "event.xml", ""),
        recipient: "it's \u202eb\u0007smith",
      });
      // WHEN nobody listens on port 1, so that curl says 7 where it is run
      const result = spawnSync(program(directory, "test.sh", script), { input, encoding: "utf8" });
      // THEN
      expect(result.status).toBe(status);
      expect(result.stderr).toContain("This notifies it's \\u{202e}b\\u{7}smith. Send the event? [y/N]");
    }),
  );

  test("on Windows asks, too, and takes an authority without revocation lists", () => {
    const host = Host.local("ia", { platform: "windows" });
    const text = textOf(declareAgent({ host, home: String.raw`C:\ia` }), "https-smoke-test.bat");
    expect(text).toContain('choice /c yn /m "This notifies bsmith. Send the event?"');
    expect(text).toContain("curl.exe --ssl-revoke-best-effort ");
  });

  test("passes over HTTPS and names the cause where the port speaks plain HTTP or serves another certificate", async () => {
    await withDirectory(async (directory) => {
      // GIVEN
      const eventPath = program(directory, "it's the event.xml", smokeTestEvent("bsmith"));
      const received: string[] = [];
      const collect: Parameters<typeof createPlainServer>[1] = (request, response) => {
        request.on("data", (chunk: Buffer) => received.push(chunk.toString()));
        request.on("end", () => response.end("<requestId>1</requestId>"));
      };
      const credentials = (name: string) => selfSigned(directory, name);
      const agent = credentials("agent");
      const run = (server: Server) =>
        whileListening(server, (port) => {
          const script = smokeTestScript({
            platform: "posix",
            url: `https://localhost:${port}/http/applications_sample-plan`,
            certificatePath: join(directory, "agent.crt"),
            eventPath,
            recipient: "bsmith",
          });
          return runAsync(program(directory, "test.sh", script), ["yes"]);
        });

      // WHEN
      const overTls = await run(createServer(agent, collect));
      const plain = await run(createPlainServer(collect));
      const other = await run(createServer(credentials("apia"), collect));

      // THEN
      expect(overTls).toEqual({ status: 0, stdout: "<requestId>1</requestId>", stderr: "" });
      expect(received).toEqual([smokeTestEvent("bsmith")]);
      expect(plain).toMatchObject({ status: 35, stderr: expect.stringContaining("answers without TLS") });
      expect(other).toMatchObject({ status: 60, stderr: expect.stringContaining("another certificate") });
    });
  });
});
