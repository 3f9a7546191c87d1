import type { IntegrationServerConfiguration } from "./integrationServerConfiguration";
import { passwordVariables } from "./setupScript/steps";
import { hashComment, javaProperties, withoutPlaceholder } from "../../text";

/** Where a Microservices Runtime finds secrets: in its environment, or among its mounted secrets. */
export type RuntimeSecretSource = "env" | "secret";

/** Lines between which everything of the file stands, so that it can be taken out of a site's file again. */
export const VARIABLES_START = "Certificate trust of this server: start";
export const VARIABLES_END = "Certificate trust of this server: end";

/**
 * Configuration variables of a Microservices Runtime (10.5 with fix 7, 10.7 and later). Ports, endpoint aliases and
 * certificate mappings have no variables that are known; `variables` takes those that
 * `wm.server.configurationvariables:getTemplate` names on your server.
 */
export function configurationVariables(
  configuration: IntegrationServerConfiguration,
  secretSource: RuntimeSecretSource,
): string {
  const secret = (name: string) => `$${secretSource}{${name}}`;
  const passwords = runtimePasswords(configuration);
  const properties = javaProperties(
    [
      VARIABLES_START,
      "A runtime reads it at start-up: name this file last in the list SAG_IS_CONFIG_PROPERTIES (10.15 and later), or",
      "put its lines into the site's own file (before). What it refuses stands in logs/configurationvariables.log.",
      ...(passwords.length === 0
        ? []
        : [
            secretSource === "env"
              ? "Passwords are in these variables of the runtime's environment:"
              : "Passwords are in these secrets that are mounted for the runtime:",
            ...passwords.map((name) => `  ${name}`),
          ]),
    ],
    [
      ...configuration.stores.flatMap((store) => {
        const prefix = `${store.kind === "key" ? "keystore" : "truststore"}.${store.alias}`;
        const isHsm = store.kind === "key" ? [[`${prefix}.ksIsHsm`, "false"] as const] : [];
        // Of an alias that is there already only what is added: the rest is the site's.
        const own = [
          [`${prefix}.ksLocation`, withoutPlaceholder(store.path)],
          [`${prefix}.ksType`, store.type],
          [`${prefix}.ksStoreProviderName`, store.type === "JKS" ? "SUN" : "SunJSSE"],
          [`${prefix}.ksPassword`, secret(store.passwordVariable)],
          ...isHsm,
        ] as const;
        return [
          ...(store.existing === true ? [] : own),
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
  return `${properties}${hashComment(VARIABLES_END)}\n`;
}

/** Names under which the runtime finds the passwords of the variables; endpoint aliases have none. */
export function runtimePasswords(configuration: IntegrationServerConfiguration): string[] {
  return passwordVariables({ ...configuration, consumerEndpoints: [] });
}
