import {
  Activation,
  type ActivationPlan,
  CesServer,
  Certificate,
  ElectricFlowAgent,
  ElectricFlowServer,
  ElectricFlowWebServer,
  Host,
  IntegrationServer,
  IspwServer,
  type IHost,
  JavaClient,
  JavaServer,
  Jetty,
  Kafka,
  PemServer,
  Secret,
  SpringBoot,
  Tomcat,
  XmattersIntegrationAgent,
  RestClient,
} from "../../lib";
import type { Construct } from "constructs";
import { declare } from "./support/declaration";

const password = Secret.env("STORE");
const linux = Host.ssh("app.example.com");
const windows = Host.local("app", { platform: "windows" });

/** What a system does, as one line a command; what people do, in their words. */
function wayOf(build: (scope: Construct) => void): string | readonly string[] | undefined {
  const [activation] = declare(build).activations ?? [];
  return activation === undefined ? undefined : shown(activation);
}

function shown({ way }: ActivationPlan): string | readonly string[] {
  switch (way.kind) {
    case "run":
      return way.steps.map(({ argv }) => argv.join(" "));
    case "manual":
      return way.text;
    case "none":
      return `nothing: ${way.reason}`;
  }
}

type Product = ConstructorParameters<typeof JavaServer>[2]["product"];

function java(product?: Product, more: Partial<ConstructorParameters<typeof JavaServer>[2]> = {}) {
  return (scope: Construct) => {
    new JavaServer(scope, "App", {
      host: linux,
      ...(product === undefined ? {} : { product }),
      names: ["app.example.com"],
      port: 8443,
      keystorePath: "/etc/app/keys.p12",
      keystorePassword: password,
      alias: "server",
      certificate: Certificate.selfSigned(),
      ...more,
    });
  };
}

const serverAddress = "flow.example.com";
const flow =
  (host: IHost, more: Partial<ConstructorParameters<typeof ElectricFlowServer>[2]> = {}) =>
  (scope: Construct) => {
    new ElectricFlowServer(scope, "Flow", {
      host,
      serverAddress,
      keystorePassword: password,
      certificate: Certificate.selfSigned(),
      trustedAgents: [],
      ...more,
    });
  };

