import { posix } from "node:path";

import { readProperties } from "../../config";
import type { ClientAuthentication } from "../../model";
import { type FoundUse, fileIn } from "./foundUse";

type Properties = ReadonlyMap<string, string>;

/**
 * What a module of Jetty in `start.d`, or `start.ini`, reads; relative paths start at `jetty.base`.
 *
 * @throws ConfigError
 */
export function jettyUses(path: string, bytes: Uint8Array): FoundUse[] {
  const properties = readProperties(bytes);
  const folder = posix.dirname(path);
  const base = posix.basename(folder) === "start.d" ? posix.dirname(folder) : folder;
  const isTrue = (key: string): boolean => properties.get(key) === "true";
  const clientAuthentication = isTrue("jetty.sslContext.needClientAuth")
    ? "require"
    : isTrue("jetty.sslContext.wantClientAuth")
      ? "request"
      : "none";
  const settings = {
    product: "Jetty",
    port: properties.get("jetty.ssl.port"),
    clientAuthentication,
  } as const;
  return usesOf(base, settings, {
    keystore: properties.get("jetty.sslContext.keyStorePath"),
    truststore: properties.get("jetty.sslContext.trustStorePath"),
  });
}

/**
 * What an `application*.properties` of Spring Boot reads: below `server.ssl`, and bundles.
 *
 * @throws ConfigError
 */
export function springBootUses(path: string, bytes: Uint8Array): FoundUse[] {
  const properties = readProperties(bytes);
  const words: Readonly<Record<string, ClientAuthentication>> = { need: "require", want: "request" };
  const settings = {
    product: "Spring Boot",
    port: properties.get("server.port"),
    alias: properties.get("server.ssl.key-alias"),
    clientAuthentication: words[properties.get("server.ssl.client-auth") ?? ""] ?? "none",
  } as const;
  const folder = posix.dirname(path);
  const own = usesOf(folder, settings, {
    keystore: properties.get("server.ssl.key-store"),
    truststore: properties.get("server.ssl.trust-store"),
    certificate: properties.get("server.ssl.certificate"),
    key: properties.get("server.ssl.certificate-private-key"),
  });
  return [...own, ...bundles(folder, properties)];
}

function bundles(folder: string, properties: Properties): FoundUse[] {
  return [...properties].flatMap(([key, value]) => {
    const [, as] = /^spring\.ssl\.bundle\.jks\.[^.]+\.(keystore|truststore)\.location$/.exec(key) ?? [];
    if (as !== "keystore" && as !== "truststore") return [];
    return usesOf(folder, { product: "Spring Boot", clientAuthentication: "none" }, { [as]: value });
  });
}

/**
 * What a `server.properties` of a Kafka broker reads.
 *
 * @throws ConfigError
 */
export function kafkaUses(path: string, bytes: Uint8Array): FoundUse[] {
  const properties = readProperties(bytes);
  const words: Readonly<Record<string, ClientAuthentication>> = { required: "require", requested: "request" };
  return [...properties].flatMap(([key, value]) => {
    const [, prefix = "", as] =
      /^(listener\.name\.[^.]+\.)?ssl\.(keystore|truststore)\.location$/.exec(key) ?? [];
    if (as !== "keystore" && as !== "truststore") return [];
    const listener = prefix.split(".")[2] ?? "SSL";
    const [, port] =
      new RegExp(`(?:^|,)\\s*${escaped(listener)}://[^,]*:(\\d+)`, "i").exec(
        properties.get("listeners") ?? "",
      ) ?? [];
    const clientAuthentication =
      words[properties.get(`${prefix}ssl.client.auth`) ?? properties.get("ssl.client.auth") ?? ""] ?? "none";
    return usesOf(posix.dirname(path), { product: "Kafka", port, clientAuthentication }, { [as]: value });
  });
}

function escaped(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9_]/g, String.raw`\$&`);
}

interface Settings {
  readonly product: string;
  readonly port?: string | undefined;
  readonly alias?: string | undefined;
  readonly clientAuthentication: ClientAuthentication;
}

/** What stands in the class path or in a variable is no file that could be found. */
function usesOf(
  folder: string,
  { product, port = "", alias, clientAuthentication }: Settings,
  files: { readonly [As in FoundUse["as"]]?: string | undefined },
): FoundUse[] {
  const listener = /^[1-9]\d{0,4}$/.test(port)
    ? { listener: { port: Number(port), names: [], clientAuthentication } }
    : {};
  return Object.entries(files).flatMap(([as, written]) =>
    written === undefined || written === "" || /^classpath:|\$\{/.test(written)
      ? []
      : [
          {
            product,
            path: fileIn(folder, written),
            as: as as FoundUse["as"],
            ...(as === "keystore" && alias !== undefined ? { alias } : {}),
            ...listener,
          },
        ],
  );
}
