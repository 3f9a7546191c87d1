import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { closeConnections, HostError, type HostFiles, openHost } from "../../../lib/hosts";
import { type WindowsMachine, windowsPathOf } from "../../support/windowsMachine";
import { describeWindows } from "../kinds";
import { hostFailure, inMirror } from "../support";

const isSlow = process.env["SLOW"] === "1";
/** A replacement under its lock asks no more often. */
const LONGEST = 60;
const step = isSlow ? 1 : 10;

function open({ server }: WindowsMachine): HostFiles {
  return openHost(server.address, { connection: server.connection });
}

describe.each(["modern", "bare"] as const)("replacing on a Windows machine (%s)", (dialect) => {
  describeWindows("through SFTP", dialect, (machine) => {
    afterEach(() => machine().holdOpen());

    const whens = ["before", "middle", "after"] as const;
    it.each(isSlow ? whens : ([dialect === "modern" ? "middle" : "after"] as const))(
      "a server that ends %s any request leaves the old file or the new one, and the next run nothing else",
      async (when) => {
        await inMirror(async (root) => {
          const path = windowsPathOf(join(root, "store"));
          const told = { done: 0, failed: 0 };
          for (let at = 1; at <= LONGEST; at += step) {
            // GIVEN
            const [before, after] = [Buffer.alloc(40_000, "b"), Buffer.alloc(70_000, "a")];
            writeFileSync(join(root, "store"), before);
            const host = open(machine());
            await host.readFile(path);
            machine().dieAt(at, when);
            // WHEN
            const error = await host
              .exclusively(path, () => host.replaceFile(path, after))
              .then(
                () => undefined,
                (cause: unknown) => cause,
              );
            const hasDied = machine().hasDied();
            // THEN whoever reads with us finds one of them
            if (error !== undefined && !(error instanceof HostError)) throw error;
            const read = (await open(machine()).readFile(path))?.bytes;
            expect(read?.equals(before) === true || read?.equals(after) === true).toBe(true);
            if (error === undefined) expect(read?.equals(after)).toBe(true);
            told[error === undefined ? "done" : "failed"]++;
            // AND the next run leaves the file in its place, and nothing of the one before
            await open(machine()).exclusively(path, async () => undefined);
            expect(readdirSync(root)).toEqual(["store"]);
            expect(readFileSync(join(root, "store")).equals(read ?? before)).toBe(true);
            if (!hasDied) break;
          }
          expect(told.done).toBeGreaterThan(0);
          expect(told.failed).toBeGreaterThan(0);
        });
      },
      isSlow ? 600_000 : 120_000,
    );

    const itOnce = dialect === "modern" || isSlow ? it : it.skip;

    itOnce(
      "keeps the old file where a program has it open, and says so",
      async () => {
        await inMirror(async (root) => {
          writeFileSync(join(root, "store"), "old");
          const path = windowsPathOf(join(root, "store"));
          const host = open(machine());
          machine().holdOpen(join(root, "store"));
          const actions = [() => host.replaceFile(path, Buffer.from("new")), () => host.removeFile(path)];
          for (const error of await Promise.all(actions.map(hostFailure))) {
            expect(error.code).toBe("file-failed");
            expect(error.message).toContain("a program has open");
          }
          expect(readFileSync(join(root, "store"), "utf8")).toBe("old");
          expect(readdirSync(root)).toEqual(["store"]);
          // AND waits a moment for one that reads it just now
          const replacing = host.replaceFile(path, Buffer.from("new"));
          setTimeout(() => machine().holdOpen(), 300);
          await replacing;
          expect(readFileSync(join(root, "store"), "utf8")).toBe("new");
          expect(readdirSync(root)).toEqual(["store"]);
        });
      },
      60_000,
    );

    itOnce(
      "keeps the old file where its replacement is held open, as by a scanner",
      async () => {
        await inMirror(async (root) => {
          const host = open(machine());
          const path = windowsPathOf(join(root, "store"));
          writeFileSync(join(root, "store"), "old");
          await host.readFile(path);
          // GIVEN that every file beside it is held open from the moment that it is complete
          const scanner = setInterval(() => {
            machine().holdOpen(
              ...readdirSync(root)
                .filter((name) => name.endsWith(".tmp"))
                .map((name) => join(root, name)),
            );
          }, 1);
          // WHEN
          const error = await hostFailure(() => host.replaceFile(path, randomBytes(300_000))).finally(() =>
            clearInterval(scanner),
          );
          // THEN
          expect(error.code).toBe("file-failed");
          expect((await host.readFile(path))?.bytes.toString()).toBe("old");
          expect(readFileSync(join(root, "store"), "utf8")).toBe("old");
          machine().holdOpen();
          await host.exclusively(path, async () => undefined);
          expect(readdirSync(root)).toEqual(["store"]);
        });
      },
      60_000,
    );
  });
});

