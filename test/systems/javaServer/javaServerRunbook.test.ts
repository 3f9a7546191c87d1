import { Certificate, Host, Secret } from "../../../lib/constructs";
import type { HostPlatform, Runbook } from "../../../lib/model";
import {
  type JavaProduct,
  JavaServer,
  type JavaServerProps,
  Jetty,
  Kafka,
  SpringBoot,
  Tomcat,
} from "../../../lib/systems";
import { declare } from "../support/declaration";

/** The runbook of a server; `configuration` is below the product's folder. */
function runbookOf(
  product: JavaProduct | undefined,
  configuration: string | undefined,
  { platform = "posix", ...change }: Partial<JavaServerProps> & { readonly platform?: HostPlatform } = {},
): Runbook {
  const path = (name: string) =>
    platform === "windows" ? `C:\\app\\${name.replaceAll("/", "\\")}` : `/opt/app/${name}`;
  const { runbooks } = declare((scope) => {
    const server = new JavaServer(scope, "App", {
      host: Host.manual("app", { platform }),
      ...(product === undefined ? {} : { product }),
      names: ["app.example.com"],
      port: 8443,
      keystorePath: path("keys.p12"),
      keystorePassword: Secret.env("APP_PASSWORD"),
      truststorePath: path("trust.p12"),
      truststorePassword: Secret.env("TRUST_PASSWORD"),
      alias: "app",
      certificate: Certificate.selfSigned(),
      ...change,
    });
    if (configuration !== undefined) server.configuration(path(configuration));
  });
  const [runbook] = runbooks;
  if (runbook === undefined) throw new Error("it has no runbook");
  return runbook;
}

const commandsOf = (steps: Runbook["steps"]) => steps.flatMap(({ command }) => command ?? []);
const presented = "keytool -printcert -sslserver app.example.com:8443";

describe("the runbook of a Java server", () => {
  test.each<[string, JavaProduct, string, string, readonly string[]]>([
    [
      "Tomcat",
      Tomcat.version(11),
      "conf/trust.xml",
      "tomcat11",
      ["/opt/app/conf/server.xml", "/opt/app/conf/catalina.properties"],
    ],
    ["Jetty", Jetty.version(12), "base", "jetty", []],
    ["Kafka", Kafka.version("4.0"), "config/server.properties", "kafka", []],
    [
      "Kafka before 3.5",
      Kafka.version("3.4", { passwordFile: "/etc/kafka/passwords.properties" }),
      "config/server.properties",
      "kafka",
      ["/etc/kafka/passwords.properties"],
    ],
  ])("of %s restarts it, looks, and knows the way back", (_title, product, path, service, covers) => {
    const { steps, back, covers: covered } = runbookOf(product, path);
    expect(commandsOf(steps).slice(-2)).toEqual([`systemctl restart ${service}`, presented]);
    expect(commandsOf(back?.before ?? [])).toEqual([`systemctl stop ${service}`]);
    expect(commandsOf(back?.after ?? [])).toEqual([`systemctl start ${service}`, presented]);
    expect(covered).toEqual(covers);
    // Each password by the variable that the product takes it from.
    expect(steps[0]?.text).toMatch(/`APP_PASSWORD`, the one of `\/opt\/app\/keys.p12`.*`TRUST_PASSWORD`/);
  });

  test("names a variable of two stores once", () => {
    const [first] = runbookOf(Jetty.version(12), "base", {
      truststorePassword: Secret.env("APP_PASSWORD"),
    }).steps;
    expect(first?.text).toContain("`APP_PASSWORD`, the one of `/opt/app/keys.p12` and `/opt/app/trust.p12`.");
  });

  test("includes Tomcat's connector by its name, from a file beside it", () => {
    const [, include, source] = runbookOf(Tomcat.version(10), "conf/our connector.xml").steps;
    expect(include?.text).toContain('<!DOCTYPE Server [<!ENTITY trust SYSTEM "our%20connector.xml">]>');
    expect(source?.text).toContain(
      "PROPERTY_SOURCE=org.apache.tomcat.util.digester.EnvironmentPropertySource` in `/opt/app/conf/catalina.properties`",
    );
  });

  test("of Spring Boot has the import, and takes it out where the file goes", () => {
    const { steps, back, unproven } = runbookOf(SpringBoot.version("3.5"), "tls.properties", {
      service: "shop",
    });
    expect(steps[1]?.text).toContain("spring.config.import=file:/opt/app/tls.properties");
    expect(commandsOf(steps)).toContain("systemctl restart shop");
    expect(commandsOf(back?.before ?? [])).toEqual([
      'if test -e /opt/app/tls.properties.absent-"$TRUST_RUN"; then echo "it was new"; fi',
      "systemctl stop shop",
    ]);
    expect(unproven?.join()).toContain("Spring Boot was not run here");
  });

  test("names no command where nobody knows how the service is called", () => {
    const { steps } = runbookOf(undefined, undefined);
    expect(steps.map(({ command }) => command)).toEqual([undefined, presented]);
    expect(steps[0]).toMatchObject({
      text: expect.stringContaining("Restart Java server"),
      check: "It is up again.",
    });
  });

  test("of a broker whose providers are the site's says which one it needs", () => {
    const { steps } = runbookOf(Kafka.version("4.0", { configProviders: "theirs" }), "server.properties");
    expect(steps.map(({ text }) => text).join("\n")).toContain(
      "and `env` among them, whose class is `org.apache.kafka.common.config.provider.EnvVarConfigProvider`",
    );
  });

  test("on Windows speaks cmd.exe, and says that it was not run there", () => {
    const { steps, back, unproven, covers } = runbookOf(Tomcat.version(11), "conf\\trust.xml", {
      platform: "windows",
    });
    expect(commandsOf(steps)).toContain("net stop Tomcat11\nnet start Tomcat11");
    expect(commandsOf(steps)).toContain('findstr /c:"trust" C:\\app\\conf\\server.xml');
    expect(commandsOf(back?.before ?? [])).toEqual(["net stop Tomcat11"]);
    expect(covers).toEqual(["C:\\app\\conf\\server.xml", "C:\\app\\conf\\catalina.properties"]);
    expect(unproven?.join()).toContain("not restarted on Windows");
  });
});
