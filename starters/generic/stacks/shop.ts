import type { Construct } from "constructs";
import { Certificate, CertificateAuthority, JavaClient, JavaServer, Secret, TrustStack } from "cdktf-trust";

/** Shop calls stock over HTTPS, and both present a certificate of one authority. */
export class ShopStack extends TrustStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const authority = new CertificateAuthority(this, "Authority", { commonName: "Example CA" });
    const stock = new JavaServer(this, "stock", {
      host: this.environment.host("stock"),
      names: ["stock.example.com"],
      port: 8443,
      keystorePath: "/etc/stock/keystore.p12",
      keystorePassword: Secret.named("stock-stores"),
      alias: "stock",
      certificate: Certificate.issuedBy(authority),
      clientAuthentication: "require",
      truststorePath: "/etc/stock/truststore.p12",
    });
    const shop = new JavaClient(this, "shop", {
      host: this.environment.host("shop"),
      truststore: "/etc/shop/truststore.p12",
      keystore: "/etc/shop/keystore.p12",
      password: Secret.named("shop-stores"),
    });
    shop.calls(stock, { as: Certificate.issuedBy(authority) });
  }
}
