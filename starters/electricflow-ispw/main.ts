import { App } from "cdktf";
import { CallbacksStack } from "./stacks/callbacks";

const app = new App();
new CallbacksStack(app, "callbacks");
app.synth();
