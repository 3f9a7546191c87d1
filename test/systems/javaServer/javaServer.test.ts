import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Certificate, Host, Java, Secret } from "../../../lib/constructs";
import { JavaServer, type JavaServerProps } from "../../../lib/systems";
import { describeWith, tool } from "../../support/tools";
import { declare, textOf } from "../support/declaration";
import { type MutualStores, mutualStores } from "../support/mutualStores";
import { freePort, statusFrom, whileRunning } from "../support/products";
import { readProperties } from "../support/properties";
import { program, runAsync, shellcheck, withDirectory } from "../support/scripts";

const TOMCAT = "/usr/share/tomcat10";
const JETTY = "/usr/share/jetty9";
const password = String.raw`st&"<o>re\1 $x`;

const props: JavaServerProps = {
  host: Host.local("app"),
  names: ["app.example.com"],
  port: 8443,
  keystorePath: "/etc/app/keystore.jks",
  keystorePassword: Secret.env("APP_PASSWORD"),
  alias: "server",
  certificate: Certificate.selfSigned(),
  clientAuthentication: "require",
  truststorePath: "/etc/app/truststore.jks",
};

function declareServer(
  change: Partial<JavaServerProps>,
  use: (server: JavaServer) => void = () => undefined,
) {
  return declare((scope) => {
    use(new JavaServer(scope, "App", { ...props, certificate: Certificate.selfSigned(), ...change }));
  });
}

describe("JavaServer", () => {
  test("is a keystore, a truststore and an endpoint", () => {
    // WHEN
    const declared = declareServer({});

    // THEN
    expect(declared.stores.map(({ path, profile }) => [path, profile])).toEqual([
      ["/etc/app/keystore.jks", "jks"],
      ["/etc/app/truststore.jks", "jks"],
    ]);
    expect(declared.endpoints).toMatchObject([{ port: 8443, clientAuthentication: "require" }]);
  });

  test("calls others with a certificate, and trusts them", () => {
    // WHEN
    const declared = declare((scope) => {
      const server = (id: string) =>
        new JavaServer(scope, id, { ...props, host: Host.local(id), certificate: Certificate.selfSigned() });
      const { binding } = server("a").calls(server("b"), { as: Certificate.selfSigned() });
      server("c").calls(server("d"));
      expect(binding?.bindingId).toBe("stack/a/b");
    });

    // THEN
    expect(declared.entries.filter(({ storeId }) => storeId.startsWith("stack/a"))).toMatchObject([
      { kind: "key", alias: "server" },
      { kind: "key", alias: "b" },
      { kind: "anchor", alias: "b-server" },
    ]);
    expect(declared.bindings).toHaveLength(1);
  });

  test("trusts nobody without a truststore", () => {
    const { truststorePath: _truststorePath, ...without } = props;
    expect(() =>
      declare((scope) => {
        const server = new JavaServer(scope, "App", {
          ...without,
          certificate: Certificate.selfSigned(),
          clientAuthentication: "none",
        });
        server.trusts("self", server.endpoint);
      }),
    ).toThrow("Give truststorePath");
  });
});

describe("the files of a server", () => {
  test.each([
    ["Java 6 with .p12", Java.release(6), "p12", "jks", "JKS"],
    ["Java 17 with .jks", Java.release(17), "jks", "modern", "PKCS12"],
  ])("say what the store is: %s", (_title, runtime, extension, profile, type) => {
    // WHEN
    const change = {
      runtime,
      keystorePath: `/etc/app/keystore.${extension}`,
      truststorePath: `/etc/app/truststore.${extension}`,
    };
    const declared = declareServer(change, (server) => {
      server.tomcat("/etc/app/connector.xml");
      server.jetty("/etc/app/jetty");
      server.springBoot("/etc/app/tls.properties");
      server.javaOptions("/etc/app/java.sh");
    });

    // THEN
    expect(declared.stores.map((store) => store.profile)).toEqual([profile, profile]);
    expect(textOf(declared, "connector.xml")).toContain(`certificateKeystoreType="${type}"`);
    expect(textOf(declared, "connector.xml")).toContain(`truststoreType="${type}"`);
    expect(textOf(declared, "trust-ssl.xml")).toContain(`<Set name="KeyStoreType">${type}</Set>`);
    expect(textOf(declared, "tls.properties")).toContain(`server.ssl.key-store-type=${type}`);
    expect(textOf(declared, "java.sh")).toContain(`keyStoreType=${type}`);
  });
});

describeWith("java", "Spring Boot's properties", () => {
  test("are those of a server with client certificates", () => {
    const declared = declareServer({}, (server) => server.springBoot("/etc/app/tls.properties"));
    expect(readProperties(textOf(declared, "tls.properties"))).toEqual({
      "server.port": "8443",
      "server.ssl.key-store": "file:/etc/app/keystore.jks",
      "server.ssl.key-store-type": "JKS",
      "server.ssl.key-store-password": "${APP_PASSWORD}",
      "server.ssl.key-alias": "server",
      "server.ssl.client-auth": "need",
      "server.ssl.trust-store": "file:/etc/app/truststore.jks",
      "server.ssl.trust-store-type": "JKS",
      "server.ssl.trust-store-password": "${APP_PASSWORD}",
    });
  });
});

