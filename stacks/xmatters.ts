import type { Construct } from "constructs";
import {
  Certificate,
  CertificateAuthority,
  Host,
  JavaClient,
  Keystore,
  Secret,
  TrustStack,
  XmattersIntegrationAgent,
} from "../lib";

/** A management system sends events to an xMatters Integration Agent over HTTPS and must trust its certificate. */
export class XmattersStack extends TrustStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const authority = new CertificateAuthority(this, "Authority", { commonName: "Example Corporate CA" });
    const agent = new XmattersIntegrationAgent(this, "Agent", {
      host: Host.local("integration-agent"),
      home: "/opt/xmatters/integrationagent",
      serverAddress: "ia01.example.com",
      certificate: Certificate.issuedBy(authority),
      keystorePassword: Secret.file(".local/secrets/integration-agent-keystore"),
    });
    const cacerts = new Keystore(this, "ManagementCacerts", {
      host: Host.local("management"),
      path: "/opt/management/jre/lib/security/cacerts",
      password: Secret.file(".local/secrets/management-cacerts"),
      profile: "jks",
      ifMissing: "fail",
    });
    const management = new JavaClient(this, "Management", { host: cacerts.host, truststore: cacerts });
    // The entry's key is that of the first deploy.
    management.calls(agent, { key: "Agent/CalledBy-management-xmatters-integration-agent" });
  }
}
