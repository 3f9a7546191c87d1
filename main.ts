import { App } from "cdktf";
import { ElectricFlowIspwStack } from "./stacks/electricFlowIspw";
import { ElectricFlowReplacedStack } from "./stacks/electricFlowReplaced";
import { MutualTlsStack } from "./stacks/mutualTls";

const app = new App();
new ElectricFlowIspwStack(app, "electricflow-ispw");
new ElectricFlowReplacedStack(app, "electricflow-replaced");
new MutualTlsStack(app, "mutual-tls");
app.synth();
