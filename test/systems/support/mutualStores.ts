import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { SHORT_LIVED_KEYTOOL } from "../../support/javaProgram";
import { tool } from "../../support/tools";

export interface MutualStores {
  readonly keystore: string;
  readonly truststore: string;
  readonly serverCertificate: string;
  readonly otherCertificate: string;
  readonly clientCertificate: string;
  readonly clientKey: string;
}

/** A JKS keystore with two identities, of localhost and under `other` of other.example.com, a JKS truststore with a client's certificate, and the client in PEM. */
export function mutualStores(directory: string, alias: string, password: string): MutualStores {
  const path = (name: string) => join(directory, name);
  const stores: MutualStores = {
    keystore: path("keystore.jks"),
    truststore: path("truststore.jks"),
    serverCertificate: path("server.pem"),
    otherCertificate: path("other.pem"),
    clientCertificate: path("client.crt"),
    clientKey: path("client.key"),
  };
  const environment = { ...process.env, STORE_PASSWORD: password };
  const keytool = (words: string, store: string, ...more: string[]) => {
    const common = `-storetype JKS -storepass:env STORE_PASSWORD -noprompt`;
    const all = [...SHORT_LIVED_KEYTOOL, ...`${words} ${common}`.split(" "), "-keystore", store, ...more];
    spawnSync(tool("keytool"), all, { env: environment });
  };
  const identities = [
    ["other", "other", "other.example.com", stores.otherCertificate],
    ["server", alias, "localhost", stores.serverCertificate],
  ] as const;
  for (const [commonName, under, name, certificate] of identities) {
    keytool(
      `-genkeypair -keyalg RSA -ext SAN=dns:${name} -dname CN=${commonName} -alias ${under}`,
      stores.keystore,
    );
    keytool(`-exportcert -rfc -alias ${under}`, stores.keystore, "-file", certificate);
  }
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
