import { App } from "cdktf";
import { ShopStack } from "./stacks/shop";

const app = new App();
new ShopStack(app, "shop");
app.synth();
