import type { Construct } from "constructs";
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
} from "../lib";

/** Billing calls Orders over mutual TLS; one authority issues both certificates. No product class involved. */
export class MutualTlsStack extends TrustStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const orders = Host.local("orders");
    const billing = Host.local("billing");
    const store = (name: string, host: typeof orders, path: string) =>
      new Keystore(this, name, { host, path, password: Secret.file(`.local/secrets/${host.hostId}-stores`) });
    const ordersTruststore = store("OrdersTruststore", orders, "/etc/orders/truststore.p12");
    const billingTruststore = store("BillingTruststore", billing, "/etc/billing/truststore.p12");
    const authority = new CertificateAuthority(this, "Authority", { commonName: "Example Partner CA" });

    const endpoint = new HttpsCallbackEndpoint(this, "Orders", {
      names: ["orders.example.com"],
      port: 8443,
      identity: store("OrdersKeystore", orders, "/etc/orders/keystore.p12").entry("orders"),
      certificate: Certificate.issuedBy(authority, { validityDays: 397 }),
      clientAuthentication: "require",
      truststore: ordersTruststore,
    });
    const binding = new ClientCertificateBinding(this, "Billing", {
      identity: store("BillingKeystore", billing, "/etc/billing/keystore.p12").entry("billing"),
      certificate: Certificate.issuedBy(authority, { validityDays: 397 }),
      endpoint,
      truststore: billingTruststore,
      user: "billing",
    });
    new TruststoreEntry(this, "BillingTrustsOrders", {
      truststore: billingTruststore,
      alias: "orders-ca",
      trusts: endpoint,
    });
    new TruststoreEntry(this, "OrdersTrustsBilling", {
      truststore: ordersTruststore,
      alias: "billing-ca",
      trusts: binding,
    });
  }
}
