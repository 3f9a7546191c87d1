import type { Construct } from "constructs";
import { ElectricFlowServer, Host, IspwServer, Secret, TrustStack } from "../lib";

/** ISPW calls ElectricFlow back over HTTPS on 8443 and must trust the certificate that ElectricFlow has. */
export class ElectricFlowIspwStack extends TrustStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const electricFlow = new ElectricFlowServer(this, "ElectricFlow", {
      host: Host.local("electricflow"),
      serverAddress: "electricflow.example.com",
      keystorePassword: Secret.file(".local/secrets/electricflow-keystore"),
      callback: { contextParameter: "jobId" },
    });
    const ispw = new IspwServer(this, "Ispw", {
      host: Host.local("ispw"),
      javaHome: "/usr/lpp/java/J8.0_64",
      cacertsPassword: Secret.file(".local/secrets/ispw-cacerts"),
    });
    ispw.calls(electricFlow);
  }
}
