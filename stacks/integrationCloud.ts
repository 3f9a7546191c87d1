import type { Construct } from "constructs";
import {
  Certificate,
  CertificateAuthority,
  Host,
  IntegrationCloud,
  JavaServer,
  RestClient,
  Secret,
  TrustStack,
} from "../lib";

/** REST clients call integrations of webMethods Integration Cloud on 8443 with the certificate of a user. */
export class IntegrationCloudStack extends TrustStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const address = "mydomain.webmethodscloud.com";
    const authority = new CertificateAuthority(this, "Authority", { commonName: "Example Client CA" });
    // The service is nobody's host; a server of our own stands in for it here, so that the calls can be rehearsed.
    const standIn = new JavaServer(this, "StandIn", {
      host: Host.local("integration-cloud"),
      names: [address],
      port: 8443,
      keystorePath: "/etc/tenant/keystore.p12",
      keystorePassword: Secret.file(".local/secrets/integration-cloud-stores"),
      alias: "tenant",
      certificate: Certificate.selfSigned(),
      clientAuthentication: "require",
      truststorePath: "/etc/tenant/truststore.p12",
    });
    standIn.trusts("users", authority);

    const cloud = new IntegrationCloud(this, "Cloud", { address, standIn });
    const client = new RestClient(this, "Client", {
      host: Host.local("rest-client"),
      directory: "/home/ci/integration-cloud",
    });
    for (const user of ["orders", "invoices"]) {
      client.calls(cloud, {
        as: Certificate.issuedBy(authority),
        user,
        id: user,
        keyPassword: Secret.file(`.local/secrets/rest-client-${user}`),
      });
    }
  }
}
