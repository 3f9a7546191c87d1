import { App } from "cdktf";
import { MutualTlsStack } from "./stacks/mutualTls";

const app = new App();
new MutualTlsStack(app, "mutual-tls");
app.synth();
