import type { Construct } from "constructs";
import { Certificate, CertificateAuthority, CesServer, Host, JavaServer, Secret, TrustStack } from "../lib";

/** CES serves HTTPS, and its webhooks call a deployment service with a client certificate. */
export class CesStack extends TrustStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const authority = new CertificateAuthority(this, "Authority", { commonName: "Example Corporate CA" });
    const deployments = new JavaServer(this, "Deployments", {
      host: Host.local("deployments"),
      names: ["deployments.example.com"],
      port: 8443,
      keystorePath: "/etc/deployments/keystore.p12",
      keystorePassword: Secret.file(".local/secrets/deployments-stores"),
      alias: "deployments",
      certificate: Certificate.issuedBy(authority),
      clientAuthentication: "require",
      truststorePath: "/etc/deployments/truststore.p12",
    });
    const ces = new CesServer(this, "Ces", {
      host: Host.local("ces"),
      names: ["ces.example.com"],
      directory: "/opt/ces/trust",
      certificate: Certificate.issuedBy(authority),
      password: Secret.file(".local/secrets/ces-stores"),
    });
    // The ids, and the alias "ces", are those of the first deploy.
    ces.calls(deployments, { as: Certificate.issuedBy(authority), user: "ces", id: "deployments" });
    deployments.trusts("ces", authority);
    // The deployment service asks CES for the state of a set, so it must trust CES in turn.
    deployments.calls(ces, { id: "ces-rest" });
  }
}
