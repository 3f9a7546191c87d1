import { posix } from "node:path";

import { readXmlElements } from "../../config";
import type { ClientAuthentication } from "../../model";
import type { Listener } from "../inventory";
import { type FoundUse, fileIn } from "./foundUse";

const VERIFICATION: Readonly<Record<string, ClientAuthentication>> = {
  required: "require",
  optional: "request",
  optionalnoca: "request",
  true: "require",
  yes: "require",
  require: "require",
  want: "request",
  optional_no_ca: "request",
};

/** Attributes that name files: of a connector itself, as Tomcat up to 9 has them, of an `SSLHostConfig`, a `Certificate`. */
const FILES: readonly (readonly [attribute: string, as: FoundUse["as"]])[] = [
  ["keystoreFile", "keystore"],
  ["certificateKeystoreFile", "keystore"],
  ["truststoreFile", "truststore"],
  ["SSLCertificateFile", "certificate"],
  ["certificateFile", "certificate"],
  ["SSLCertificateKeyFile", "key"],
  ["certificateKeyFile", "key"],
  ["SSLCACertificateFile", "client authorities"],
  ["caCertificateFile", "client authorities"],
];

/**
 * What the connectors of a `server.xml` read; relative paths start at `CATALINA_BASE`, the folder above `conf`.
 *
 * @throws ConfigError
 */
export function tomcatUses(path: string, bytes: Uint8Array): FoundUse[] {
  const base = posix.dirname(posix.dirname(path));
  const resolved = (written: string): string =>
    fileIn(base, written.replaceAll(/\$\{catalina\.(?:base|home)\}/g, base));
  const uses: FoundUse[] = [];
  let port: number | undefined;
  let connector: string | undefined;
  let hostConfig: string | undefined;
  for (const { name, attributes } of readXmlElements(bytes)) {
    if (name === "Connector") {
      port = Number(attributes.get("port"));
      connector = attributes.get("clientAuth");
      hostConfig = undefined;
    } else if (name === "SSLHostConfig") hostConfig = attributes.get("certificateVerification") ?? "none";
    else if (name !== "Certificate") continue;
    const clientAuthentication = VERIFICATION[(hostConfig ?? connector ?? "").toLowerCase()] ?? "none";
    const listener = listenerOf(port, clientAuthentication);
    const alias = attributes.get("keyAlias") ?? attributes.get("certificateKeyAlias");
    for (const [attribute, as] of FILES) {
      const file = attributes.get(attribute);
      if (file === undefined) continue;
      uses.push({
        product: "Tomcat",
        path: resolved(file),
        as,
        ...(as === "keystore" && alias !== undefined ? { alias } : {}),
        ...listener,
      });
    }
  }
  return uses;
}

function listenerOf(
  port: number | undefined,
  clientAuthentication: ClientAuthentication,
): { readonly listener?: Listener } {
  if (port === undefined || !Number.isInteger(port) || port < 1) return {};
  return { listener: { port, names: [], clientAuthentication } };
}
