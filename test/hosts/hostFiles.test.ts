import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { once } from "node:events";
import { join } from "node:path";

import { readOwnership } from "../../lib/hosts";
import { describeHosts, isRoot } from "./kinds";
import { hostFailure } from "./support";

const path = "/opt/x/conf/keystore";
/** Whether this machine lets the tests mount a small file system of their own; containers often do not. */
const canMount = spawnSync("unshare", ["-m", "true"]).status === 0;
if (!canMount) process.stderr.write("SKIPPED no space left, read-only file system: mounting needs root\n");
if (!isRoot) process.stderr.write("SKIPPED owners of files: giving files away needs root\n");

describeHosts("what every host promises", (inProduct, kind) => {
  const hasModes = kind === "local" || kind === "ssh";
  const itOfRoot = isRoot && hasModes ? it : it.skip;

  describe("readFile", () => {
    it("reads bytes, mode and owner under the absolute path of the host", async () => {
      await inProduct(async ({ folder, host, at }) => {
        writeFileSync(join(folder, "keystore"), "store");
        chmodSync(join(folder, "keystore"), 0o640);
        const file = await host.readFile(at(path));
        expect(file).toEqual({
          bytes: Buffer.from("store"),
          ...(hasModes ? { mode: 0o640, ownerId: process.getuid?.(), groupId: process.getgid?.() } : {}),
        });
      });
    });

    it("finds nothing where the file or a directory above it is missing", async () => {
      await inProduct(async ({ host, at }) => {
        expect(await host.readFile(at(path))).toBeUndefined();
        expect(await host.readFile(at("/absent/mirror/keystore"))).toBeUndefined();
        expect(await host.listBeside(at("/absent/mirror/keystore"))).toEqual([]);
      });
    });

    it("refuses what is no regular file at once, and what is too large", async () => {
      await inProduct(async ({ folder, host, at }) => {
        // GIVEN a pipe that nobody writes to, a socket that nobody listens at, and a file with a hole of 300 MiB
        execFileSync("mkfifo", [join(folder, "pipe"), join(folder, ".keystore.cdktf-trust.json")]);
        const server = createServer().listen(join(folder, "socket"));
        await once(server, "listening");
        writeFileSync(join(folder, "large"), "");
        truncateSync(join(folder, "large"), 300 * 2 ** 20);
        // WHEN
        const codes: string[] = [];
        for (const name of ["pipe", "socket", "large", ".keystore.cdktf-trust.json"]) {
          codes.push((await hostFailure(() => host.readFile(at(`/opt/x/conf/${name}`)))).code);
          if (name !== "large") {
            const write = hostFailure(() => host.replaceFile(at(`/opt/x/conf/${name}`), Buffer.from("new")));
            codes.push((await write).code);
          }
        }
        codes.push((await hostFailure(() => readOwnership(host, at(path)))).code);
        // THEN
        server.close();
        const refused = "not-a-file";
        expect(codes).toEqual([
          refused,
          refused,
          refused,
          refused,
          "file-too-large",
          refused,
          refused,
          refused,
        ]);
      });
    });
  });

  describe("replaceFile", () => {
    it("creates a file with mode 0600, whatever the umask, and leaves nothing else", async () => {
      await inProduct(async ({ folder, host, at }) => {
        const before = process.umask(0o277);
        try {
          await host.replaceFile(at(path), Buffer.from("new"));
        } finally {
          process.umask(before);
        }
        expect(readFileSync(join(folder, "keystore"), "utf8")).toBe("new");
        if (hasModes) expect(statSync(join(folder, "keystore")).mode & 0o7777).toBe(0o600);
        expect(readdirSync(folder)).toEqual(["keystore"]);
      });
    });

    (hasModes ? it : it.skip)("keeps the mode of the file, unless one is given", async () => {
      await inProduct(async ({ folder, host, at }) => {
        writeFileSync(join(folder, "keystore"), "old");
        chmodSync(join(folder, "keystore"), 0o664);
        await host.replaceFile(at(path), Buffer.from("new"));
        expect(statSync(join(folder, "keystore")).mode & 0o7777).toBe(0o664);
        await host.replaceFile(at(path), Buffer.from("newer"), { mode: 0o644 });
        expect(statSync(join(folder, "keystore")).mode & 0o7777).toBe(0o644);
      });
    });

    itOfRoot("keeps the owner of the file, and gives a new one to the directory's (root only)", async () => {
      await inProduct(async ({ folder, host, at }) => {
        chownSync(folder, 1234, 1235);
        writeFileSync(join(folder, "old"), "old");
        chownSync(join(folder, "old"), 2234, 2235);
        await host.replaceFile(at("/opt/x/conf/old"), Buffer.from("new"));
        await host.replaceFile(at("/opt/x/conf/fresh"), Buffer.from("new"));
        await host.replaceFile(at("/opt/x/conf/deep/er/file"), Buffer.from("new"), { createParents: true });
        const owners = ["old", "fresh", "deep", "deep/er", "deep/er/file"].map((name) => {
          const { uid, gid } = statSync(join(folder, name));
          return `${name} ${uid}:${gid}`;
        });
        expect(owners).toEqual([
          "old 2234:2235",
          "fresh 1234:1235",
          "deep 1234:1235",
          "deep/er 1234:1235",
          "deep/er/file 1234:1235",
        ]);
      });
    });

    itOfRoot("refuses to take a file away from its owner (root only)", async () => {
      await inProduct(async ({ folder, at, asNobody }) => {
        chmodSync(folder, 0o777);
        writeFileSync(join(folder, "keystore"), "old");
        const error = await hostFailure(() =>
          asNobody((others) => others.replaceFile(at(path), Buffer.from("new"))),
        );
        expect(error.code).toBe("owner-lost");
        expect(readFileSync(join(folder, "keystore"), "utf8")).toBe("old");
        expect(readdirSync(folder)).toEqual(["keystore"]);
      });
    });

    it("creates missing directories only when asked to", async () => {
      await inProduct(async ({ root, host, at }) => {
        const path = "/new one/it's/keystore";
        const error = await hostFailure(() => host.replaceFile(at(path), Buffer.from("new")));
        expect(error.code).toBe("parent-missing");
        expect(error.message).toContain("its directory does not exist");
        await host.replaceFile(at(path), Buffer.from("new"), { createParents: true });
        expect(readFileSync(join(root, path), "utf8")).toBe("new");
        if (hasModes) expect(statSync(join(root, "new one")).mode & 0o7777).toBe(0o755);
      });
    });

    it("changes nothing in a read-only directory, and says who may", async () => {
      await inProduct(async ({ folder, at, asNobody }) => {
        writeFileSync(join(folder, "keystore"), "old", { mode: 0o666 });
        chmodSync(folder, 0o555);
        const error = await hostFailure(() =>
          asNobody((others) => others.replaceFile(at(path), Buffer.from("new"))),
        );
        expect(error.code).toBe("permission-denied");
        expect(error.message).toContain("its directory must be writable");
        expect(error.message).toContain(at(path));
        expect(readFileSync(join(folder, "keystore"), "utf8")).toBe("old");
        expect(readdirSync(folder)).toEqual(["keystore"]);
      });
    });

    (canMount && hasModes ? it : it.skip)(
      "tells a read-only file system before anything is tried (root only)",
      async () => {
        await inProduct(async ({ folder, host, at }) => {
          await expect(host.requireWritable(at(path))).resolves.toBeUndefined();
          await expect(host.requireWritable(at("/opt/absent/keystore"))).resolves.toBeUndefined();
          execFileSync("mount", ["-t", "tmpfs", "-o", "ro", "tmpfs", folder]);
          try {
            const error = await hostFailure(() => host.requireWritable(at(path)));
            expect(error.code).toBe("read-only");
            expect(error.message).toContain(`cannot write to ${folder}: it is on a file system`);
          } finally {
            execFileSync("umount", [folder]);
          }
        });
      },
    );

    (canMount ? it : it.skip)("keeps the old file where no space is left (root only)", async () => {
      await inProduct(async ({ root, host, at }) => {
        // GIVEN a file system of 64 KiB
        mkdirSync(join(root, "small"));
        execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", join(root, "small")]);
        try {
          await host.replaceFile(at("/small/keystore"), Buffer.from("old"));
          // WHEN
          const error = await hostFailure(() =>
            host.replaceFile(at("/small/keystore"), Buffer.alloc(100_000)),
          );
          // THEN
          expect(error.code).toBe(kind === "windows, bare" ? "file-failed" : "no-space");
          expect(readFileSync(join(root, "small/keystore"), "utf8")).toBe("old");
          expect(readdirSync(join(root, "small"))).toEqual(["keystore"]);
          // AND on a file system that may not be written
          if (!hasModes) return;
          execFileSync("mount", ["-o", "remount,ro", join(root, "small")]);
          const readOnly = await hostFailure(() =>
            host.exclusively(at("/small/keystore"), async () => undefined),
          );
          expect(readOnly.code).toBe("read-only");
        } finally {
          execFileSync("umount", [join(root, "small")]);
        }
      });
    });

    it("refuses to replace a directory", async () => {
      await inProduct(async ({ folder, host, at }) => {
        mkdirSync(join(folder, "keystore"));
        const error = await hostFailure(() => host.replaceFile(at(path), Buffer.from("new")));
        expect(error.code).toBe("is-directory");
        expect(readdirSync(folder)).toEqual(["keystore"]);
      });
    });
  });

  describe("symbolic links", () => {
    it("are followed and survive, of files and of directories", async () => {
      await inProduct(async ({ root, folder, host, at }) => {
        // GIVEN a store behind two links, the second one absolute but inside the mirror
        mkdirSync(join(root, "data"));
        writeFileSync(join(root, "data/real"), "old");
        symlinkSync("../../../data/link", join(folder, "keystore"));
        symlinkSync(join(root, "data/real"), join(root, "data/link"));
        symlinkSync("x", join(root, "opt/current"));
        // WHEN
        await host.replaceFile(at("/opt/current/conf/keystore"), Buffer.from("new"));
        // THEN
        expect(readFileSync(join(root, "data/real"), "utf8")).toBe("new");
        expect(lstatSync(join(folder, "keystore")).isSymbolicLink()).toBe(true);
        expect(await host.realPath(at("/opt/current/conf/keystore"))).toBe(at("/data/real"));
        expect(await host.sessionKey(at("/opt/current/conf/keystore"))).toBe(
          await host.sessionKey(at("/data/real")),
        );
        // AND removing takes the file, not the link
        expect(await host.removeFile(at(path))).toBe(true);
        expect(await host.removeFile(at(path))).toBe(false);
        expect(readlinkSync(join(folder, "keystore"))).toBe("../../../data/link");
        expect(existsSync(join(root, "data/real"))).toBe(false);
        // AND a file is created where dangling links point
        await host.replaceFile(at(path), Buffer.from("again"));
        expect(readFileSync(join(root, "data/real"), "utf8")).toBe("again");
      });
    });

    it("that lead in a circle are an error", async () => {
      await inProduct(async ({ folder, host, at }) => {
        symlinkSync("keystore", join(folder, "keystore"));
        expect((await hostFailure(() => host.readFile(at(path)))).code).toBe("link-loop");
      });
    });
  });

  describe("findFile", () => {
    it("finds the spelling on the host; two are an error, none is nothing", async () => {
      await inProduct(async ({ folder, host, at }) => {
        expect(await host.findFile(at("/opt/x/conf/IAConfig.xml"))).toBeUndefined();
        expect(await host.findFile(at("/opt/absent/IAConfig.xml"))).toBeUndefined();
        writeFileSync(join(folder, "iaconfig.XML"), "");
        expect(await host.findFile(at("/opt/x/conf/IAConfig.xml"))).toBe(at("/opt/x/conf/iaconfig.XML"));
        writeFileSync(join(folder, "IAConfig.xml"), "");
        const error = await hostFailure(() => host.findFile(at("/opt/x/conf/IAConfig.xml")));
        expect(error.code).toBe("path-ambiguous");
        expect(error.message).toContain("IAConfig.xml and iaconfig.XML");
      });
    });
  });

  describe("exclusively", () => {
    it("lets one action at a time at a file, through whatever path", async () => {
      await inProduct(async ({ root, folder, host, at }) => {
        symlinkSync("x", join(root, "opt/current"));
        writeFileSync(join(folder, "keystore"), "0");
        const add = async (spelling: string): Promise<void> => {
          await host.exclusively(at(spelling), async () => {
            const before = Number((await host.readFile(at(spelling)))?.bytes.toString());
            await host.replaceFile(at(spelling), Buffer.from(String(before + 1)));
          });
        };
        await Promise.all([path, "/opt/current/conf/keystore", path, path].map(add));
        expect(readFileSync(join(folder, "keystore"), "utf8")).toBe("4");
        expect(readdirSync(folder)).toEqual(["keystore"]);
      });
    });

    it("says who holds it while it waits, and gives up with advice", async () => {
      await inProduct(async ({ host, at }) => {
        await host.exclusively(at(path), async () => {
          const holders: string[] = [];
          const error = await hostFailure(() =>
            host.exclusively(at(path), async () => undefined, {
              noticeAfterMs: 50,
              timeoutMs: 300,
              onWait: ({ holder }) => holders.push(holder),
            }),
          );
          expect(error.code).toBe("locked");
          expect(error.message).toMatch(/process \d+ on /);
          expect(holders).toHaveLength(1);
          expect(holders[0]).toMatch(/^user [^,]+, process \d+ on \S+, since 20/);
        });
      });
    });

    it("hands on what the action throws, and is free again", async () => {
      await inProduct(async ({ host, at }) => {
        const failing = host.exclusively(at(path), () =>
          Promise.reject(Object.assign(new Error("mine"), { code: "ENOENT" })),
        );
        await expect(failing).rejects.toThrow("mine");
        expect(await host.exclusively(at(path), async () => "free")).toBe("free");
      });
    });

    it("clears the temporary files that a killed run left, and no others", async () => {
      await inProduct(async ({ folder, host, at }) => {
        const random = "cdktf-trust-0a1b2c3d4e5f.tmp";
        const ours = [
          `.keystore.${random}`,
          `.keystore.orig.${random}`,
          `.keystore.20260101T100000Z-0a1b2c.bak.${random}`,
          `..keystore.cdktf-trust.json.${random}`,
          `..keystore.cdktf-trust.lock.${random}`,
        ];
        const others = [
          `.other.${random}`,
          `.keystore.pem.${random}`,
          ".keystore.cdktf-trust-x.tmp",
          "keystore.tmp",
        ];
        for (const name of [...ours, ...others]) writeFileSync(join(folder, name), "half");
        await host.exclusively(at(path), async () => undefined);
        expect(readdirSync(folder).sort()).toEqual(others.sort());
      });
    });

    it("fails in a read-only or missing directory before the action runs", async () => {
      await inProduct(async ({ folder, host, at, asNobody }) => {
        chmodSync(folder, 0o555);
        let ran = false;
        const action = async (): Promise<void> => {
          ran = true;
        };
        expect(
          (await hostFailure(() => asNobody((others) => others.exclusively(at(path), action)))).code,
        ).toBe("permission-denied");
        expect((await hostFailure(() => host.exclusively(at("/opt/absent/keystore"), action))).code).toBe(
          "parent-missing",
        );
        expect(ran).toBe(false);
        await host.exclusively(at("/opt/absent/keystore"), action, { createParents: true });
        expect(ran).toBe(true);
      });
    });
  });
});
