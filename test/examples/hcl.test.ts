import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { posixQuote } from "../../lib/text";
import { codeBlocks, REPOSITORY } from "../docs/markdown";
import { keytoolList } from "../provider/support/stores";
import { describeWith } from "../support/tools";

const PAGE = "examples/hcl/README.md";
const [prepare = "", deploy = "", renew = "", ...others] = codeBlocks()
  .filter(({ place, language }) => place.startsWith(PAGE) && language === "sh")
  .map(({ code }) => code);
const passwords = { STOCK_PASSWORD: "of-stock", SHOP_PASSWORD: "of-shop" };

describeWith(["terraform", "keytool"], "the example in plain HCL", () => {
  const folder = mkdtempSync(join(tmpdir(), "trust-example-"));
  const program = `node ${posixQuote(join(REPOSITORY, "dist/cdktf-trust.cjs"))}`;

  beforeAll(() => {
    cpSync(join(REPOSITORY, "examples/hcl"), folder, { recursive: true });
    writeFileSync(join(folder, "terraformrc"), "");
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Runs commands of the page as they stand, and says yes to Terraform. */
  function run(commands: string): string {
    const { status, stdout, stderr } = spawnSync(
      "sh",
      ["-e", "-c", commands.replaceAll("npx cdktf-trust", program)],
      {
        cwd: folder,
        encoding: "utf8",
        env: {
          ...process.env,
          ...passwords,
          CHECKPOINT_DISABLE: "1",
          TF_IN_AUTOMATION: "1",
          TF_CLI_CONFIG_FILE: join(folder, "terraformrc"),
          TF_CLI_ARGS_apply: "-auto-approve -no-color",
          TF_CLI_ARGS_plan: "-no-color -detailed-exitcode",
          TF_CLI_ARGS_destroy: "-auto-approve -no-color",
        },
      },
    );
    if (status !== 0) throw new Error(stdout + stderr);
    return stdout;
  }

  const onHost = (path: string) => join(folder, "hosts", path);
  const listed = () => ({
    stock: keytoolList(onHost("stock/etc/stock/server.p12"), passwords.STOCK_PASSWORD),
    shop: keytoolList(onHost("shop/etc/shop/truststore.p12"), passwords.SHOP_PASSWORD),
  });
  const made = () => keytoolList(join(folder, "identity/stock.p12"), passwords.STOCK_PASSWORD)["stock"] ?? "";
  const trusted = (identity: string) => identity.replace("PrivateKeyEntry", "trustedCertEntry");
  const properties = () => readFileSync(onHost("stock/etc/stock/application.properties"), "utf8");

  test("is deployed, renewed and taken away by the commands of its page", () => {
    // GIVEN
    expect(others).toEqual([]);
    const before = properties();

    // WHEN
    run(prepare);
    expect(run(deploy)).toContain("5 added");

    // THEN
    const first = made();
    expect(listed()).toEqual({ stock: { stock: first }, shop: { stock: trusted(first) } });
    expect(properties().split("\n")).toEqual([
      "# Of the team that runs stock.",
      "server.port=8443",
      "server.ssl.key-store=/etc/stock/server.p12",
      "spring.application.name=stock",
      "server.ssl.key-alias=stock",
      "",
    ]);
    run("terraform plan");
    const state = readFileSync(join(folder, "terraform.tfstate"), "utf8");
    expect(state).not.toMatch(/of-stock|of-shop|PRIVATE KEY/);

    // WHEN
    const renewed = run(renew);

    // THEN the new certificate is trusted before it is served, and the old one until then
    const second = made();
    expect(second).not.toBe(first);
    const steps = [...renewed.matchAll(/^(trust_\w+)\S*: (Creation|Modifications|Destruction) complete/gm)];
    expect(steps.map(([, type, step]) => `${type} ${step}`)).toEqual([
      "trust_truststore_entry Creation",
      "trust_key_entry Modifications",
      "trust_truststore_entry Destruction",
    ]);
    expect(listed()).toEqual({ stock: { stock: second }, shop: { stock: trusted(second) } });
    run("terraform plan");

    // WHEN
    run("terraform destroy");

    // THEN
    expect(properties()).toBe(before);
    expect(readdirSync(onHost("stock/etc/stock"))).toEqual(["application.properties"]);
    expect(readdirSync(onHost("shop/etc/shop"))).toEqual([".gitkeep"]);
  }, 240_000);

  test("keeps out of the repository what a run leaves", () => {
    const kept = spawnSync(
      "git",
      ["check-ignore", "terraform.tfstate", "identity/stock.p12", "terraform.d/plugins"],
      {
        cwd: join(REPOSITORY, "examples/hcl"),
        encoding: "utf8",
      },
    );
    expect(kept.stdout.trim().split("\n")).toHaveLength(3);
  });
});
