import type { Construct } from "constructs";
import {
  Certificate,
  Host,
  HttpsCallbackEndpoint,
  Keystore,
  Secret,
  TrustStack,
  TruststoreEntry,
} from "../lib";

/** How many endpoints one relying truststore trusts. */
const ENDPOINTS_A_TRUSTSTORE = 10;
/** How many endpoints are on one host. */
const ENDPOINTS_A_HOST = 2;

/** A stack of endpoints on JKS stores, two a host with a keystore each, relied on by one truststore for every ten. */
export class FleetStack extends TrustStack {
  constructor(scope: Construct, id: string, endpoints: number) {
    super(scope, id);
    const password = Secret.env("FLEET_PASSWORD");
    let truststore: Keystore | undefined;
    for (let index = 0; index < endpoints; index += 1) {
      if (truststore === undefined || index % ENDPOINTS_A_TRUSTSTORE === 0) {
        const client = Host.local(`client-${index / ENDPOINTS_A_TRUSTSTORE}`);
        truststore = new Keystore(this, `Truststore${index}`, {
          host: client,
          path: "/etc/trust.jks",
          password,
        });
      }
      const host = Host.local(`server-${Math.floor(index / ENDPOINTS_A_HOST)}`);
      const endpoint = new HttpsCallbackEndpoint(this, `Endpoint${index}`, {
        names: [`server-${index}.example.com`],
        port: 8443 + (index % ENDPOINTS_A_HOST),
        identity: new Keystore(this, `Keystore${index}`, {
          host,
          path: `/etc/keys-${index % ENDPOINTS_A_HOST}.jks`,
          password,
        }).entry("server"),
        certificate: Certificate.selfSigned({ keyAlgorithm: "ec-p256" }),
      });
      new TruststoreEntry(this, `Trust${index}`, { truststore, alias: `server-${index}`, trusts: endpoint });
    }
  }
}