describeWith(["java", "keytool", "openssl", "curl", "xmllint", "shellcheck"], "real servers", () => {
  const inProduct = async (
    render: (server: JavaServer, directory: string) => void,
    action: (directory: string, port: number, stores: MutualStores) => Promise<void>,
  ) =>
    withDirectory(async (directory) => {
      const stores = mutualStores(directory, "server", password);
      const port = await freePort();
      const declared = declareServer(
        { port, keystorePath: stores.keystore, truststorePath: stores.truststore },
        (server) => {
          render(server, directory);
        },
      );
      for (const { path, content, mode } of declared.files) {
        mkdirSync(join(path, ".."), { recursive: true });
        if (content.kind === "text") writeFileSync(path, content.text, { mode });
      }
      await action(directory, port, stores);
    });

  const expectMutualTls = async (port: number, stores: MutualStores) => {
    const trusting = ["--cacert", stores.serverCertificate];
    const presenting = ["--cert", stores.clientCertificate, "--key", stores.clientKey];
    expect(await statusFrom(port, ...trusting, ...presenting)).toBe(404);
    expect(await statusFrom(port, ...trusting)).toBeLessThan(0);
  };

  (existsSync(TOMCAT) ? test : test.skip)("Tomcat 10 serves the alias and demands a client certificate", () =>
    inProduct(
      (server, directory) => server.tomcat(join(directory, "base", "conf", "trust-connector.xml")),
      async (directory, port, stores) => {
        // GIVEN
        const base = join(directory, "base");
        for (const folder of ["webapps", "logs", "temp", "work"]) mkdirSync(join(base, folder));
        cpSync(join(TOMCAT, "etc", "web.xml"), join(base, "conf", "web.xml"));
        writeFileSync(
          join(base, "conf", "server.xml"),
          '<!DOCTYPE Server [<!ENTITY trust SYSTEM "trust-connector.xml">]>' +
            '<Server port="-1"><Service name="Catalina">&trust;<Engine name="Catalina" defaultHost="localhost">' +
            '<Host name="localhost" appBase="webapps"/></Engine></Service></Server>',
        );
        const xml = spawnSync(tool("xmllint"), ["--noout", join(base, "conf", "trust-connector.xml")]);
        expect(xml.status).toBe(0);

        // WHEN
        const words = [
          "-cp",
          `${TOMCAT}/bin/bootstrap.jar:${TOMCAT}/bin/tomcat-juli.jar`,
          `-Dcatalina.home=${TOMCAT}`,
          `-Dcatalina.base=${base}`,
          `-Djava.io.tmpdir=${join(base, "temp")}`,
          "-Dorg.apache.tomcat.util.digester.PROPERTY_SOURCE=org.apache.tomcat.util.digester.EnvironmentPropertySource",
          "org.apache.catalina.startup.Bootstrap",
        ];
        const environment = { APP_PASSWORD: password };

        // THEN
        await whileRunning(tool("java"), words, { port, environment }, () => expectMutualTls(port, stores));
      },
    ),
  );

  (existsSync(JETTY) ? test : test.skip)("Jetty 9 serves the alias and demands a client certificate", () =>
    inProduct(
      (server, directory) => server.jetty(join(directory, "base")),
      async (directory, port, stores) => {
        // GIVEN
        const base = join(directory, "base");
        const xml = spawnSync(tool("xmllint"), ["--noout", "--nonet", join(base, "etc", "trust-ssl.xml")]);
        expect(xml.status).toBe(0);

        // WHEN
        const words = ["-jar", join(JETTY, "start.jar"), `jetty.home=${JETTY}`, `jetty.base=${base}`];
        const environment = { APP_PASSWORD: password };

        // THEN
        await whileRunning(tool("java"), words, { port, environment }, () => expectMutualTls(port, stores));
      },
    ),
  );

  test("java itself reads the options, and its command line shows no password", () =>
    inProduct(
      (server, directory) => server.javaOptions(join(directory, "java-with-trust.sh")),
      async (directory) => {
        // GIVEN
        const source = program(
          directory,
          "Options.java",
          "public class Options { public static void main(String[] a) throws Exception {" +
            'System.out.println(System.getProperty("javax.net.ssl.keyStorePassword"));' +
            'System.out.print(new String(java.nio.file.Files.readAllBytes(java.nio.file.Path.of("/proc/self/cmdline"))).replace((char) 0, (char) 32)); } }',
        );
        const script = join(directory, "java-with-trust.sh");

        // WHEN
        const { stdout } = await runAsync(script, [source], { ...process.env, APP_PASSWORD: password });

        // THEN
        const [first, commandLine = ""] = stdout.split("\n");
        expect(first).toBe(password);
        expect(commandLine).toContain("java @/");
        expect(commandLine).not.toContain("re\\1");
        expect(
          shellcheck(
            textOf(
              declareServer({}, (server) => server.javaOptions("/x.sh")),
              "/x.sh",
            ),
          ),
        ).toBe("");
      },
    ));
});
