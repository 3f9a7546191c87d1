import type { Construct } from "constructs";
import {
  Activation,
  Certificate,
  CertificateAuthority,
  JavaServer,
  RestClient,
  Secret,
  TrustStack,
} from "../../lib";

/** What `cdktf.json` says of the two machines beside how they are reached. */
interface Shop {
  readonly name: string;
  readonly port: number;
  readonly directory: string;
  readonly billingDirectory: string;
}

/** Billing calls the shop over mutual TLS, each on a machine of its own; one authority issues both certificates. */
export class ShopStack extends TrustStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const { environment } = this;
    const { name, port, directory, billingDirectory }: Shop = this.node.getContext("shop");
    const authority = new CertificateAuthority(this, "Authority", { commonName: "Example Shop CA" });

    const shop = new JavaServer(this, "Shop", {
      host: environment.host("shop"),
      names: [name],
      port,
      keystorePath: `${directory}/keys.p12`,
      truststorePath: `${directory}/trust.p12`,
      keystorePassword: Secret.named("shop-stores"),
      alias: "shop",
      certificate: Certificate.issuedBy(authority),
      clientAuthentication: "require",
      activation: Activation.run(["sh", `${directory}/restart.sh`, String(port)], { timeoutSeconds: 60 }),
    });
    const billing = new RestClient(this, "Billing", {
      host: environment.host("billing"),
      directory: billingDirectory,
      keyPassword: Secret.named("billing-key"),
      programs: ["curl"],
    });
    billing.calls(shop, { as: Certificate.issuedBy(authority), id: "billing" });
  }
}
