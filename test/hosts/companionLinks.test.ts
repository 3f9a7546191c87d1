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
  openHost,
  readOriginal,
  readOwnership,
  writeOwnership,
  type Claim,
  noOwnership,
} from "../../lib/hosts";
import { hostFailure, inMirror } from "./support";

const path = "/product/k.jks";
const runId = createRunId(new Date(0), (length) => Buffer.alloc(length));
const isRoot = process.geteuid?.() === 0;
if (!isRoot) process.stderr.write("SKIPPED links planted by a product's user: root only\n");

/** A folder of a product's user, and one that only root may write. */
async function inProduct(
  action: (folder: string, secret: string, host: ReturnType<typeof openHost>) => Promise<void>,
): Promise<void> {
  await inMirror(async (root) => {
    const folder = join(root, "product");
    const secret = join(root, "secret");
    mkdirSync(folder);
    mkdirSync(secret);
    writeFileSync(join(folder, "k.jks"), "store");
    if (isRoot) chownSync(folder, 1234, 1235);
    chmodSync(secret, 0o700);
    await action(folder, secret, openHost(`local:${root}`));
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

describe.each([
  ["dangling", false],
  ["to a file", true],
])("symbolic links under the names of companions, %s", (_kind, isThere) => {
  it.each([
    [
      ".k.jks.cdktf-trust.json",
      (host) => writeOwnership(host, path, { created: true, claims: { a: claim } }),
    ],
    [".k.jks.cdktf-trust.json", (host) => writeOwnership(host, path, noOwnership)],
    [".k.jks.cdktf-trust.json", (host) => readOwnership(host, path)],
    ["k.jks.orig", (host) => keepOriginal(host, path)],
    ["k.jks.orig", (host) => readOriginal(host, path)],
    [`k.jks.${runId}.bak`, (host) => keepBackup(host, path, runId)],
    [".k.jks.cdktf-trust.lock", (host) => host.exclusively(path, async () => undefined)],
    [
      ".k.jks.cdktf-trust.kept",
      (host) => host.replaceFile("/product/.k.jks.cdktf-trust.kept", Buffer.from("")),
    ],
  ] as [string, (host: ReturnType<typeof openHost>) => Promise<unknown>][])(
    "%s: are an error, and nothing is created behind them (%#)",
    async (name, action) => {
      await inProduct(async (folder, secret, host) => {
        // GIVEN
        symlinkSync("../secret/planted", join(folder, name));
        if (isThere) writeFileSync(join(secret, "planted"), "secret");
        // WHEN
        const error = await hostFailure(() => action(host));
        // THEN
        expect(error.code).toBe("companion-link");
        expect(error.message).toContain(`/product/${name} is a symbolic link`);
        expect(error.message).toContain("remove it and run again");
        expect(existsSync(join(secret, "planted"))).toBe(isThere);
        expect(readdirSync(folder).sort()).toEqual(["k.jks", name].sort());
        expect(readFileSync(join(folder, "k.jks"), "utf8")).toBe("store");
      });
    },
  );
});

it("the declared file may itself be behind a link; what is kept stands beside the real file", async () => {
  await inProduct(async (folder, secret, host) => {
    rmSync(join(folder, "k.jks"));
    symlinkSync("../secret/real.jks", join(folder, "k.jks"));
    writeFileSync(join(secret, "real.jks"), "store");
    await keepOriginal(host, path);
    expect(readdirSync(secret).sort()).toEqual(["real.jks", "real.jks.orig"]);
  });
});

(isRoot ? it : it.skip)(
  "directories and locks are not more open than declared, whatever the umask (root only)",
  async () => {
    await inProduct(async (folder, _secret, host) => {
      chmodSync(folder, 0o777);
      const before = process.umask(0);
      const modes: string[] = [];
      const mode = (name: string): string =>
        `${name} ${(statSync(join(folder, name)).mode & 0o7777).toString(8)}`;
      try {
        await host.exclusively(path, async () => {
          await host.replaceFile("/product/a/b/new", Buffer.from(""), { createParents: true });
          await host.replaceFile(path, Buffer.from("new"));
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
