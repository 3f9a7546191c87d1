import { App, TerraformStack } from "cdktf";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TrustResource } from "../../../lib/synth/terraform/trustResource";

function stackWith(add: (stack: TerraformStack) => void): unknown {
  const stack = new TerraformStack(
    new App({ outdir: mkdtempSync(join(tmpdir(), "cdktf-trust-resource-")) }),
    "stack",
  );
  add(stack);
  return (stack.toTerraform() as { readonly resource: unknown }).resource;
}

describe("a resource of the provider", () => {
  test("stands under its own name, with its attributes and what it waits for", () => {
    const resources = stackWith((stack) => {
      const first = new TrustResource(stack, {
        type: "trust_keystore",
        name: "Orders_Keys",
        attributes: { host: "local:hosts/orders", path: "/k.p12" },
        dependsOn: [],
      });
      new TrustResource(stack, {
        type: "trust_key_entry",
        name: "Orders",
        attributes: { alias: "orders" },
        dependsOn: [first.address],
      });
    });
    expect(resources).toEqual({
      trust_keystore: {
        Orders_Keys: expect.objectContaining({ host: "local:hosts/orders", path: "/k.p12" }),
      },
      trust_key_entry: {
        Orders: expect.objectContaining({
          alias: "orders",
          depends_on: ["trust_keystore.Orders_Keys"],
          lifecycle: { create_before_destroy: true },
        }),
      },
    });
  });

  test("evaluates nothing of what a path or a hostile subject says", () => {
    const resources = stackWith((stack) => {
      new TrustResource(stack, {
        type: "trust_truststore_entry",
        name: "Partner",
        attributes: {
          path: "/opt/${x}",
          subject: 'CN=${file("/etc/passwd")}',
          relying: [{ path: "%{ if }" }],
        },
        dependsOn: [],
      });
    });
    expect(resources).toMatchObject({
      trust_truststore_entry: {
        Partner: {
          path: "/opt/$${x}",
          subject: 'CN=$${file("/etc/passwd")}',
          relying: [{ path: "%%{ if }" }],
        },
      },
    });
  });

  test("two types may have one name", () => {
    const resources = stackWith((stack) => {
      for (const type of ["trust_keystore", "trust_file"] as const)
        new TrustResource(stack, { type, name: "Same", attributes: {}, dependsOn: [] });
    });
    expect(Object.keys(resources as object)).toEqual(["trust_keystore", "trust_file"]);
  });
});
