import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { openHost } from "../../lib/hosts";
import { hostFailure, inMirror } from "./support";

/** A mirror with `/opt/x/conf` in it. */
async function inProduct(action: (root: string, folder: string) => Promise<void>): Promise<void> {
  await inMirror(async (root) => {
    const folder = join(root, "opt/x/conf");
    mkdirSync(folder, { recursive: true });
    await action(root, folder);
  });
}

describe("openHost", () => {
  it("gives every spelling of one directory the same address", () => {
    expect(openHost("local:a/../b").address).toBe(`local:${join(process.cwd(), "b")}`);
    expect(openHost(`local:${process.cwd()}/b/`).address).toBe(openHost("local:b").address);
    expect(openHost("local:/").address).toBe("local:/");
  });

  it.each(["ssh:build@host", "local:", "/tmp", "LOCAL:/x", ""])(
    "refuses %j and says what is allowed",
    async (address) => {
      const error = await hostFailure(async () => openHost(address));
      expect(error.code).toBe("host-address");
      expect(error.message).toContain("local:<directory>");
    },
  );
});

describe("readFile", () => {
  it("refuses a directory and a device", async () => {
    await inProduct(async (root) => {
      const error = await hostFailure(() => openHost(`local:${root}`).readFile("/opt/x/conf"));
      expect(error.code).toBe("is-directory");
      expect((await hostFailure(() => openHost("local:/").readFile("/dev/null"))).code).toBe("not-a-file");
      expect((await hostFailure(() => openHost("local:/").readFile("/dev/null/x"))).code).toBe(
        "not-a-directory",
      );
    });
  });
});

describe("replaceFile", () => {
  it("maps drives of Windows hosts to directories of the mirror", async () => {
    await inMirror(async (root) => {
      const host = openHost(`local:${root}`);
      await host.replaceFile("c:\\ProgramData\\x\\keystore", Buffer.from("new"), { createParents: true });
      expect(readFileSync(join(root, "C/ProgramData/x/keystore"), "utf8")).toBe("new");
      expect(await host.realPath("c:/ProgramData/x/keystore")).toBe("C:\\ProgramData\\x\\keystore");
      const error = await hostFailure(() => openHost("local:/").readFile("C:\\x"));
      expect(error.message).toContain("which has no drives");
    });
  });
});

describe("symbolic links", () => {
  it("may not lead out of a mirror, dangling or not", async () => {
    await inProduct(async (root, folder) => {
      mkdirSync(join(root, "mirror"));
      writeFileSync(join(folder, "outside"), "old");
      symlinkSync(join(folder, "outside"), join(root, "mirror/a"));
      symlinkSync("../absent", join(root, "mirror/b"));
      symlinkSync(folder, join(root, "mirror/c"));
      symlinkSync(".", join(root, "mirror/d"));
      const host = openHost(`local:${root}/mirror`);
      for (const escaping of ["/a", "/b", "/c/outside", "/c/new", "/d"]) {
        const error = await hostFailure(() => host.replaceFile(escaping, Buffer.from("new")));
        expect([escaping, error.code]).toEqual([escaping, "path-outside-host"]);
      }
      expect(readFileSync(join(folder, "outside"), "utf8")).toBe("old");
      expect(readdirSync(folder)).toEqual(["outside"]);
    });
  });

  it("may lead anywhere on this machine, and the mirror itself may be behind one", async () => {
    await inProduct(async (root, folder) => {
      symlinkSync(folder, join(root, "link"));
      await openHost("local:/").replaceFile(`${root}/link/a`, Buffer.from("new"));
      await openHost(`local:${root}/link`).replaceFile("/b", Buffer.from("new"));
      expect(readdirSync(folder).sort()).toEqual(["a", "b"]);
      expect(await openHost("local:/").realPath(`${root}/link/a`)).toBe(join(folder, "a"));
    });
  });
});
