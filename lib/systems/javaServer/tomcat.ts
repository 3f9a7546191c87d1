import { withoutPlaceholder, xmlAttribute } from "../../text";
import { type JavaTlsSettings, type ServedIdentity, serverNames } from "./javaTlsSettings";

/**
 * A connector of Tomcat 9 to 11, which read it alike: `SSLHostConfig` and `Certificate` alone, because those
 * attributes of the connector itself (`keystoreFile`, `clientAuth`, …) that 9 still reads keep 10 and 11 from starting. Its `${…}` are environment variables
 * where
 * `org.apache.tomcat.util.digester.PROPERTY_SOURCE` is `org.apache.tomcat.util.digester.EnvironmentPropertySource`, a
 * property of the system or of `catalina.properties`.
 *
 * A client that asks for no known name gets the `SSLHostConfig` without a name (`_default_`).
 *
 * @see https://tomcat.apache.org/tomcat-11.0-doc/config/http.html, "SSL Support - SSLHostConfig"
 */
export function tomcatConnector(settings: JavaTlsSettings): string {
  const { besides } = settings;
  // A wildcard of another's must not catch a name of the default one.
  const named = besides.length === 0 ? [] : [settings, ...besides];
  return [
    element("Connector", {
      port: String(settings.port),
      protocol: "org.apache.coyote.http11.Http11NioProtocol",
      SSLEnabled: "true",
      scheme: "https",
      secure: "true",
    }),
    ...hostConfig(settings, settings),
    ...named.flatMap((identity) =>
      serverNames(identity.names).flatMap((hostName) => hostConfig(settings, identity, hostName)),
    ),
    "</Connector>",
    "",
  ].join("\n");
}

function hostConfig(settings: JavaTlsSettings, { alias }: ServedIdentity, hostName?: string): string[] {
  const { keystore, truststore } = settings;
  const verification = { none: "none", request: "optional", require: "required" } as const;
  return [
    `  ${element("SSLHostConfig", {
      ...(hostName === undefined ? {} : { hostName }),
      certificateVerification: verification[settings.clientAuthentication],
      ...(truststore === undefined
        ? {}
        : {
            truststoreFile: withoutPlaceholder(truststore.path),
            truststoreType: truststore.type,
            truststorePassword: `\${${truststore.variable}}`,
          }),
    })}`,
    `    ${element(
      "Certificate",
      {
        certificateKeystoreFile: withoutPlaceholder(keystore.path),
        certificateKeystoreType: keystore.type,
        certificateKeystorePassword: `\${${keystore.variable}}`,
        certificateKeyAlias: withoutPlaceholder(alias),
      },
      "/>",
    )}`,
    "  </SSLHostConfig>",
  ];
}

function element(name: string, attributes: Readonly<Record<string, string>>, end = ">"): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${xmlAttribute(value)}"`);
  return `<${name}${written.join("")}${end}`;
}
