import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

import { closeConnections, type HostFiles, openHost } from "../../../lib/hosts";
import { childrenOf } from "../../support/processes";
import { describeSsh, isRoot } from "../kinds";
import { askingFolders, hostFailure } from "../support";

const testUser = "cdktf-trust-login";
const password = String.raw`correct "horse" $PATH \n 'staple'`;

function run(program: string, words: readonly string[], input = ""): void {
  const { status, stderr } = spawnSync(program, words, { encoding: "utf8", input });
  if (status !== 0) throw new Error(`${program}: ${stderr}`);
}

const asRoot = isRoot ? describeSsh : (describe.skip as unknown as typeof describeSsh);

/** The ways in which sshd takes a password: itself, and through PAM, which asks a question of its own. */
const ways: readonly (readonly [string, readonly string[]])[] = [
  ["password", ["PasswordAuthentication yes", "KbdInteractiveAuthentication no"]],
  ["keyboard-interactive", ["PasswordAuthentication no", "KbdInteractiveAuthentication yes"]],
];

describe.each(ways)("an account with a password, which sshd takes as %s", (_, taken) => {
  const lines = ["PubkeyAuthentication no", `AllowUsers ${testUser}`, ...taken];
  asRoot("(root only)", { lines, usesPam: true }, (server) => {
    beforeAll(() => {
      if (spawnSync("id", [testUser]).status !== 0) run("useradd", ["-m", "-s", "/bin/sh", testUser]);
      run("chpasswd", [], `${testUser}:${password}\n`);
    });
    afterAll(() => void spawnSync("userdel", ["-r", testUser]));
    afterEach(closeConnections);

    const open = (word: string | undefined): HostFiles => {
      const { address, connection } = server();
      const { hostKey } = connection;
      return openHost(address, {
        connection: {
          user: testUser,
          ...(hostKey === undefined ? {} : { hostKey }),
          ...(word === undefined ? {} : { password: "env:LOGIN_PASSWORD" }),
        },
        resolveSecret: () => word ?? "",
      });
    };

    it("lets in whoever has it, which nobody else sees", async () => {
      const before = askingFolders();
      expect(await open(password).readFile("/etc/hostname")).toBeDefined();
      const shown = childrenOf([process.pid]).flatMap((id) =>
        ["cmdline", "environ"].map((name) => readFileSync(`/proc/${id}/${name}`, "utf8")),
      );
      expect(shown.join("")).toContain(testUser);
      expect(shown.join("")).not.toContain("staple");
      expect(askingFolders()).toEqual(before);
    });

    it("is told as what it is where it is wrong, and where there is none", async () => {
      for (const word of ["wrong canary", undefined]) {
        const error = await hostFailure(() => open(word).readFile("/etc/hostname"));
        expect(error.code).toBe("host-auth");
        expect(error.message).toContain("give a password by reference");
        expect(error.message).not.toContain("canary");
        await closeConnections();
      }
    });
  });
});
