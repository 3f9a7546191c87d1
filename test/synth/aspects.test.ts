import { Annotations, App, Aspects, type IAspect, TerraformResource } from "cdktf";
import type { IConstruct } from "constructs";
import { HttpsCallbackEndpoint, Keystore, TruststoreEntry, synthesiseForTest } from "../../lib";
import { ShopStack } from "../testing/stacks";

/** Visits each construct of a kind. */
class Each<Kind extends IConstruct> implements IAspect {
  constructor(
    private readonly is: (node: IConstruct) => node is Kind,
    private readonly look: (node: Kind) => void,
  ) {}

  visit(node: IConstruct): void {
    if (this.is(node)) this.look(node);
  }
}

const isKeystore = (node: IConstruct): node is Keystore => node instanceof Keystore;
const isEntry = (node: IConstruct): node is TruststoreEntry => node instanceof TruststoreEntry;
const isResource = (node: IConstruct): node is TerraformResource =>
  TerraformResource.isTerraformResource(node);

/** The shop under an Aspect; CDKTF asks those of a stack, and not those of an app. */
function under(aspect: IAspect) {
  return synthesiseForTest((app: App) => {
    Aspects.of(new ShopStack(app, "shop")).add(aspect);
  });
}

describe("Aspects over our stacks", () => {
  test("refuse keystores outside a folder", () => {
    const outside = (folder: string) =>
      new Each(isKeystore, (keystore) => {
        if (!keystore.path.startsWith(folder))
          Annotations.of(keystore).addError(
            `${keystore.path} on ${keystore.host.hostId} is outside ${folder}`,
          );
      });
    expect(() => under(outside("/etc/"))).not.toThrow();
    expect(() => under(outside("/opt/"))).toThrow(
      /\[shop\/ServerKeys\] \/etc\/stock\/serverkeys\.p12 on stock is outside \/opt\//,
    );
  });

  test("see what an entry trusts, where, and under which alias", () => {
    const seen: string[] = [];
    under(
      new Each(isEntry, ({ truststore, alias, trusts }) => {
        seen.push(
          `${truststore.path} ${alias} ${trusts instanceof HttpsCallbackEndpoint ? "a server" : "a client"}`,
        );
      }),
    );
    expect(seen).toEqual([
      "/etc/shop/clienttrust.p12 stock a server",
      "/etc/stock/servertrust.p12 shop-ca a client",
    ]);
  });

  test("see every resource that is delivered, and change what Terraform does with it", () => {
    const kept = under(
      new Each(isResource, (resource) => {
        if (resource.terraformResourceType === "trust_key_entry")
          resource.addOverride("lifecycle.prevent_destroy", true);
      }),
    );
    expect(kept.stack("shop").terraform).toMatchObject({
      resource: {
        trust_key_entry: {
          Stock_KeyEntry: { lifecycle: { prevent_destroy: true } },
          Shop_KeyEntry: { lifecycle: { prevent_destroy: true } },
        },
      },
    });
  });

  test("read what a resource says, by its Terraform JSON", () => {
    const late = new Each(isResource, (resource) => {
      const [attributes] = Object.values<Record<string, { not_after?: string }>>(
        resource.toTerraform().resource,
      ).flatMap((named) => Object.values(named));
      const expires = attributes?.not_after ?? "";
      if (expires > "2027-01-01") Annotations.of(resource).addError(`it expires on ${expires}`);
    });
    expect(() => under(late)).toThrow("it expires on 2027-02-01T23:00:00Z");
  });
});
