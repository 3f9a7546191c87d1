import type { Construct } from "constructs";
import { ElectricFlowServer, IspwServer, Secret, TrustStack } from "cdktf-trust";

/** ISPW calls ElectricFlow back over HTTPS on 8443 and must trust the certificate that ElectricFlow has. */
export class CallbacksStack extends TrustStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const electricFlow = new ElectricFlowServer(this, "ElectricFlow", {
      host: this.environment.host("electricflow"),
      serverAddress: "electricflow.example.com",
      keystorePassword: Secret.named("electricflow-keystore"),
      callback: { contextParameter: "jobId" },
    });
    const ispw = new IspwServer(this, "Ispw", {
      host: this.environment.host("ispw"),
      javaHome: "/usr/lpp/java/J8.0_64",
      cacertsPassword: Secret.named("ispw-cacerts"),
    });
    ispw.calls(electricFlow);
  }
}
