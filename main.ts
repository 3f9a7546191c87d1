import { App } from "cdktf";
import { exampleStacks } from "./stacks";

const app = new App();
exampleStacks(app);
app.synth();
