import { EXAMPLE_COMMANDS, HclExample } from "../examples/hclExample";
import { LocalProject } from "../support/localProject";
import { describeWith, tool } from "../support/tools";

describeWith(["tofu", "keytool"], "OpenTofu in Terraform's place", () => {
  test("deploys, renews and takes away the example in plain HCL", () => {
    // GIVEN
    const example = new HclExample(tool("tofu"));
    const [prepare = "", deploy = "", renew = ""] = EXAMPLE_COMMANDS;

    // WHEN
    example.run(prepare);
    example.run(deploy);
    example.run("terraform plan");
    example.run(renew);

    // THEN
    const { identity, trusted } = example.made();
    expect(example.listed()).toEqual({ stock: { stock: identity }, shop: { stock: trusted } });
    example.run("terraform destroy");
    example.remove();
  }, 240_000);

  test("deploys the example environment, finds nothing to do, and takes it away", () => {
    // GIVEN
    const project = new LocalProject();
    project.prepare();
    const cli = (...words: string[]) => {
      const variables = { TERRAFORM_BINARY_NAME: tool("tofu") };
      const result = project.run(process.execPath, [LocalProject.program, ...words], variables);
      if (result.status !== 0) throw new Error(result.stdout + result.stderr);
      return result.stdout;
    };

    // WHEN
    const deployed = cli("deploy", "--auto-approve");

    // THEN
    expect(deployed).toContain("ok: trusted through");
    // Ends with 1 where there are changes.
    expect(cli("plan")).toContain("No changes");
    cli("destroy", "--auto-approve");
    project.remove();
  }, 900_000);
});
