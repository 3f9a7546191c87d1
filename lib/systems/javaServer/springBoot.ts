import { javaProperties, withoutPlaceholder, yamlProperties } from "../../text";
import { isFrom, type SpringBootVersion } from "./javaProduct";
import {
  type JavaTlsSettings,
  type ServedIdentity,
  type StoreSettings,
  serverNames,
} from "./javaTlsSettings";

const COMMENT = ["HTTPS of this server. Passwords come from the environment."];

/** Properties for `spring.config.import`, as YAML where the file is called so; their `${…}` are environment variables. */
export function springBootFile(settings: JavaTlsSettings, version: SpringBootVersion, path: string): string {
  const properties = isFrom(version, "3.1") ? bundled(settings) : discrete(settings);
  return /\.ya?ml$/i.test(path) ? yamlProperties(COMMENT, properties) : javaProperties(COMMENT, properties);
}

type Property = readonly [key: string, value: string];

/**
 * Up to 3.0: all below `server.ssl`.
 *
 * @see https://docs.spring.io/spring-boot/docs/2.7.x/reference/html/howto.html#howto.webserver.configure-ssl
 */
function discrete(settings: JavaTlsSettings): Property[] {
  const { keystore, truststore, alias } = settings;
  const store = (name: string, { path, type, variable }: StoreSettings): Property[] => [
    [`server.ssl.${name}`, file(path)],
    [`server.ssl.${name}-type`, type],
    [`server.ssl.${name}-password`, `\${${variable}}`],
  ];
  return [
    ["server.port", String(settings.port)],
    ...store("key-store", keystore),
    ["server.ssl.key-alias", withoutPlaceholder(alias)],
    clientAuth(settings),
    ...(truststore === undefined ? [] : store("trust-store", truststore)),
  ];
}

/**
 * From 3.1 on: bundles, beside which no store may stand below `server.ssl`; from 3.4 on one for each name.
 *
 * @see https://docs.spring.io/spring-boot/reference/features/ssl.html
 * @see https://docs.spring.io/spring-boot/how-to/webserver.html#howto.webserver.configure-ssl.sni
 */
function bundled(settings: JavaTlsSettings): Property[] {
  const identities = [settings, ...settings.besides];
  const bundles = identities.map((identity, at) => ({ identity, name: at === 0 ? "trust" : `trust-${at}` }));
  const named = bundles.flatMap(({ identity, name }) =>
    settings.besides.length === 0
      ? []
      : serverNames(identity.names).map((serverName) => ({ serverName, name })),
  );
  return [
    ["server.port", String(settings.port)],
    ["server.ssl.bundle", "trust"],
    clientAuth(settings),
    ...bundles.flatMap(({ identity, name }) => bundle(`spring.ssl.bundle.jks.${name}`, settings, identity)),
    ...named.flatMap(({ serverName, name }, at): Property[] => [
      [`server.ssl.server-name-bundles[${at}].server-name`, serverName],
      [`server.ssl.server-name-bundles[${at}].bundle`, name],
    ]),
  ];
}

function bundle(
  prefix: string,
  { keystore, truststore }: JavaTlsSettings,
  { alias }: ServedIdentity,
): Property[] {
  const store = (name: string, { path, type, variable }: StoreSettings): Property[] => [
    [`${prefix}.${name}.location`, file(path)],
    [`${prefix}.${name}.type`, type],
    [`${prefix}.${name}.password`, `\${${variable}}`],
  ];
  return [
    [`${prefix}.key.alias`, withoutPlaceholder(alias)],
    ...store("keystore", keystore),
    ...(truststore === undefined ? [] : store("truststore", truststore)),
  ];
}

function clientAuth({ clientAuthentication }: JavaTlsSettings): Property {
  const words = { none: "none", request: "want", require: "need" } as const;
  return ["server.ssl.client-auth", words[clientAuthentication]];
}

function file(path: string): string {
  return `file:${withoutPlaceholder(path)}`;
}
