import { Construct, RootConstruct } from "constructs";
import { App } from "cdktf";
import { Host, Keystore, Secret, TrustStack } from "../../lib";
import { keyOf, planIdOf, stateKey } from "../../lib/constructs/key";
import { declare } from "../systems/support/declaration";

describe("the key of a construct", () => {
  test("is its path below the stack", () => {
    const stack = new (class extends TrustStack {})(new App(), "prod");
    const inner = new Construct(new Construct(stack, "Shop"), "Keystore");
    expect([keyOf(inner), planIdOf(inner)]).toEqual(["Shop/Keystore", "prod/Shop/Keystore"]);
    expect(planIdOf(stack)).toBe("prod");
  });

  test("can be stated, for what stands below it too", () => {
    const shop = new Construct(new RootConstruct("stack"), "Shop");
    stateKey(shop, "Old/Name");
    expect(planIdOf(new Construct(shop, "Keystore"))).toBe("stack/Old/Name/Keystore");
  });

  test.each(["", "/a", "a/", "a//b", "a\nb"])("cannot be %j", (key) => {
    const construct = new Construct(new RootConstruct("stack"), "Shop");
    expect(() => {
      stateKey(construct, key);
    }).toThrow("has the key");
  });

  test("is one part's", () => {
    expect(() =>
      declare((scope) => {
        for (const id of ["A", "B"]) {
          const path = `/${id}.p12`;
          new Keystore(scope, id, { host: Host.local("a"), path, password: Secret.env("P"), key: "Store" });
        }
      }),
    ).toThrow('two parts of the plan are called "stack/Store"');
  });
});
