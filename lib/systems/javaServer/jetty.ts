import { plainLine, withoutPlaceholder, xmlText } from "../../text";
import type { JettyVersion } from "./javaProduct";
import type { JavaTlsSettings, StoreSettings } from "./javaTlsSettings";

/**
 * Jetty's module, port and the XML that follows the module's own. From 10 on the module's own fails at once where its
 * default keystore is not there, so that it is told the path.
 *
 * @see modules/ssl.mod and etc/jetty-ssl-context.xml of each version
 */
export function jettyIni({ port, keystore }: JavaTlsSettings, version: JettyVersion): string {
  return [
    "--module=https",
    `jetty.ssl.port=${port}`,
    ...(version === 9
      ? []
      : [`jetty.sslContext.keyStorePath=${plainLine(withoutPlaceholder(keystore.path))}`]),
    "etc/trust-ssl.xml",
    "",
  ].join("\n");
}

/**
 * The settings of Jetty's `SslContextFactory$Server`, which is called so from 9.4 to 12; passwords are environment
 * variables. Of a keystore with several keys Jetty takes the one whose certificate has the name that a client asks for,
 * and `CertAlias` for all else. 9.4 trusts by a file of its own in `etc` where it is told nothing else, and does not
 * start without it.
 *
 * @see https://jetty.org/docs/jetty/12/operations-guide/protocols/index.html, "SNI"
 */
export function jettyXml(settings: JavaTlsSettings, version: JettyVersion): string {
  const { keystore, truststore, clientAuthentication } = settings;
  const trusting = truststore ?? (version === 9 ? keystore : undefined);
  return [
    '<?xml version="1.0"?>',
    `<!DOCTYPE Configure PUBLIC "-//Jetty//Configure//EN" "https://jetty.org/configure_${version === 9 ? "9_3" : "10_0"}.dtd">`,
    '<Configure id="sslContextFactory" class="org.eclipse.jetty.util.ssl.SslContextFactory$Server">',
    ...store("KeyStore", keystore),
    password("KeyManagerPassword", keystore.variable),
    set("CertAlias", settings.alias),
    ...(trusting === undefined ? [] : store("TrustStore", trusting)),
    set("NeedClientAuth", String(clientAuthentication === "require")),
    set("WantClientAuth", String(clientAuthentication === "request")),
    "</Configure>",
    "",
  ].join("\n");
}

function store(kind: "KeyStore" | "TrustStore", { path, type, variable }: StoreSettings): string[] {
  return [set(`${kind}Path`, path), set(`${kind}Type`, type), password(`${kind}Password`, variable)];
}

function set(name: string, value: string): string {
  return `  <Set name="${name}">${xmlText(value)}</Set>`;
}

function password(name: string, variable: string): string {
  return `  <Set name="${name}"><Env name="${variable}"/></Set>`;
}