describeWindows("files of a Windows machine", "modern", (machine) => {
  it("are the same by every spelling, and keep that of the machine", async () => {
    await inMirror(async (root) => {
      mkdirSync(join(root, "Conf"));
      writeFileSync(join(root, "Conf/Keystore.JKS"), "old");
      const host = open(machine());
      const path = windowsPathOf(join(root, "Conf/Keystore.JKS"));
      const other = `c:/${root.slice(1).toUpperCase()}/conf/KEYSTORE.jks`;
      expect((await host.readFile(other))?.bytes.toString()).toBe("old");
      expect(await host.sessionKey(other)).toBe(await host.sessionKey(path));
      await host.exclusively(other, () => host.replaceFile(other, Buffer.from("new")));
      expect(readdirSync(join(root, "Conf"))).toEqual(["Keystore.JKS"]);
      expect(readFileSync(join(root, "Conf/Keystore.JKS"), "utf8")).toBe("new");
    });
  });

  it("have any bytes, and many", async () => {
    await inMirror(async (root) => {
      const host = open(machine());
      const path = windowsPathOf(join(root, "it's ä & 100% $HOME.bin"));
      const every = Buffer.from(
        Array.from({ length: 65_536 * 2 }, (_, at) => (at % 2 === 0 ? at >> 9 : at >> 1)),
      );
      for (const bytes of [every, Buffer.alloc(0), Buffer.from("\r\n\n\u001a"), randomBytes(5_000_001)]) {
        await host.replaceFile(path, bytes);
        expect((await host.readFile(path))?.bytes.equals(bytes)).toBe(true);
      }
    });
  }, 60_000);

  it("stand among a thousand others", async () => {
    await inMirror(async (root) => {
      for (let number = 0; number < 1_000; number++) writeFileSync(join(root, `file ${number}`), "");
      const host = open(machine());
      const path = windowsPathOf(join(root, "file 0"));
      expect(await host.listBeside(path)).toHaveLength(1_000);
      expect(await host.findFile(windowsPathOf(join(root, "FILE 999")))).toBe(
        windowsPathOf(join(root, "file 999")),
      );
    });
  });

  it("say before what a replacement loses, and refuse what is marked read-only", async () => {
    await inMirror(async (root) => {
      const host = open(machine());
      const path = windowsPathOf(join(root, "store"));
      expect(await host.lostByReplacing(path)).toEqual([]);
      writeFileSync(join(root, "store"), "old", { mode: 0o444 });
      expect(await host.lostByReplacing(path)).toEqual([
        "access rights of its own (it gets those of its directory)",
      ]);
      for (const action of [
        () => host.requireWritable(path),
        () => host.replaceFile(path, Buffer.from("new")),
        () => host.removeFile(path),
      ]) {
        const error = await hostFailure(action);
        expect(error.code).toBe("permission-denied");
        expect(error.message).toContain("marked read-only");
      }
      expect(readFileSync(join(root, "store"), "utf8")).toBe("old");
    });
  });

  it("may be behind links", async () => {
    await inMirror(async (root) => {
      mkdirSync(join(root, "data"));
      symlinkSync(join(root, "data"), join(root, "current"));
      const host = open(machine());
      await host.replaceFile(windowsPathOf(join(root, "current/store")), Buffer.from("new"));
      expect(readFileSync(join(root, "data/store"), "utf8")).toBe("new");
    });
  });

  it.each([
    ["a device", "C:\\conf\\nul.jks"],
    ["a reserved character", "C:\\conf\\a:b"],
    ["a dot at the end", "C:\\conf.\\store"],
    ["too many characters", `C:\\${"x".repeat(200)}\\store`],
  ])("are refused where Windows has none: %s", async (_what, path) => {
    expect((await hostFailure(() => open(machine()).readFile(path))).code).toBe("path-unusable");
  });

  it("are not reached with sudo", async () => {
    const { address, connection } = machine().server;
    const host = openHost(address, { connection: { ...connection, sudo: "root" } });
    const error = await hostFailure(() => host.readFile("C:\\store"));
    expect(error.code).toBe("ssh-setting");
    expect(error.message).toContain("Windows has no sudo");
  });

  it("have one connection for all who work there at the same time", async () => {
    await closeConnections();
    const before = machine().server.logins();
    await Promise.all(Array.from({ length: 20 }, () => open(machine()).readFile("C:\\etc\\hostname")));
    expect(machine().server.logins() - before).toBe(1);
  });
});
