import type { App } from "cdktf";
import {
  Certificate,
  CertificateAuthority,
  ClientCertificateBinding,
  Host,
  HttpsCallbackEndpoint,
  Keystore,
  Secret,
  TrustStack,
  TruststoreEntry,
} from "../../lib";

/** What a test makes different. */
export interface ShopOptions {
  readonly isTrusted?: boolean;
  readonly isBound?: boolean;
  readonly isExisting?: boolean;
}

/** A shop that calls a warehouse, both with certificates. */
export class ShopStack extends TrustStack {
  constructor(
    app: App,
    id: string,
    { isTrusted = true, isBound = true, isExisting = false }: ShopOptions = {},
  ) {
    super(app, id);
    const keystoreAt = (name: string, host: string) =>
      new Keystore(this, name, {
        host: Host.local(host),
        path: `/etc/${host}/${name.toLowerCase()}.p12`,
        password: Secret.env(`${host.toUpperCase()}_STORES`),
      });
    const authority = new CertificateAuthority(this, "Authority", {
      commonName: "Example CA",
      keyAlgorithm: "ec-p256",
    });
    const [serverKeys, serverTrust] = [keystoreAt("ServerKeys", "stock"), keystoreAt("ServerTrust", "stock")];
    const [clientKeys, clientTrust] = [keystoreAt("ClientKeys", "shop"), keystoreAt("ClientTrust", "shop")];
    const stock = new HttpsCallbackEndpoint(this, "Stock", {
      names: ["stock.example.com"],
      port: 8443,
      identity: serverKeys.entry("stock"),
      certificate: isExisting ? Certificate.existing() : Certificate.selfSigned(),
      clientAuthentication: "require",
      truststore: serverTrust,
    });
    if (isTrusted)
      new TruststoreEntry(this, "StockAnchor", { truststore: clientTrust, alias: "stock", trusts: stock });
    if (!isBound) return;
    const binding = new ClientCertificateBinding(this, "Shop", {
      identity: clientKeys.entry("shop"),
      certificate: Certificate.issuedBy(authority, { keyAlgorithm: "ec-p256" }),
      endpoint: stock,
      truststore: clientTrust,
    });
    new TruststoreEntry(this, "ShopAnchor", { truststore: serverTrust, alias: "shop-ca", trusts: binding });
  }
}
