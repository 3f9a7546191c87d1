import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type StackFolder, Terraform } from "../../../lib/cli/deploy/terraform";
import { type PulledStack, moveRows } from "../../../lib/cli/mv/moveRows";
import { describeWith, tool } from "../../support/tools";

interface State {
  readonly serial: number;
  readonly resources: readonly { readonly name: string }[];
}

describeWith("terraform", "moving rows", () => {
  const root = mkdtempSync(join(tmpdir(), "move-rows-"));
  let one: StackFolder;
  let two: StackFolder;
  const environment = process.env["TF_CLI_CONFIG_FILE"];

  beforeAll(() => {
    writeFileSync(join(root, "terraform.rc"), "");
    process.env["TF_CLI_CONFIG_FILE"] = join(root, "terraform.rc");
  });

  beforeEach(() => {
    rmSync(join(root, "stacks"), { recursive: true, force: true });
    one = folder("one", "a", "b", "c");
    two = folder("two");
  });

  afterAll(() => {
    if (environment === undefined) delete process.env["TF_CLI_CONFIG_FILE"];
    else process.env["TF_CLI_CONFIG_FILE"] = environment;
    rmSync(root, { recursive: true });
  });

  function folder(name: string, ...rows: readonly string[]): StackFolder {
    const workingDirectory = join(root, "stacks", name);
    mkdirSync(workingDirectory, { recursive: true });
    const backend = `terraform {\n  backend "local" {\n    path = "state"\n  }\n}\n`;
    const resources = rows.map((row) => `resource "terraform_data" "${row}" {}\n`).join("");
    writeFileSync(join(workingDirectory, "main.tf"), backend + resources);
    terraform(workingDirectory, "init");
    if (rows.length > 0) terraform(workingDirectory, "apply", "-auto-approve");
    return { name, workingDirectory };
  }

  function terraform(directory: string, ...words: readonly string[]): void {
    const run = spawnSync(tool("terraform"), words, { cwd: directory, encoding: "utf8" });
    expect({ status: run.status, stderr: run.stderr }).toMatchObject({ status: 0 });
  }

  const pulled = async (stack: StackFolder): Promise<PulledStack> => ({
    folder: stack,
    text: await Terraform.find().pullState(stack),
  });
  const state = ({ workingDirectory }: StackFolder) =>
    JSON.parse(readFileSync(join(workingDirectory, "state"), "utf8")) as State;
  const names = (stack: StackFolder) => state(stack).resources.map(({ name }) => name);
  const rename = (...rows: readonly string[]) => ({
    moves: rows.map((row) => ({ from: `terraform_data.${row}`, to: `terraform_data.new_${row}` })),
    leftBehind: [],
  });

  test("writes all of them at once, and leaves no copy", async () => {
    const copies = () => readdirSync(tmpdir()).filter((name) => name.startsWith("cdktf-trust-mv-"));
    const before = copies();
    const source = await pulled(one);
    await moveRows(Terraform.find(), source, source, rename("a", "b"));
    expect(names(one)).toEqual(["c", "new_a", "new_b"]);
    expect(copies()).toEqual(before);
  }, 60_000);

  test("to another state takes them out of this one, and those that are there already", async () => {
    await moveRows(Terraform.find(), await pulled(one), await pulled(two), rename("a"));
    expect([names(one), names(two)]).toEqual([["b", "c"], ["new_a"]]);
    await moveRows(Terraform.find(), await pulled(one), await pulled(two), {
      ...rename("b"),
      leftBehind: ["terraform_data.c"],
    });
    expect([names(one), names(two)]).toEqual([[], ["new_a", "new_b"]]);
  }, 60_000);

  test.each([1, 2])(
    "is refused where somebody has written the state %d times since",
    async (times) => {
      const source = await pulled(one);
      for (const row of ["a", "b"].slice(0, times))
        terraform(
          one.workingDirectory,
          "state",
          "mv",
          `terraform_data.${row}`,
          `terraform_data.other_${row}`,
        );
      expect(state(one).serial).toBe((JSON.parse(source.text) as State).serial + times);
      const meanwhile = state(one);

      await expect(moveRows(Terraform.find(), source, source, rename("a", "b", "c"))).rejects.toThrow(
        "terraform state push failed for stack one, and its state is as it was",
      );

      expect(state(one)).toEqual(meanwhile);
    },
    60_000,
  );
});
