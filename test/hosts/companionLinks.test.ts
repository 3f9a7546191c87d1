import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

import {
  createRunId,
  keepBackup,
  keepOriginal,
  type HostFiles,
  readOriginal,
  readOwnership,
  writeOwnership,
  type Claim,
  noOwnership,
} from "../../lib/hosts";
import { describeHosts, type InProduct, isRoot } from "./kinds";
import { hostFailure } from "./support";

const path = "/product/k.jks";
const runId = createRunId(new Date(0), (length) => Buffer.alloc(length));
if (!isRoot) process.stderr.write("SKIPPED links planted by a product's user: root only\n");

/** A folder of a product's user, and one that only root may write. */
async function inMachine(
  inProduct: InProduct,
  action: (folder: string, secret: string, host: HostFiles, at: (path: string) => string) => Promise<void>,
): Promise<void> {
  await inProduct(async ({ root, host, at }) => {
    const folder = join(root, "product");
    const secret = join(root, "secret");
    mkdirSync(folder);
    mkdirSync(secret);
    writeFileSync(join(folder, "k.jks"), "store");
    if (isRoot) chownSync(folder, 1234, 1235);
    chmodSync(secret, 0o700);
    await action(folder, secret, host, at);
  });
}

const claim: Claim = {
  owner: "shop/tst/web",
  declaredAt: "trust_file",
  kind: "file",
  at: "",
  content: "",
  origin: "created",
};

describeHosts("what is kept beside a file", (inProduct, kind) => {
  describe.each([
    ["dangling", false],
    ["to a file", true],
  ])("symbolic links under the names of companions, %s", (_kind, isThere) => {
    it.each([
      [
        ".k.jks.cdktf-trust.json",
        (host, at) => writeOwnership(host, at(path), { created: true, claims: { a: claim } }),
      ],
      [".k.jks.cdktf-trust.json", (host, at) => writeOwnership(host, at(path), noOwnership)],
      [".k.jks.cdktf-trust.json", (host, at) => readOwnership(host, at(path))],
      ["k.jks.orig", (host, at) => keepOriginal(host, at(path))],
      ["k.jks.orig", (host, at) => readOriginal(host, at(path))],
      [`k.jks.${runId}.bak`, (host, at) => keepBackup(host, at(path), runId)],
      [".k.jks.cdktf-trust.lock", (host, at) => host.exclusively(at(path), async () => undefined)],
      [
        ".k.jks.cdktf-trust.kept",
        (host, at) => host.replaceFile(at("/product/.k.jks.cdktf-trust.kept"), Buffer.from("")),
      ],
    ] as [string, (host: HostFiles, at: (path: string) => string) => Promise<unknown>][])(
      "%s: are an error, and nothing is created behind them (%#)",
      async (name, action) => {
        await inMachine(inProduct, async (folder, secret, host, at) => {
          // GIVEN
          symlinkSync("../secret/planted", join(folder, name));
          if (isThere) writeFileSync(join(secret, "planted"), "secret");
          // WHEN
          const error = await hostFailure(() => action(host, at));
          // THEN
          expect(error.code).toBe("companion-link");
          expect(error.message).toContain(`${at(`/product/${name}`)} is a symbolic link`);
          expect(error.message).toContain("remove it and run again");
          expect(existsSync(join(secret, "planted"))).toBe(isThere);
          expect(readdirSync(folder).sort()).toEqual(["k.jks", name].sort());
          expect(readFileSync(join(folder, "k.jks"), "utf8")).toBe("store");
        });
      },
    );
  });

  it("the declared file may itself be behind a link; what is kept stands beside the real file", async () => {
    await inMachine(inProduct, async (folder, secret, host, at) => {
      rmSync(join(folder, "k.jks"));
      symlinkSync("../secret/real.jks", join(folder, "k.jks"));
      writeFileSync(join(secret, "real.jks"), "store");
      await keepOriginal(host, at(path));
      expect(readdirSync(secret).sort()).toEqual(["real.jks", "real.jks.orig"]);
    });
  });

  (isRoot && (kind === "local" || kind === "ssh") ? it : it.skip)(
    "directories and locks are not more open than declared, whatever the umask (root only)",
    async () => {
      await inMachine(inProduct, async (folder, _secret, host, at) => {
        chmodSync(folder, 0o777);
        const before = process.umask(0);
        const modes: string[] = [];
        const mode = (name: string): string =>
          `${name} ${(statSync(join(folder, name)).mode & 0o7777).toString(8)}`;
        try {
          await host.exclusively(at(path), async () => {
            await host.replaceFile(at("/product/a/b/new"), Buffer.from(""), { createParents: true });
            await host.replaceFile(at(path), Buffer.from("new"));
            const lock = ".k.jks.cdktf-trust.lock";
            const [token = ""] = readdirSync(join(folder, lock));
            modes.push(...["a", "a/b", "a/b/new", "k.jks", lock, `${lock}/${token}`].map(mode));
          });
        } finally {
          process.umask(before);
        }
        expect(modes.map((line) => line.replace(/[0-9a-f]{24}/, "TOKEN"))).toEqual([
          "a 755",
          "a/b 755",
          "a/b/new 600",
          "k.jks 644",
          ".k.jks.cdktf-trust.lock 775",
          ".k.jks.cdktf-trust.lock/TOKEN 644",
        ]);
      });
    },
  );
});
