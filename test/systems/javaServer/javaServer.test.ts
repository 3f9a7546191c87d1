import { Certificate, Host, Java, Secret } from "../../../lib/constructs";
import { JavaServer, type JavaServerProps, Jetty, SpringBoot, Tomcat } from "../../../lib/systems";
import { describeWith } from "../../support/tools";
import { declare, textOf } from "../support/declaration";
import { readProperties } from "../support/properties";
import { program, runAsync, shellcheck, withDirectory } from "../support/scripts";

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
  const products = [
    [Tomcat.version(11), "certificateKeystoreType=", "truststoreType="],
    [Jetty.version(12), '<Set name="KeyStoreType">', '<Set name="TrustStoreType">'],
    [SpringBoot.version("2.7"), "key-store-type=", "trust-store-type="],
    [SpringBoot.version("3.1"), "keystore.type=", "truststore.type="],
    [undefined, "keyStoreType=", "trustStoreType="],
  ] as const;

  test.each([
    ["no Java is known", undefined, "JKS"],
    ["Java 17 opens PKCS12 under any name", Java.release(17), "PKCS12"],
  ])("say what the store is: %s", (_title, runtime, type) => {
    for (const [product, ...members] of products) {
      // WHEN
      const change = {
        ...(product === undefined ? {} : { product }),
        ...(runtime === undefined ? {} : { runtime }),
      };
      const declared = declareServer(change, (server) => {
        if (product === undefined) server.javaOptions("/etc/app/file");
        else server.configuration("/etc/app/file");
      });

      // THEN
      const text = declared.files
        .map(({ content }) => (content.kind === "text" ? content.text : ""))
        .join("");
      for (const member of members) expect(text).toMatch(new RegExp(`${member}"?${type}\\b`, "i"));
    }
  });
});

describeWith("java", "Spring Boot's properties", () => {
  test("are those of a server with client certificates", () => {
    const product = SpringBoot.version("2.7");
    const declared = declareServer({ product }, (server) => server.configuration("/etc/app/tls.properties"));
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

describeWith(["java", "shellcheck"], "the script with java's options", () => {
  test("java itself reads the options, and its command line shows no password", () =>
    withDirectory(async (directory) => {
      // GIVEN
      const source = program(
        directory,
        "Options.java",
        "public class Options { public static void main(String[] a) throws Exception {" +
          'System.out.println(System.getProperty("javax.net.ssl.keyStorePassword"));' +
          'System.out.print(new String(java.nio.file.Files.readAllBytes(java.nio.file.Path.of("/proc/self/cmdline"))).replace((char) 0, (char) 32)); } }',
      );
      const text = textOf(
        declareServer({}, (server) => {
          server.javaOptions("/x.sh");
        }),
        "/x.sh",
      );
      const script = program(directory, "java-with-trust.sh", text);

      // WHEN
      const { stdout } = await runAsync(script, [source], { ...process.env, APP_PASSWORD: password });

      // THEN
      const [first, commandLine = ""] = stdout.split("\n");
      expect(first).toBe(password);
      expect(commandLine).toContain("java @/");
      expect(commandLine).not.toContain("re\\1");
      expect(shellcheck(text)).toBe("");
    }));
});
