import type { ClientAuthentication, ConfigSetting } from "../../model";
import { javaProperties, withoutPlaceholder } from "../../text";
import { unfitPasswordFile } from "../errors";
import type { KafkaProduct } from "./javaProduct";
import type { JavaTlsSettings, StoreSettings } from "./javaTlsSettings";

type PropertySetting = Extract<ConfigSetting, { kind: "property" }>;
type Property = readonly [key: string, value: string];

/**
 * What a broker's `server.properties` says of TLS; which listeners there are, and on which ports, stays the site's own.
 * Kafka is told no alias: Java picks the key.
 *
 * @see https://kafka.apache.org/documentation/#security_ssl, "Configuring Kafka Brokers"
 */
export function kafkaBrokerSettings(settings: JavaTlsSettings, product: KafkaProduct): ConfigSetting[] {
  const { listener } = product;
  const prefix = listener === undefined ? "" : `listener.name.${listener.toLowerCase()}.`;
  const clientAuth: Readonly<Record<ClientAuthentication, string>> = {
    none: "none",
    request: "requested",
    require: "required",
  };
  const properties: Property[] = [
    ...stores(settings, product).map(([key, value]): Property => [`${prefix}${key}`, value]),
    [`${prefix}ssl.client.auth`, clientAuth[settings.clientAuthentication]],
  ];
  const set = (list: readonly Property[], more: Pick<PropertySetting, "onForeign"> = {}) =>
    list.map(([key, value]): PropertySetting => ({ kind: "property", key, value, ...more }));
  // One list for the whole file: what is there may be what other values of the site refer to.
  const named = product.configProviders === "theirs" ? [] : providers(product);
  return [...set(named, { onForeign: "refuse" }), ...set(properties)];
}

/** A file of properties for a producer, a consumer or an administrator's command. */
export function kafkaClientProperties(settings: KafkaStores, product: KafkaProduct): string {
  return javaProperties(
    ["TLS of a Kafka client. Passwords are references."],
    [...providers(product), ["security.protocol", "SSL"], ...stores(settings, product)],
  );
}

/** What a broker or a client keeps. */
export interface KafkaStores {
  readonly keystore?: StoreSettings;
  readonly truststore?: StoreSettings;
}

function stores({ keystore, truststore }: KafkaStores, product: KafkaProduct): Property[] {
  const store = (name: string, { path, type, variable }: StoreSettings): Property[] => [
    [`ssl.${name}.location`, withoutPlaceholder(path)],
    [`ssl.${name}.type`, type],
    [`ssl.${name}.password`, reference(product, variable)],
  ];
  return [
    ...(keystore === undefined ? [] : store("keystore", keystore)),
    ...(truststore === undefined ? [] : store("truststore", truststore)),
  ];
}

const PROVIDERS = "org.apache.kafka.common.config.provider";

/**
 * What resolves the references: environment variables from 3.5 on (KIP-887), a file of the site's before (KIP-297).
 *
 * @see https://kafka.apache.org/41/configuration/configuration-providers
 */
function providers({ passwordFile }: KafkaProduct): Property[] {
  const [name, provider] =
    passwordFile === undefined ? ["env", "EnvVarConfigProvider"] : ["file", "FileConfigProvider"];
  return [
    ["config.providers", name],
    [`config.providers.${name}.class`, `${PROVIDERS}.${provider}`],
  ];
}

/** `${provider:key}` or `${provider:path:key}`, in which a colon ends the path and a brace the whole. */
function reference({ passwordFile }: KafkaProduct, variable: string): string {
  if (passwordFile === undefined) return `\${env:${variable}}`;
  if (/[:}]/.test(passwordFile)) throw unfitPasswordFile(passwordFile);
  return `\${file:${passwordFile}:${variable}}`;
}
