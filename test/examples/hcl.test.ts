import { spawnSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { REPOSITORY } from "../docs/markdown";
import { describeWith, tool } from "../support/tools";
import { EXAMPLE_COMMANDS, HclExample } from "./hclExample";

describeWith(["terraform", "keytool"], "the example in plain HCL", () => {
  const [prepare = "", deploy = "", renew = "", ...others] = EXAMPLE_COMMANDS;
  let example: HclExample;

  beforeAll(() => {
    example = new HclExample(tool("terraform"));
  });
  afterAll(() => example.remove());

  test("is deployed, renewed and taken away by the commands of its page", () => {
    // GIVEN
    expect(others).toEqual([]);
    const before = example.properties();

    // WHEN
    example.run(prepare);
    expect(example.run(deploy)).toContain("6 added");

    // THEN
    const first = example.made();
    expect(example.listed()).toEqual({ stock: { stock: first.identity }, shop: { stock: first.trusted } });
    expect(example.properties().split("\n")).toEqual([
      "# Of the team that runs stock.",
      "server.port=8443",
      "server.ssl.key-store=/etc/stock/server.p12",
      "spring.application.name=stock",
      "server.ssl.key-alias=stock",
      "",
    ]);
    expect(example.restarts()).toEqual([sha256Of(first)]);
    example.run("terraform plan");
    const state = readFileSync(join(example.directory, "terraform.tfstate"), "utf8");
    expect(state).not.toMatch(/of-stock|of-shop|PRIVATE KEY/);

    // WHEN
    const renewed = example.run(renew);

    // THEN the new certificate is trusted before it is served, and the old one until then
    const second = example.made();
    expect(second.identity).not.toBe(first.identity);
    const steps = [...renewed.matchAll(/^(trust_\w+)\S*: (Creation|Modifications|Destruction) complete/gm)];
    expect(steps.map(([, type, step]) => `${type} ${step}`)).toEqual([
      "trust_truststore_entry Creation",
      "trust_key_entry Modifications",
      "trust_activation Modifications",
      "trust_truststore_entry Destruction",
    ]);
    expect(example.listed()).toEqual({ stock: { stock: second.identity }, shop: { stock: second.trusted } });
    expect(example.restarts()).toEqual([first, second].map(sha256Of));
    example.run("terraform plan");

    // WHEN
    example.run("terraform destroy");

    // THEN
    expect(example.properties()).toBe(before);
    expect(readdirSync(example.onHost("stock/etc/stock"))).toEqual(["application.properties"]);
    expect(readdirSync(example.onHost("shop/etc/shop"))).toEqual([".gitkeep"]);
  }, 240_000);

  test("keeps out of the repository what a run leaves", () => {
    const left = ["terraform.tfstate", "identity/stock.p12", "terraform.d/plugins", "restarts"];
    const ignored = spawnSync("git", ["check-ignore", ...left], {
      cwd: join(REPOSITORY, "examples/hcl"),
      encoding: "utf8",
    });
    expect(ignored.stdout.trim().split("\n")).toEqual(left);
  });
});

/** Fingerprint of an identity as keytool lists it. */
function sha256Of({ identity }: { readonly identity: string }): string {
  return identity.replace("PrivateKeyEntry ", "");
}
