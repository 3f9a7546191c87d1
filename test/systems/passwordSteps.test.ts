import type { Construct } from "constructs";
import { Certificate, Host, Keystore, PartnerCertificate, Secret } from "../../lib/constructs";
import {
  CesServer,
  ElectricFlowAgent,
  ElectricFlowServer,
  ElectricFlowWebServer,
  IntegrationServer,
  IspwServer,
  JavaClient,
  JavaServer,
  Kafka,
  PemServer,
  Tomcat,
  XmattersIntegrationAgent,
} from "../../lib/systems";
import { declare } from "./support/declaration";

const variables = Secret.rotate({ from: Secret.env("FORMER"), to: Secret.env("NEXT") });
const files = Secret.rotate({ from: Secret.file("former"), to: Secret.file("next") });
const host = Host.local("host");
const certificate = (): Certificate => Certificate.selfSigned();
const names = ["host.example.com"];

function stepsOf(build: (scope: Construct) => void) {
  return declare(build).passwordSteps ?? [];
}

function tomcat(scope: Construct, keystorePassword: Secret): JavaServer {
  return new JavaServer(scope, "Shop", {
    host,
    product: Tomcat.version(11),
    names,
    port: 8443,
    keystorePath: "/opt/shop/keys.p12",
    truststorePath: "/opt/shop/trust.p12",
    keystorePassword,
    alias: "shop",
    certificate: certificate(),
  });
}

describe("what people do so that a product opens what gets another password", () => {
  test("nothing, where nothing does", () => {
    expect(
      stepsOf((scope) => tomcat(scope, Secret.env("SAME")).configuration("/opt/shop/trust.xml")),
    ).toEqual([]);
  });

  test("a product that takes it from another variable gets that beside the former, once for both stores", () => {
    expect(stepsOf((scope) => tomcat(scope, variables).configuration("/opt/shop/trust.xml"))).toEqual([
      {
        id: "stack/Shop",
        hostId: "host",
        label: "Shop",
        paths: ["/opt/shop/keys.p12", "/opt/shop/trust.p12"],
        text:
          "Give Tomcat 11 `NEXT`, the new password of `/opt/shop/keys.p12` and `/opt/shop/trust.p12`, in a file that root alone " +
          "may read and that the service's unit names with `EnvironmentFile=`, before it is started again; `FORMER` stays " +
          "until it runs with it.",
      },
    ]);
  });

  test.each<[string, (scope: Construct) => unknown, RegExp]>([
    [
      "one whose variable has another value from now on",
      (scope) => tomcat(scope, files).configuration("/opt/shop/trust.xml"),
      /Give `SHOP_KEYSTORE_PASSWORD`, .* the value of `file:next` in the place of that of `file:former` .*Give `SHOP_TRUSTSTORE_PASSWORD`/,
    ],
    [
      "a server whose configuration is its own",
      (scope) => tomcat(scope, variables),
      /Wherever Tomcat 11 has the password of .* give it that of `env:NEXT` in the place of that of `env:FORMER`/,
    ],
    [
      "a store that nothing here reads",
      (scope) => new Keystore(scope, "Store", { host, path: "/opt/store", password: variables }),
      /Wherever what reads it has the password of `\/opt\/store`/,
    ],
    [
      "Kafka with a file of passwords",
      (scope) =>
        new JavaClient(scope, "Producer", {
          host,
          product: Kafka.version("3.4", { passwordFile: "/etc/kafka/passwords.properties" }),
          truststore: "/opt/kafka/trust.p12",
          password: variables,
        }).configuration("/opt/kafka/client.properties"),
      /Give Producer `NEXT`, .* in `\/etc\/kafka\/passwords\.properties`/,
    ],
    [
      "nginx, which tries each line",
      (scope) =>
        new PemServer(scope, "Web", {
          host,
          names,
          port: 443,
          directory: "/etc/nginx/tls",
          certificate: certificate(),
          keyPassword: variables,
        }),
      /Put the password of `env:NEXT`.*`\/etc\/nginx\/tls\/server\.key`.* into `\/etc\/nginx\/tls\/server\.password`/,
    ],
    [
      "ElectricFlow's Apache, by its program",
      (scope) =>
        new ElectricFlowWebServer(scope, "Web", {
          host,
          names,
          certificate: certificate(),
          keyPassword: variables,
        }),
      /Let `.*key-password\.sh` print the password of `env:NEXT`/,
    ],
    [
      "ElectricFlow's agent, which has none",
      (scope) =>
        new ElectricFlowAgent(scope, "Agent", {
          host,
          names,
          certificate: certificate(),
          keyPassword: variables,
        }),
      /Where openssl asks .* enter that of `env:NEXT`/,
    ],
    [
      "ElectricFlow's server, of which nobody says where",
      (scope) =>
        new ElectricFlowServer(scope, "Flow", {
          host,
          serverAddress: "flow.example.com",
          keystorePassword: variables,
          certificate: certificate(),
        }),
      /Wherever the ElectricFlow server has the password .*ask CloudBees/,
    ],
    [
      "xMatters' agent, of which nobody says where",
      (scope) =>
        new XmattersIntegrationAgent(scope, "Agent", {
          host,
          home: "/opt/agent",
          serverAddress: "ia.example.com",
          keystorePassword: variables,
          certificate: certificate(),
        }),
      /Wherever the Integration Agent has the password .*ask xMatters/,
    ],
    [
      "CES, on its pages",
      (scope) =>
        new CesServer(scope, "Ces", {
          host,
          names,
          directory: "/opt/ces",
          certificate: certificate(),
          password: variables,
        }),
      /Wherever a page of CES asks for the password of `\/opt\/ces\/ces-keystore\.jks`, enter that of `env:NEXT`/,
    ],
    [
      "the Java of CES",
      (scope) => new IspwServer(scope, "Ispw", { host, javaHome: "/opt/java", cacertsPassword: variables }),
      /Wherever CES has the password of .*cacerts.*trustStorePassword/,
    ],
    [
      "Integration Server, by its script",
      (scope) => {
        const server = new IntegrationServer(scope, "Is", { host, instanceDirectory: "/opt/is" });
        const truststore = server.truststore("TRUST", { password: variables });
        truststore.trusts("a", new PartnerCertificate(scope, "A", { file: "a.pem" }));
      },
      /have `IS_RENEW_PASSWORDS=yes` in its environment, and give `NEXT` that of `env:NEXT`/,
    ],
    [
      "a Microservices Runtime, in its variables",
      (scope) =>
        new IntegrationServer(scope, "Is", {
          host,
          instanceDirectory: "/opt/is",
          delivery: "configuration-variables",
        }).truststore("TRUST", { password: variables }),
      /Give the runtime `NEXT`, .* in its environment/,
    ],
  ])("%s", (_, build, text) => {
    expect(
      stepsOf(build)
        .map((step) => step.text)
        .join(" "),
    ).toMatch(text);
  });
});
