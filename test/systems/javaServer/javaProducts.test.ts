import { parse } from "yaml";
import {
  Certificate,
  CertificateAuthority,
  Host,
  Java,
  JavaClient,
  type JavaProduct,
  JavaServer,
  type JavaServerProps,
  Jetty,
  Kafka,
  Secret,
  SpringBoot,
  Tomcat,
} from "../../../lib";
import { describeWith } from "../../support/tools";
import { type Declaration, declare, textOf } from "../support/declaration";
import { readProperties } from "../support/properties";

const host = Host.local("app");

/** What a server of a product declares, with another certificate for `api.example.com` where it is asked for. */
function declared(
  product: JavaProduct | undefined,
  path: string,
  { besides = false, ...change }: Partial<JavaServerProps> & { readonly besides?: boolean } = {},
): Declaration {
  return declare((scope) => {
    const server = new JavaServer(scope, "App", {
      host,
      ...(product === undefined ? {} : { product }),
      names: ["app.example.com", "10.1.2.3"],
      port: 8443,
      keystorePath: "/etc/app/keys.p12",
      keystorePassword: Secret.env("APP_PASSWORD"),
      alias: "app",
      certificate: Certificate.selfSigned(),
      clientAuthentication: "require",
      truststorePath: "/etc/app/trust.p12",
      ...change,
    });
    if (besides)
      server.alsoServes("Api", {
        names: ["Api.example.com", "*.api.example.com"],
        alias: "api",
        certificate: Certificate.selfSigned(),
      });
    server.configuration(path);
  });
}

function brokerSettings(product: JavaProduct): Record<string, string | null> {
  const [file] = declared(product, "/opt/kafka/config/server.properties").configFiles;
  return Object.fromEntries(
    (file?.settings ?? []).flatMap((setting) =>
      setting.kind === "property" ? [[setting.key, setting.value]] : [],
    ),
  );
}

describe("the product of a Java server", () => {
  test.each<[string, () => unknown]>([
    // @ts-expect-error -- refused by type, too
    ["Tomcat 8", () => Tomcat.version(8)],
    ["Tomcat 12", () => Tomcat.version(12 as never)],
    // @ts-expect-error -- the same
    ["Jetty 13", () => Jetty.version(13)],
    // @ts-expect-error -- the same
    ["Spring Boot 2.6", () => SpringBoot.version("2.6")],
    // @ts-expect-error -- the same
    ["Kafka 2.7", () => Kafka.version("2.7")],
  ])("refuses %s, and names the versions it knows", (_title, version) => {
    expect(version).toThrow(/whose configuration is known here. Give one of /);
  });

  test("is one of those that are known", () => {
    expect(() => declared({ kind: "wildfly" } as never, "/x")).toThrow("Give a product: Tomcat.version(11)");
    expect(() => declared(undefined, "/x")).toThrow("does not say which product it is");
  });

  test.each<[JavaProduct, number]>([
    [Tomcat.version(11), 11],
    [Tomcat.version(10), 8],
    [Jetty.version(12), 11],
    [SpringBoot.version("3.0"), 11],
    [Kafka.version("4.0"), 11],
  ])("%p runs on no Java %d", (product, release) => {
    expect(() => declared(product, "/x", { runtime: Java.release(release) })).toThrow(
      /which runs on Java \d+ or later, and its runtime is Java/,
    );
  });

  test.each<[JavaProduct | undefined, string]>([
    [Tomcat.version(9), "product"],
    [Jetty.version(10), "server-name"],
    [SpringBoot.version("3.5"), "product"],
    [Kafka.version("3.9"), "java"],
  ])("%p says who picks the key: %s", (product, chosenBy) => {
    expect(declared(product, "/opt/x").endpoints[0]?.identity).toMatchObject({ chosenBy });
  });

  test.each<[JavaProduct, true | undefined]>([
    [Jetty.version(9), undefined],
    [Jetty.version(10), true],
    [Jetty.version(12), true],
    [Tomcat.version(11), undefined],
  ])("%p looks at the host of a request: %s", (product, checksHost) => {
    expect(declared(product, "/opt/x").endpoints[0]?.checksHost).toBe(checksHost);
  });

  test("is the product of the system in the plan", () => {
    expect(declared(Tomcat.version(11), "/x").systems).toMatchObject([{ product: "Tomcat 11" }]);
  });
});

