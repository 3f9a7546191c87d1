import type { Construct } from "constructs";
import {
  Certificate,
  CertificateAuthority,
  Host,
  IntegrationServer,
  IsCall,
  JavaServer,
  Secret,
  TrustStack,
} from "../lib";

/**
 * An Integration Server calls a bank as client A, B or C, chosen call by call, and a carrier and the customs under
 * an identity of their own. All three ask for client certificates; each stands behind a root and an intermediate.
 */
export class IntegrationServerStack extends TrustStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const clients = new CertificateAuthority(this, "Clients", { commonName: "Example Client CA" });
    const server = new IntegrationServer(this, "IS", {
      host: Host.local("integration-server"),
      instanceDirectory: "/opt/softwareag/IntegrationServer/instances/default",
      maxKeepAliveConnections: 0,
    });
    const password = Secret.file(".local/secrets/integration-server-stores");
    server.keystore("PARTNER_KEYS", { password });
    server.truststore("PARTNER_TRUST", { password, global: true });
    const callAs = (name: string, partner: JavaServer) =>
      server.calls(partner, {
        id: name,
        as: server.identity(name, Certificate.issuedBy(clients)),
        by: IsCall.endpointAlias(name.toUpperCase()),
      });

    const bank = this.partner("bank", clients);
    for (const client of ["A", "B", "C"]) callAs(`Bank_${client}`, bank);
    for (const partner of ["carrier", "customs"]) callAs(`As_${partner}`, this.partner(partner, clients));
  }

  /** A partner's server, which in production is somebody else's. */
  private partner(name: string, clients: CertificateAuthority): JavaServer {
    const commonName = `Example ${name}`;
    const root = new CertificateAuthority(this, `${name}-root`, { commonName: `${commonName} root` });
    const issuing = new CertificateAuthority(this, `${name}-issuing`, {
      commonName: `${commonName} issuing`,
      issuer: root,
    });
    const server = new JavaServer(this, name, {
      host: Host.local(name),
      names: [`${name}.example.com`],
      port: 8443,
      keystorePath: `/etc/${name}/keystore.p12`,
      keystorePassword: Secret.file(`.local/secrets/${name}-stores`),
      alias: name,
      certificate: Certificate.issuedBy(issuing),
      clientAuthentication: "require",
      truststorePath: `/etc/${name}/truststore.p12`,
    });
    server.trusts("clients", clients);
    return server;
  }
}
