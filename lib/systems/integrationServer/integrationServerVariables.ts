import type { IntegrationServerConfiguration } from "./integrationServerConfiguration";
import { javaProperties, withoutPlaceholder } from "../../text";

/** Where a Microservices Runtime finds secrets: in its environment, or among its mounted secrets. */
export type RuntimeSecretSource = "env" | "secret";

/**
 * `application.properties` of a Microservices Runtime: its configuration variables (10.5 with fix 7, 10.7 and
 * later). Ports, endpoint aliases and certificate mappings have no variables that are known; `variables` takes
 * those that `wm.server.configurationvariables:getTemplate` names on your server.
 */
export function configurationVariables(
  configuration: IntegrationServerConfiguration,
  secretSource: RuntimeSecretSource,
): string {
  const secret = (name: string) => `$${secretSource}{${name}}`;
  return javaProperties(
    [
      "Certificate trust of this server. A runtime reads it at start-up, through SAG_IS_CONFIG_PROPERTIES.",
      "Passwords are references that the runtime resolves.",
    ],
    [
      ...configuration.stores.flatMap((store) => {
        const prefix = `${store.kind === "key" ? "keystore" : "truststore"}.${store.alias}`;
        return [
          [`${prefix}.ksLocation`, withoutPlaceholder(store.path)],
          [`${prefix}.ksType`, store.type],
          [`${prefix}.ksStoreProviderName`, store.type === "JKS" ? "SUN" : "SunJSSE"],
          [`${prefix}.ksPassword`, secret(store.passwordVariable)],
          ...(store.kind === "key" ? [[`${prefix}.ksIsHsm`, "false"] as const] : []),
          ...store.keys.map(
            (key) =>
              [`${prefix}.keyAlias.${key.alias}.keyAliasPassword`, secret(key.passwordVariable)] as const,
          ),
        ] as (readonly [string, string])[];
      }),
      ...configuration.settings.map(([key, value]) => [`settings.${key}`, value] as const),
      ...configuration.variables,
    ],
  );
}
