import type { Construct } from "constructs";
import { Certificate, ElectricFlowServer, Host, IspwServer, Secret, TrustStack } from "../lib";

/** The same pair where ElectricFlow's own certificate is replaced by one that is made here. */
export class ElectricFlowReplacedStack extends TrustStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const electricFlow = new ElectricFlowServer(this, "ElectricFlow", {
      host: Host.local("electricflow-replaced"),
      serverAddress: "flow.example.com",
      keystorePassword: Secret.file(".local/secrets/electricflow-keystore"),
      certificate: Certificate.selfSigned({ organization: "Example", validityDays: 825 }),
      trustedAgents: [],
    });
    const ispw = new IspwServer(this, "Ispw", {
      host: Host.local("ispw-replaced"),
      javaHome: "/usr/lpp/java/J8.0_64",
      cacertsPassword: Secret.file(".local/secrets/ispw-cacerts"),
    });
    ispw.calls(electricFlow);
  }
}
