import type { ClientAuthentication } from "../../model";
import {
  escapeFunction,
  hereDocumentText,
  javaArgumentQuote,
  javaProperties,
  posixScript,
  withoutPlaceholder,
  xmlAttribute,
  xmlText,
} from "../../text";

/** What every Java server has to be told, whatever it calls it. */
export interface JavaTlsSettings {
  readonly port: number;
  readonly keystorePath: string;
  readonly keystoreType: "JKS" | "PKCS12";
  /** Environment variable that holds the keystore's password. */
  readonly keystoreVariable: string;
  readonly alias: string;
  readonly clientAuthentication: ClientAuthentication;
  readonly truststore?: {
    readonly path: string;
    readonly type: "JKS" | "PKCS12";
    readonly variable: string;
  };
}

/**
 * A connector of Tomcat 8.5 and later. Its `${…}` are environment variables where Tomcat runs with
 * `-Dorg.apache.tomcat.util.digester.PROPERTY_SOURCE=org.apache.tomcat.util.digester.EnvironmentPropertySource`.
 */
export function tomcatConnector(settings: JavaTlsSettings): string {
  const { truststore } = settings;
  const verification = { none: "none", request: "optional", require: "required" } as const;
  return [
    element("Connector", {
      port: String(settings.port),
      protocol: "org.apache.coyote.http11.Http11NioProtocol",
      SSLEnabled: "true",
      scheme: "https",
      secure: "true",
    }),
    `  ${element("SSLHostConfig", {
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
        certificateKeystoreFile: withoutPlaceholder(settings.keystorePath),
        certificateKeystoreType: settings.keystoreType,
        certificateKeystorePassword: `\${${settings.keystoreVariable}}`,
        certificateKeyAlias: withoutPlaceholder(settings.alias),
      },
      "/>",
    )}`,
    "  </SSLHostConfig>",
    "</Connector>",
    "",
  ].join("\n");
}

/** Jetty's module, port and the XML that follows the module's own. */
export function jettyIni(settings: JavaTlsSettings): string {
  return ["--module=https", `jetty.ssl.port=${settings.port}`, "etc/trust-ssl.xml", ""].join("\n");
}

/** Jetty 9.4's TLS settings, after those of its `ssl` module; passwords are environment variables. */
export function jettyXml(settings: JavaTlsSettings): string {
  const { truststore, clientAuthentication } = settings;
  const set = (name: string, value: string) => `  <Set name="${name}">${xmlText(value)}</Set>`;
  const password = (name: string, variable: string) =>
    `  <Set name="${name}"><Env name="${variable}"/></Set>`;
  return [
    '<?xml version="1.0"?>',
    '<!DOCTYPE Configure PUBLIC "-//Jetty//Configure//EN" "https://jetty.org/configure_9_3.dtd">',
    '<Configure id="sslContextFactory" class="org.eclipse.jetty.util.ssl.SslContextFactory$Server">',
    set("KeyStorePath", settings.keystorePath),
    set("KeyStoreType", settings.keystoreType),
    password("KeyStorePassword", settings.keystoreVariable),
    password("KeyManagerPassword", settings.keystoreVariable),
    set("CertAlias", settings.alias),
    ...(truststore === undefined
      ? []
      : [
          set("TrustStorePath", truststore.path),
          set("TrustStoreType", truststore.type),
          password("TrustStorePassword", truststore.variable),
        ]),
    set("NeedClientAuth", String(clientAuthentication === "require")),
    set("WantClientAuth", String(clientAuthentication === "request")),
    "</Configure>",
    "",
  ].join("\n");
}

/** Spring Boot's properties; its `${…}` are environment variables. */
export function springBootProperties(settings: JavaTlsSettings): string {
  const { truststore } = settings;
  const clientAuth = { none: "none", request: "want", require: "need" } as const;
  return javaProperties(
    ["HTTPS of this server. Passwords come from the environment."],
    [
      ["server.port", String(settings.port)],
      ["server.ssl.key-store", `file:${withoutPlaceholder(settings.keystorePath)}`],
      ["server.ssl.key-store-type", settings.keystoreType],
      ["server.ssl.key-store-password", `\${${settings.keystoreVariable}}`],
      ["server.ssl.key-alias", withoutPlaceholder(settings.alias)],
      ["server.ssl.client-auth", clientAuth[settings.clientAuthentication]],
      ...(truststore === undefined
        ? []
        : ([
            ["server.ssl.trust-store", `file:${withoutPlaceholder(truststore.path)}`],
            ["server.ssl.trust-store-type", truststore.type],
            ["server.ssl.trust-store-password", `\${${truststore.variable}}`],
          ] as const)),
    ],
  );
}

/** Runs java (9 and later) with system properties in a private file of arguments, so that `ps` shows no password. */
export function javaOptionsScript(settings: JavaTlsSettings): string {
  const { truststore } = settings;
  const variables = [
    ...new Set([settings.keystoreVariable, ...(truststore === undefined ? [] : [truststore.variable])]),
  ];
  const property = (name: string, value: string) =>
    hereDocumentText(javaArgumentQuote(`-Djavax.net.ssl.${name}=${value}`));
  const password = (name: string, variable: string) => `"-Djavax.net.ssl.${name}=$(escape "$${variable}")"`;
  return posixScript(
    [
      "Runs java (9 and later) with this keystore and truststore. Takes java's arguments.",
      "Needs these environment variables:",
      ...variables.map((variable) => `  ${variable}`),
    ],
    [
      ...variables.map((variable) => `: "\${${variable}:?set it to the password of the store}"`),
      ...escapeFunction,
      "umask 077",
      "options=$(mktemp)",
      `trap 'rm -f "$options"' EXIT`,
      "trap 'exit 1' HUP INT TERM",
      'cat > "$options" <<END_OF_OPTIONS',
      property("keyStore", settings.keystorePath),
      property("keyStoreType", settings.keystoreType),
      password("keyStorePassword", settings.keystoreVariable),
      ...(truststore === undefined
        ? []
        : [
            property("trustStore", truststore.path),
            property("trustStoreType", truststore.type),
            password("trustStorePassword", truststore.variable),
          ]),
      "END_OF_OPTIONS",
      `java "@$options" "$@"`,
    ],
  );
}

function element(name: string, attributes: Readonly<Record<string, string>>, end = ">"): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${xmlAttribute(value)}"`);
  return `<${name}${written.join("")}${end}`;
}