describe("a server with two certificates", () => {
  test("is two endpoints, of which one answers by default", () => {
    // WHEN
    const { endpoints, entries } = declared(Tomcat.version(11), "/x", { besides: true });

    // THEN
    expect(endpoints).toMatchObject([
      { id: "stack/App/Endpoint", identity: { alias: "app" } },
      {
        id: "stack/App/Api",
        identity: { alias: "api", chosenBy: "product" },
        clientAuthentication: "require",
        defaultEndpointId: "stack/App/Endpoint",
      },
    ]);
    expect(entries.map((entry) => entry.alias)).toEqual(["app", "api"]);
  });

  test("accepts a client that calls both names once", () => {
    const plan = declare((scope) => {
      const authority = new CertificateAuthority(scope, "Authority", { commonName: "CA" });
      const password = Secret.env("P");
      const server = new JavaServer(scope, "App", {
        host,
        names: ["app.example.com"],
        port: 8443,
        keystorePath: "/k.p12",
        truststorePath: "/t.p12",
        keystorePassword: password,
        alias: "app",
        certificate: Certificate.selfSigned(),
        clientAuthentication: "require",
      });
      const client = new JavaClient(scope, "Client", {
        host: Host.local("client"),
        truststore: "/t.p12",
        keystore: "/k.p12",
        password,
      });
      client.calls(server, { as: Certificate.issuedBy(authority) });
      const api = { names: ["api.example.com"], alias: "api", certificate: Certificate.selfSigned() };
      client.calls(server.alsoServes("Api", api), { as: Certificate.issuedBy(authority) });
    });
    expect(plan.hops).toMatchObject([
      { endpointId: "stack/App/Endpoint", address: "app.example.com" },
      { endpointId: "stack/App/Api", address: "api.example.com" },
    ]);
    const accepted = plan.entries.filter(({ kind, storeId }) => kind === "anchor" && storeId.includes("App"));
    expect(accepted).toMatchObject([{ alias: "authority" }]);
  });

  test.each<[JavaProduct]>([[Kafka.version("4.0")], [SpringBoot.version("3.3")]])(
    "is not %p, which has one for all",
    (product) => {
      expect(() => declared(product, "/x", { besides: true })).toThrow(
        "presents the same certificate to all who call its port",
      );
    },
  );
});

describe("Tomcat's connector", () => {
  test.each([9, 10, 11] as const)("of version %d has its TLS in SSLHostConfig alone", (version) => {
    const text = textOf(declared(Tomcat.version(version), "/connector.xml"), "connector.xml");
    const [connector = ""] = /<Connector[^>]*>/.exec(text) ?? [];
    expect(connector).not.toMatch(/keystore|truststore|clientAuth|sslProtocol|keyAlias/i);
    expect(text.match(/<SSLHostConfig /g)).toHaveLength(1);
    expect(text).not.toContain("hostName");
  });

  test("has one SSLHostConfig for each name, and one without a name", () => {
    const text = textOf(declared(Tomcat.version(11), "/connector.xml", { besides: true }), "connector.xml");
    const found = [
      ...text.matchAll(/<SSLHostConfig (?:hostName="([^"]*)")?[\s\S]*?certificateKeyAlias="(\w+)"/g),
    ];
    expect(found.map(([, name, alias]) => [name, alias])).toEqual([
      [undefined, "app"],
      ["app.example.com", "app"],
      ["api.example.com", "api"],
      ["*.api.example.com", "api"],
    ]);
  });
});

describe("Jetty's files", () => {
  test.each([
    [9, "configure_9_3.dtd", false],
    [10, "configure_10_0.dtd", true],
    [11, "configure_10_0.dtd", true],
    [12, "configure_10_0.dtd", true],
  ] as const)("of version %d", (version, type, isTold) => {
    const files = declared(Jetty.version(version), "/opt/base", { besides: true });
    expect(textOf(files, "base/etc/trust-ssl.xml")).toContain(type);
    expect(textOf(files, "base/etc/trust-ssl.xml")).toContain('<Set name="CertAlias">app</Set>');
    expect(textOf(files, "base/start.d/trust-ssl.ini").includes("keyStorePath=/etc/app/keys.p12")).toBe(
      isTold,
    );
  });
});

