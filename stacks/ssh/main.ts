import { App } from "cdktf";
import { ShopStack } from "./shop";

const app = new App();
new ShopStack(app, "shop");
app.synth();
