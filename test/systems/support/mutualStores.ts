import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { SHORT_LIVED_KEYTOOL } from "../../support/javaProgram";
import { tool } from "../../support/tools";

export interface MutualStores {
  readonly keystore: string;
  readonly truststore: string;
  readonly serverCertificate: string;
  readonly clientCertificate: string;
  readonly clientKey: string;
}

/** A JKS keystore with two servers' identities, a JKS truststore with a client's certificate, and the client in PEM. */
export function mutualStores(directory: string, alias: string, password: string): MutualStores {
  const path = (name: string) => join(directory, name);
  const stores: MutualStores = {
    keystore: path("keystore.jks"),
    truststore: path("truststore.jks"),
    serverCertificate: path("server.pem"),
    clientCertificate: path("client.crt"),
    clientKey: path("client.key"),
  };
  const environment = { ...process.env, STORE_PASSWORD: password };
  const keytool = (words: string, store: string, ...more: string[]) => {
    const common = `-storetype JKS -storepass:env STORE_PASSWORD -noprompt`;
    const all = [...SHORT_LIVED_KEYTOOL, ...`${words} ${common}`.split(" "), "-keystore", store, ...more];
    spawnSync(tool("keytool"), all, { env: environment });
  };
  const pair = "-genkeypair -keyalg RSA -ext SAN=dns:localhost -dname";
  keytool(`${pair} CN=other -alias other`, stores.keystore);
  keytool(`${pair} CN=server -alias ${alias}`, stores.keystore);
  keytool(`-exportcert -rfc -alias ${alias}`, stores.keystore, "-file", stores.serverCertificate);
  const request = "req -x509 -newkey rsa:2048 -nodes -subj /CN=client -addext extendedKeyUsage=clientAuth";
  spawnSync(tool("openssl"), [
    ...request.split(" "),
    "-keyout",
    stores.clientKey,
    "-out",
    stores.clientCertificate,
  ]);
  keytool("-importcert -alias client", stores.truststore, "-file", stores.clientCertificate);
  return stores;
}
