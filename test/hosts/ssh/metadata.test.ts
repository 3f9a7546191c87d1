import { spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { randomBytes } from "node:crypto";
import { join } from "node:path";

import { type HostFiles, openHost } from "../../../lib/hosts";
import { describeSsh, isRoot, overSsh } from "../kinds";
import { hostFailure, inMirror } from "../support";
import { makePosixTools } from "./shells";

const path = "/opt/x/conf/keystore";

function run(program: string, ...words: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(program, words, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${program}: ${stderr}`);
  return stdout;
}

/** Whether the file system of the tests has access control lists and extended attributes. */
const hasAttributes = ((): boolean => {
  const file = join(__dirname, `.attributes-${randomBytes(4).toString("hex")}`);
  writeFileSync(file, "");
  try {
    run("setfacl", "-m", "u:4711:r", file);
    run("setfattr", "-n", "user.note", "-v", "x", file);
    return true;
  } catch {
    process.stderr.write(
      "SKIPPED access control lists, extended attributes: apt-get install -y acl attr, or no file system with them\n",
    );
    return false;
  } finally {
    rmSync(file);
  }
})();

const withAttributes = hasAttributes ? it : it.skip;

function attributesOf(file: string): string {
  return (
    run("getfacl", "-cpn", file) + run("getfattr", "-d", "--absolute-names", file).replaceAll(file, "FILE")
  );
}

describeSsh("what a file has beside its bytes", {}, (server) => {
  withAttributes("is kept over a replacement, and nobody gets more than before", async () => {
    await overSsh(server)(async ({ folder, host, at }) => {
      // GIVEN
      const file = join(folder, "keystore");
      writeFileSync(file, "old");
      chmodSync(file, 0o640);
      run("setfacl", "-m", "u:4711:rw,g:4712:r,m::r", file);
      run("setfattr", "-n", "user.note", "-v", "of the product", file);
      // A folder whose default list would open what is made in it.
      run("setfacl", "-d", "-m", "u:4713:rwx,o::rwx", folder);
      const before = attributesOf(file);
      // WHEN
      await host.replaceFile(at(path), Buffer.from("new"));
      // THEN
      expect(readFileSync(file, "utf8")).toBe("new");
      expect(attributesOf(file)).toBe(before);
      expect(await host.lostByReplacing(at(path))).toEqual([]);
      // AND a new one is private
      await host.replaceFile(at("/opt/x/conf/fresh"), Buffer.from("new"));
      expect(statSync(join(folder, "fresh")).mode & 0o777).toBe(0o600);
    });
  });
});

describe("a machine without the tools that keep it", () => {
  const tools = makePosixTools();
  afterAll(() => rmSync(tools, { recursive: true }));
  describeSsh("over SSH", { path: tools, shell: ["/bin/dash"] }, (server) => {
    withAttributes("says before what will be lost", async () => {
      await overSsh(server)(async ({ folder, host, at }) => {
        const file = join(folder, "keystore");
        writeFileSync(file, "old");
        expect(await host.lostByReplacing(at(path))).toEqual([]);
        expect(await host.lostByReplacing(at("/opt/x/conf/absent"))).toEqual([]);
        run("setfacl", "-m", "u:4711:rw", file);
        expect(await host.lostByReplacing(at(path))).toEqual([
          "its access control list (there is neither GNU cp nor getfacl and setfacl)",
        ]);
        // AND its mask, which is what the group's bits show, gives the group nothing that it had not
        chmodSync(file, 0o660);
        run("setfacl", "-m", "g::-,m::rw", file);
        await host.replaceFile(at(path), Buffer.from("new"));
        expect(statSync(file).mode & 0o070).toBe(0);
      });
    });
  });
});

const testUser = "cdktf-trust-test";
const sudoers = `/etc/sudoers.d/${testUser}`;

(isRoot ? describeSsh : (describe.skip as unknown as typeof describeSsh))(
  "a user with a rule for sudo (root only)",
  { lines: [`AllowUsers ${testUser}`] },
  (server) => {
    beforeAll(() => {
      if (spawnSync("id", [testUser]).status !== 0) run("useradd", "-m", "-s", "/bin/sh", testUser);
      run("usermod", "-p", "*", testUser);
      writeFileSync(sudoers, `${testUser} ALL=(root) NOPASSWD: /bin/sh\nDefaults:${testUser} use_pty\n`, {
        mode: 0o440,
      });
    });
    afterAll(() => {
      rmSync(sudoers, { force: true });
      spawnSync("userdel", ["-r", testUser]);
    });

    const open = (sudo?: string): HostFiles =>
      openHost(server().address, {
        connection: { ...server().connection, user: testUser, ...(sudo === undefined ? {} : { sudo }) },
      });

    it("reads and replaces what only root may, and without sudo is told that it may not", async () => {
      await inMirror(async (root) => {
        // GIVEN a product's file in a folder of the product's
        const folder = join(root, "product");
        mkdirSync(folder);
        const file = join(folder, "keystore");
        const bytes = randomBytes(300_000);
        writeFileSync(file, bytes);
        for (const one of [folder, file]) chownSync(one, 1234, 1235);
        chmodSync(file, 0o600);
        chmodSync(folder, 0o750);
        // WHEN, THEN
        const error = await hostFailure(() => open().readFile(file));
        expect([error.code, error.message]).toEqual([
          "permission-denied",
          expect.stringContaining(`user ${testUser} of ssh://`),
        ]);
        const host = open("root");
        expect((await host.readFile(file))?.bytes.equals(bytes)).toBe(true);
        await host.exclusively(file, () => host.replaceFile(file, bytes.subarray(1)));
        expect(readFileSync(file).equals(bytes.subarray(1))).toBe(true);
        const { uid, gid, mode } = statSync(file);
        expect([uid, gid, mode & 0o7777]).toEqual([1234, 1235, 0o600]);
        expect(readdirSync(folder)).toEqual(["keystore"]);
      });
    }, 60_000);

    it("is told where the rule is for somebody else", async () => {
      const error = await hostFailure(() => open("daemon").readFile("/etc/hostname"));
      expect(error.code).toBe("sudo-refused");
      expect(error.message).toContain(`${testUser} ALL=`);
    });
  },
);
