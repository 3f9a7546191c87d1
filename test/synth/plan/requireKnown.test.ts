import { DataResource } from "cdktf";
import { Construct } from "constructs";
import {
  Certificate,
  contributes,
  Host,
  HttpsCallbackEndpoint,
  Keystore,
  Secret,
  TrustFile,
} from "../../../lib";
import { planOf } from "../../support/planOf";

const host = Host.local("orders");
const keystore = (stack: ConstructorParameters<typeof Keystore>[0]) =>
  new Keystore(stack, "Keys", { host, path: "/etc/k.p12", password: Secret.env("K") });

describe("what only CDKTF or Terraform knows", () => {
  test("is no alias", () => {
    expect(() =>
      planOf((stack) => {
        const thing = new DataResource(stack, "Thing", { input: { x: "y" } });
        new HttpsCallbackEndpoint(stack, "Orders", {
          names: ["orders.example.com"],
          port: 443,
          identity: keystore(stack).entry(thing.id),
          certificate: Certificate.selfSigned(),
        });
      }),
    ).toThrow("alias is a Terraform value");
  });

  test("is no text of a file", () => {
    expect(() =>
      planOf((stack) => {
        const thing = new DataResource(stack, "Thing", { input: { x: "y" } });
        new TrustFile(stack, "File", { host, path: "/etc/x", content: { text: `it is ${thing.id}` } });
      }),
    ).toThrow("content is a Terraform value");
  });

  test("is in nothing that a system of one's own adds to the plan, and the error names the part and what to do", () => {
    expect(() =>
      planOf((stack) => {
        const thing = new DataResource(stack, "Thing", { input: { x: "y" } });
        const content = { kind: "text", text: `it is ${thing.id}` } as const;
        const file = { id: "stack/Own", hostId: "orders", path: "/etc/x", mode: 0o644, content };
        contributes(new Construct(stack, "Own"), () => ({ files: [file] }));
      }),
    ).toThrow(/stack\/Own has a CDKTF token as its "content".*give the value itself/);
  });

  test("may be in a command that Terraform runs", () => {
    const plan = planOf((stack) => {
      const thing = new DataResource(stack, "Thing", { input: { x: "y" } });
      new HttpsCallbackEndpoint(stack, "Orders", {
        names: ["orders.example.com"],
        port: 443,
        identity: keystore(stack).entry("orders"),
        certificate: Certificate.selfSigned(),
      }).afterDeploy(`notify ${thing.id}`);
    });
    expect(plan.endpoints).toHaveLength(1);
  });
});
