import { CliSandbox } from "./cliRun";

let sandbox: CliSandbox;

beforeEach(() => {
  sandbox = new CliSandbox({});
});
afterEach(() => sandbox.remove());

describe("the command line", () => {
  test("shows its help, and ends with 2 where it is not understood", async () => {
    expect(await sandbox.run("--help")).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining("store"),
    });
    expect(await sandbox.run("store", "--help")).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining("change-password"),
    });
    expect(await sandbox.run("stroe")).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("Did you mean store?"),
    });
    expect(await sandbox.run("store", "list")).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("missing required argument 'file'"),
    });
  });
});