describe("each product's own activation", () => {
  test.each([
    ["Tomcat", java(Tomcat.version(11)), ["systemctl restart tomcat11"]],
    ["Jetty", java(Jetty.version(12)), ["systemctl restart jetty"]],
    ["Kafka", java(Kafka.version("4.0")), ["systemctl restart kafka"]],
    ["a service", java(SpringBoot.version("3.5"), { service: "shop" }), ["systemctl restart shop"]],
    [
      "Tomcat on Windows",
      java(Tomcat.version(9), { host: windows, keystorePath: String.raw`C:\keys.p12` }),
      ["net stop Tomcat9", "net start Tomcat9"],
    ],
    [
      "Spring Boot",
      java(SpringBoot.version("3.5")),
      "Restart Spring Boot 3.5: it reads its stores and files at start-up only.",
    ],
    [
      "ElectricFlow",
      flow(linux),
      ["sh -c systemctl restart commanderServer || /etc/init.d/commanderServer restart"],
    ],
    ["ElectricFlow on Windows", flow(windows), ["net stop CommanderServer", "net start CommanderServer"]],
    [
      "a cluster of ElectricFlow",
      flow(linux, { cluster: { zooKeeper: "zk:2181" } }),
      expect.stringMatching(/^Upload the keystore to ZooKeeper.*Do this on each node, one after another\.$/),
    ],
    [
      "ElectricFlow that keeps its certificate",
      (scope: Construct) => {
        new ElectricFlowServer(scope, "Flow", { host: linux, serverAddress, keystorePassword: password });
      },
      undefined,
    ],
    [
      "ElectricFlow's web server",
      (scope: Construct) => {
        new ElectricFlowWebServer(scope, "Web", {
          host: linux,
          names: [serverAddress],
          certificate: Certificate.selfSigned(),
          keyPassword: password,
        });
      },
      ["sh -c systemctl restart commanderApache || /etc/init.d/commanderApache restart"],
    ],
    [
      "an agent of ElectricFlow",
      (scope: Construct) => {
        new ElectricFlowAgent(scope, "Agent", {
          host: linux,
          names: [serverAddress],
          certificate: Certificate.selfSigned(),
          keyPassword: password,
        });
      },
      expect.stringMatching(/^Make the key that the agent reads/),
    ],
    [
      "xMatters",
      (scope: Construct) => {
        new XmattersIntegrationAgent(scope, "Agent", {
          host: linux,
          home: "/opt/ia",
          serverAddress,
          keystorePassword: password,
          certificate: Certificate.selfSigned(),
        });
      },
      ["/opt/ia/bin/stop_daemon.sh", "/opt/ia/bin/start_daemon.sh"],
    ],
    [
      "nginx",
      (scope: Construct) => {
        new PemServer(scope, "Edge", {
          host: linux,
          names: [serverAddress],
          port: 443,
          directory: "/etc/tls",
          certificate: Certificate.selfSigned(),
          keyPassword: password,
        });
      },
      ["nginx -t", "nginx -s reload"],
    ],
    [
      "Integration Server",
      (scope: Construct) => {
        const server = new IntegrationServer(scope, "IS", { host: linux, instanceDirectory: "/opt/is" });
        server.httpsPort("Port", {
          names: [serverAddress],
          port: 5543,
          keystore: server.keystore("KEYS", { password }),
          keyAlias: "is",
          certificate: Certificate.selfSigned(),
        });
      },
      expect.stringMatching(
        /^Run `\/opt\/is\/config\/.*` on the server: it asks for the administrator's password/,
      ),
    ],
    [
      "CES",
      (scope: Construct) => {
        new CesServer(scope, "CES", {
          host: linux,
          names: [serverAddress],
          directory: "/opt/ces",
          certificate: Certificate.selfSigned(),
          password,
        });
      },
      expect.stringMatching(/^In CES open Host \/ Web settings and Apply/),
    ],
    [
      "ISPW",
      (scope: Construct) => {
        const server = new JavaServer(scope, "App", {
          host: Host.manual("elsewhere"),
          names: [serverAddress],
          port: 8443,
          keystorePath: "/keys.p12",
          keystorePassword: password,
          alias: "a",
          certificate: Certificate.selfSigned(),
        });
        new IspwServer(scope, "ISPW", {
          host: linux,
          javaHome: "/usr/lpp/java",
          cacertsPassword: password,
        }).calls(server);
      },
      "Restart CES: Java reads what it trusts at start-up only.",
    ],
    [
      "curl and Newman",
      (scope: Construct) => {
        new RestClient(scope, "Client", { host: linux, directory: "/opt/rest", keyPassword: password }).calls(
          server(scope),
          { as: Certificate.selfSigned() },
        );
      },
      "nothing: curl, Newman and Postman read their files at each call.",
    ],
  ])("%s", (_name, build, expected) => {
    expect(wayOf(build)).toEqual(expected);
  });

  test("gives way to the one that is declared", () => {
    expect(wayOf(java(Tomcat.version(11), { activation: Activation.run(["tomcat", "again"]) }))).toEqual([
      "tomcat again",
    ]);
  });

  test("of a client is the one that is declared, and no other", () => {
    const client = (activation?: ReturnType<typeof Activation.run>) => (scope: Construct) => {
      new JavaClient(scope, "Client", {
        host: linux,
        truststore: "/etc/trust.p12",
        password,
        ...(activation === undefined ? {} : { activation }),
      }).calls(server(scope));
    };
    expect(wayOf(client())).toBeUndefined();
    expect(wayOf(client(Activation.run(["systemctl", "restart", "client"])))).toEqual([
      "systemctl restart client",
    ]);
  });

  test("reads the product's files, and none that is for others", () => {
    const { activations } = declare(flow(linux));
    expect(activations).toMatchObject([{ storeIds: ["stack/Flow/Keystore"], fileIds: [] }]);
    const tomcat = declare((scope) => {
      new JavaServer(scope, "App", {
        host: linux,
        product: Tomcat.version(11),
        names: ["app.example.com"],
        port: 8443,
        keystorePath: "/etc/app/keys.p12",
        keystorePassword: password,
        alias: "server",
        certificate: Certificate.selfSigned(),
      }).configuration("/opt/tomcat/conf/connector.xml");
    });
    expect(tomcat.activations).toMatchObject([
      { fileIds: ["stack/App/Tomcat"], endpointIds: ["stack/App/Endpoint"] },
    ]);
  });
});

describe("on a machine that nobody may log in to", () => {
  test.each([
    [Activation.run(["tomcat", "again now"]), { command: "tomcat 'again now'" }],
    [Activation.run(["sh", "-c", "a && b"]), { command: "a && b" }],
    [Activation.manual("Ask operations."), { text: "Ask operations." }],
    [Activation.none("It looks by itself."), { text: "It looks by itself." }],
  ])("its runbook has what is declared: %#", (activation, step) => {
    const { activations, runbooks } = declare(
      java(Tomcat.version(11), { host: Host.manual("app"), activation }),
    );
    expect(activations).toBeUndefined();
    expect(runbooks[0]?.steps).toContainEqual(expect.objectContaining(step));
    expect(JSON.stringify(runbooks[0]?.steps)).not.toContain("systemctl restart");
  });
});

function server(scope: Construct): JavaServer {
  return new JavaServer(scope, "Server", {
    host: Host.manual("elsewhere"),
    names: [serverAddress],
    port: 8443,
    keystorePath: "/keys.p12",
    keystorePassword: password,
    alias: "a",
    certificate: Certificate.selfSigned(),
  });
}
