import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { HostInventory, Inventory } from "../../../lib/inventory";
import { describeSsh } from "../../hosts/kinds";
import { sampledShells } from "../../hosts/ssh/shells";
import { APP_PASSWORD, HandMadeStores } from "../../support/handMadeStores";
import { CliSandbox } from "../cliRun";

/** What is found, as the host has it below a folder. */
function below(folder: string, { files }: HostInventory) {
  return files.map((file) => ({
    ...file,
    path: file.path.slice(folder.length),
    links: file.links.map((link) => link.slice(folder.length)),
    usedBy: [],
    findings: file.findings.map(({ rule, subject }) => `${rule} ${subject}`),
  }));
}

const shells = process.env["SLOW"] === "1" ? sampledShells : sampledShells.slice(0, 1);

for (const shell of shells) {
  describeSsh(`cdktf-trust host inventory over SSH to ${shell.name}`, { shell: shell.words }, (server) => {
    const sandbox = new CliSandbox({ APP: APP_PASSWORD });
    const root = join(sandbox.directory, "host");

    afterAll(() => sandbox.remove());

    test("finds what it finds on this machine, and sends no password", async () => {
      const tree = new HandMadeStores(root, sandbox.now);
      tree.layApplications(4);
      tree.layOddities();
      const { address, connection, log } = server();
      const environments = { local: { hosts: { machine: { address, ...connection } } } };
      new HandMadeStores(sandbox.directory, sandbox.now).put(
        "cdktf.json",
        JSON.stringify({ app: "true", language: "typescript", projectId: "x", context: { environments } }),
      );
      const words = ["--path", root, "--password", "env:APP", "--json"];
      const local = await sandbox.run("host", "inventory", "local:/", ...words);
      const remote = await sandbox.run("host", "inventory", "machine", ...words);
      expect(remote.stderr).toBe("");
      const [here, there] = [local, remote].map(({ stdout }) => (JSON.parse(stdout) as Inventory).hosts[0]);
      if (here === undefined || there === undefined) throw new Error("a host is missing");
      expect(there).toMatchObject({ host: "machine", unseen: [] });
      expect(below(root, there)).toEqual(below(root, here));
      expect(there.files.length).toBeGreaterThan(15);
      expect(log()).not.toContain(APP_PASSWORD);
      expect(readFileSync(join(root, "opt/app01/conf/keystore.p12")).length).toBeGreaterThan(0);
    }, 120_000);
  });
}
