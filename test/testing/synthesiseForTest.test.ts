import { App, TerraformStack } from "cdktf";
import { SynthError, judgeForTest, synthesiseForTest } from "../../lib";
import { ShopStack } from "./stacks";

const shop = (app: App) => void new ShopStack(app, "shop");

describe("stacks that are synthesised for a test", () => {
  const synthesis = synthesiseForTest(shop);

  test("give the verdict of each call, with a real handshake", () => {
    expect(synthesis.hops).toEqual([
      {
        id: "shop/Shop/Hop",
        from: "shop",
        to: "stock.example.com:8443",
        ok: true,
        reason: "trusted through CN=stock.example.com, the client certificate is accepted",
        isRehearsed: true,
        findings: [],
      },
    ]);
    expect(synthesis.findings.filter(({ level }) => level === "error")).toEqual([]);
  });

  test("give what is put into each store", () => {
    const { type, entries } = synthesis.store("shop", "/etc/shop/clientkeys.p12");
    expect(type).toBe("PKCS12");
    expect(entries).toEqual([
      { alias: "shop", kind: "key", certificate: expect.objectContaining({ subject: "CN=Shop" }) },
    ]);
    expect(synthesis.store("stock", "/etc/stock/servertrust.p12").entries).toMatchObject([
      { alias: "shop-ca", kind: "anchor", certificate: { subject: "CN=Example CA" } },
    ]);
  });

  test("give plan and Terraform JSON of each stack", () => {
    const { plan, terraform } = synthesis.stack("shop");
    expect(plan?.entries.map(({ id }) => id)).toContain("shop/StockAnchor");
    expect(terraform).toMatchObject({
      resource: { trust_key_entry: { Stock_KeyEntry: { alias: "stock", subject: "CN=stock.example.com" } } },
      terraform: { backend: { local: { path: "../../../../.local/state/shop.tfstate" } } },
    });
    expect(JSON.stringify(terraform)).not.toContain('"//"');
  });

  test("are the same on every run", () => {
    const again = synthesiseForTest(shop);
    expect(again).toEqual(synthesis);
    expect(synthesis.stack("shop").terraform).toMatchObject({
      resource: {
        trust_key_entry: {
          Shop_KeyEntry: {
            sha256:
              "84:DF:D8:C9:16:90:D2:5A:B0:EA:01:37:93:98:EE:77:B9:70:DD:C1:05:2A:58:CE:DB:DA:96:70:60:7A:D0:04",
            not_after: "2027-02-01T23:00:00Z",
          },
        },
      },
    });
  });

  test("have the same certificates whatever stands beside them", () => {
    const both = synthesiseForTest((app) => {
      new ShopStack(app, "before");
      shop(app);
    });
    const shas = (made: typeof synthesis) =>
      made.store("shop", "/etc/shop/clientkeys.p12").entries.map(({ certificate }) => certificate.sha256);
    const plans = [synthesis, both].map((made) => made.stack("shop").plan?.identities);
    expect(plans[1]).toEqual(plans[0]);
    expect(shas(synthesis)).toHaveLength(1);
  });

  test("are judged at the time that the test says", () => {
    const later = synthesiseForTest(shop, { now: new Date("2040-05-01T00:00:00Z") });
    const [entry] = later.store("shop", "/etc/shop/clientkeys.p12").entries;
    expect(entry?.certificate.notAfter).toBe("2041-06-01T23:00:00Z");
  });

  test("say what there is where something else is asked for", () => {
    expect(() => synthesis.stack("shp")).toThrow('the stack "shp"; there are: shop.');
    expect(() => synthesis.store("shop", "/etc/none")).toThrow("/etc/shop/clientkeys.p12 on shop");
    expect(() => synthesis.file("shop", "/etc/none")).toThrow("there is none");
    expect(() => synthesis.runbook("shop")).toThrow("there is none");
  });
});

describe("stacks that a deploy refuses", () => {
  const untrusting = (app: App) => void new ShopStack(app, "shop", { isBound: false, isTrusted: false });
  const unbound = (app: App) => void new ShopStack(app, "shop", { isBound: false });

  test("are refused by synthesiseForTest with the same words", () => {
    expect(() => synthesiseForTest(unbound)).toThrow(SynthError);
    expect(() => synthesiseForTest(unbound)).toThrow(/no-client-certificate/);
  });

  test("are rows that tell the rule by judgeForTest", () => {
    const { hops, findings } = judgeForTest(unbound);
    expect(hops).toMatchObject([{ id: "shop/StockAnchor/Hop", ok: false, isRehearsed: false }]);
    expect(hops[0]?.findings.map(({ rule }) => rule)).toContain("no-client-certificate");
    expect(findings).toContainEqual(
      expect.objectContaining({
        level: "error",
        rule: "no-client-certificate",
        subject: "shop/StockAnchor/Hop",
      }),
    );
  });

  test("without any call there is no row", () => {
    expect(judgeForTest(untrusting).hops).toEqual([]);
  });
});

describe("what a test cannot synthesise", () => {
  test.each<[string, (app: App) => unknown, RegExp]>([
    ["no stack", () => undefined, /no TrustStack was declared/],
    ["a plain stack alone", (app) => new TerraformStack(app, "plain"), /no TrustStack was declared/],
    ["an app of its own", () => new ShopStack(new App(), "shop"), /in no App of their own/],
    ["a promise", async (app) => void new ShopStack(app, "shop"), /not async/],
  ])("%s is refused", (_, declare, message) => {
    expect(() => synthesiseForTest(declare)).toThrow(message);
  });

  test("an environment that is not declared is refused", () => {
    expect(() => synthesiseForTest(shop, { environment: "prod" })).toThrow(/"prod" is not declared/);
  });
});