describe("Spring Boot's files", () => {
  const text = (product: JavaProduct, path: string, besides = false) =>
    textOf(declared(product, path, { besides }), path);

  test("as YAML say the same as properties", () => {
    const product = SpringBoot.version("3.5");
    expect(parse(text(product, "/tls.yaml"))).toEqual({
      "server.port": "8443",
      "server.ssl.bundle": "trust",
      "server.ssl.client-auth": "need",
      "spring.ssl.bundle.jks.trust.key.alias": "app",
      "spring.ssl.bundle.jks.trust.keystore.location": "file:/etc/app/keys.p12",
      "spring.ssl.bundle.jks.trust.keystore.type": "PKCS12",
      "spring.ssl.bundle.jks.trust.keystore.password": "${APP_PASSWORD}",
      "spring.ssl.bundle.jks.trust.truststore.location": "file:/etc/app/trust.p12",
      "spring.ssl.bundle.jks.trust.truststore.type": "PKCS12",
      "spring.ssl.bundle.jks.trust.truststore.password": "${APP_PASSWORD}",
    });
  });

  describeWith("java", "read by Java", () => {
    test("have the stores below server.ssl up to 3.0, and in a bundle from 3.1 on", () => {
      const before = readProperties(text(SpringBoot.version("3.0"), "/tls.properties"));
      const after = readProperties(text(SpringBoot.version("3.1"), "/tls.properties"));
      expect(before).toMatchObject({ "server.ssl.key-store": "file:/etc/app/keys.p12" });
      expect(Object.keys(before).some((key) => key.includes("bundle"))).toBe(false);
      expect(after).toEqual(parse(text(SpringBoot.version("3.1"), "/tls.yml")));
      expect(Object.keys(after).filter((key) => key.startsWith("server.ssl."))).toEqual([
        "server.ssl.bundle",
        "server.ssl.client-auth",
      ]);
    });

    test("have a bundle for each certificate and say which name gets which", () => {
      const properties = readProperties(text(SpringBoot.version("3.4"), "/tls.properties", true));
      expect(properties).toMatchObject({
        "server.ssl.bundle": "trust",
        "spring.ssl.bundle.jks.trust-1.key.alias": "api",
        "server.ssl.server-name-bundles[0].server-name": "app.example.com",
        "server.ssl.server-name-bundles[0].bundle": "trust",
        "server.ssl.server-name-bundles[1].server-name": "api.example.com",
        "server.ssl.server-name-bundles[1].bundle": "trust-1",
        "server.ssl.server-name-bundles[2].server-name": "*.api.example.com",
      });
    });
  });
});

describe("Kafka's properties", () => {
  test("of a broker are set in its own file, for one listener, with references", () => {
    expect(brokerSettings(Kafka.version("4.0", { listener: "CLIENTS" }))).toEqual({
      "config.providers": "env",
      "config.providers.env.class": "org.apache.kafka.common.config.provider.EnvVarConfigProvider",
      "listener.name.clients.ssl.keystore.location": "/etc/app/keys.p12",
      "listener.name.clients.ssl.keystore.type": "PKCS12",
      "listener.name.clients.ssl.keystore.password": "${env:APP_PASSWORD}",
      "listener.name.clients.ssl.truststore.location": "/etc/app/trust.p12",
      "listener.name.clients.ssl.truststore.type": "PKCS12",
      "listener.name.clients.ssl.truststore.password": "${env:APP_PASSWORD}",
      "listener.name.clients.ssl.client.auth": "required",
    });
  });

  test("leave a list of providers that is the site's, and refuse to replace one", () => {
    const file = "/opt/kafka/config/server.properties";
    const [own] = declared(Kafka.version("4.0"), file).configFiles;
    expect(own?.settings.filter((setting) => "onForeign" in setting)).toMatchObject([
      { key: "config.providers", onForeign: "refuse" },
      { key: "config.providers.env.class", onForeign: "refuse" },
    ]);
    const theirs = brokerSettings(Kafka.version("4.0", { configProviders: "theirs" }));
    expect(Object.keys(theirs).filter((key) => key.startsWith("config."))).toEqual([]);
    expect(theirs["ssl.keystore.password"]).toBe("${env:APP_PASSWORD}");
  });

  test("before 3.5 refer to a file of the site's, without which the version is refused", () => {
    const product = Kafka.version("3.4", { passwordFile: "/etc/kafka/passwords.properties" });
    expect(brokerSettings(product)).toMatchObject({
      "config.providers.file.class": "org.apache.kafka.common.config.provider.FileConfigProvider",
      "ssl.keystore.password": "${file:/etc/kafka/passwords.properties:APP_PASSWORD}",
      "ssl.client.auth": "required",
    });
    expect(() => Kafka.version("3.4")).toThrow("Kafka 3.4 reads no environment variables");
    expect(() => brokerSettings(Kafka.version("3.4", { passwordFile: "C:\\passwords" }))).toThrow(
      "a colon or a brace would end it",
    );
  });

  test("of a client are a file of its own", () => {
    // WHEN
    const plan = declare((scope) => {
      const client = { host, truststore: "/t.p12", password: Secret.env("CLIENT_PASSWORD") };
      new JavaClient(scope, "Producer", { ...client, product: Kafka.version("3.9") }).configuration(
        "/c.properties",
      );
    });

    // THEN
    expect(textOf(plan, "/c.properties").split("\n").slice(1)).toEqual([
      "config.providers=env",
      "config.providers.env.class=org.apache.kafka.common.config.provider.EnvVarConfigProvider",
      "security.protocol=SSL",
      "ssl.truststore.location=/t.p12",
      "ssl.truststore.type=PKCS12",
      "ssl.truststore.password=${env:CLIENT_PASSWORD}",
      "",
    ]);
  });
});
