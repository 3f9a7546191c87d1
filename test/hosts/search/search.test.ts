import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { closeConnections, openHost, type SearchResult } from "../../../lib/hosts";
import { describeHosts, describeSsh, isRoot, overSsh } from "../kinds";
import { shells } from "../ssh/shells";

const PKCS12 = Buffer.from("308203ef020103308203", "hex");
const JKS = Buffer.from("feedfeed00000002", "hex");

/** Every kind of name and content, once. */
function layTree(folder: string): void {
  const put = (name: string, content: string | Uint8Array): void => {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), content);
  };
  put("KEYS.JKS", "");
  put("a b/it's\n\u{1b}[2J.p12", "x");
  put(".keystore", "x");
  put("lib/security/cacerts", "x");
  put("by content/store", JKS);
  put("by content/other", PKCS12);
  put("by content/text", "-----BEGIN CERTIFICATE-----\n");
  put("by content/nothing", "hello");
  put("by content/empty", "");
  put("by content/Main.class", JKS);
  put("conf/server.xml", "<Server/>");
  put("conf/other.xml", "<Other/>");
  put(".KEYS.JKS.cdktf-trust.json", "{}");
  put("-n.pem", "x");
  put("*.pem", "x");
  symlinkSync("KEYS.JKS", join(folder, "link.jks"));
  symlinkSync("nowhere", join(folder, "broken.jks"));
  symlinkSync("..", join(folder, "loop"));
  symlinkSync("itself", join(folder, "itself"));
  put("deep/1/2/3/found.jks", "x");
}

const EXPECTED = [
  "*.pem",
  "-n.pem",
  ".keystore",
  "KEYS.JKS",
  "a b/it's\n\u{1b}[2J.p12",
  "by content/other",
  "by content/store",
  "by content/text",
  "conf/server.xml",
  "deep/1/2/3/found.jks",
  "lib/security/cacerts",
  "link.jks",
];

function below(folder: string, { found }: SearchResult): string[] {
  return found.map(({ path }) => path.slice(folder.length + 1));
}

describeHosts("a search", (inProduct, kind) => {
  if (kind.startsWith("windows")) {
    test("is refused, with the way out", () =>
      inProduct(async ({ host, at }) => {
        await expect(host.search([at("/opt/x/conf")])).rejects.toMatchObject({
          code: "search-refused",
          message: expect.stringContaining("Take the inventory of a copy"),
        });
      }));
    return;
  }

  test("finds files by their names, others by their first bytes, and walks no loop", () =>
    inProduct(async ({ folder, host, at }) => {
      layTree(folder);
      const place = at("/opt/x/conf");
      const result = await host.search([place, `${place}/none`]);
      expect(below(place, result)).toEqual(EXPECTED);
      expect(result).toMatchObject({
        missing: [`${place}/none`],
        unlisted: [],
        tooDeep: [],
        isCutShort: false,
      });
      expect(result.found.find(({ path }) => path.endsWith("link.jks"))).toMatchObject({
        isLink: true,
        bytes: 0,
      });
      expect(result.found.find(({ path }) => path.endsWith("content/store"))).toMatchObject({
        bytes: 8,
        isLink: false,
      });
    }));

  test("says which directories lie too deep, and that there are too many names", () =>
    inProduct(async ({ folder, host, at }) => {
      layTree(folder);
      const place = at("/opt/x/conf");
      const shallow = await host.search([place], { depth: 2 });
      expect(shallow.tooDeep).toEqual([`${place}/deep/1/2`]);
      expect(below(place, shallow)).toEqual(EXPECTED.filter((name) => !name.startsWith("deep")));
      const short = await host.search([place], { names: 5 });
      expect(short.isCutShort).toBe(true);
      expect(short.found.length).toBeLessThan(6);
    }));

  (isRoot ? test : test.skip)("says which directories it may not list", () =>
    inProduct(async ({ folder, at, asNobody }) => {
      mkdirSync(join(folder, "shut"));
      writeFileSync(join(folder, "open.jks"), "x");
      chmodSync(join(folder, "shut"), 0o700);
      const place = at("/opt/x/conf");
      const result = await asNobody((host) => host.search([place]));
      expect(result.unlisted).toEqual([`${place}/shut`]);
      expect(below(place, result)).toEqual(["open.jks"]);
    }),
  );
});

for (const shell of shells) {
  describeSsh(`a search in ${shell.name}`, { shell: shell.words }, (server) => {
    test("finds the same", () =>
      overSsh(server)(async ({ folder, host, at }) => {
        layTree(folder);
        expect(below(at("/opt/x/conf"), await host.search([at("/opt/x/conf")]))).toEqual(EXPECTED);
      }));
  });
}

describeSsh("running Javas", {}, (server) => {
  test("say where their files are, and no password leaves the machine", async () => {
    const words = [
      "-Djavax.net.ssl.keyStore=/opt/inventory/keys.jks",
      "-Djavax.net.ssl.keyStorePassword=never-shown",
      "-Djavax.net.ssl.trustStore=relative.jks",
    ];
    const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60000)", "--", ...words]);
    try {
      const { address, connection } = server();
      for (const host of [openHost("local:/"), openHost(address, { connection })]) {
        const options = (await host.javaOptions()) ?? [];
        expect(options).toContain(words[0]);
        expect(options.join(" ")).not.toMatch(/never-shown|relative/);
      }
      expect(await openHost("local:/opt").javaOptions()).toBeUndefined();
    } finally {
      child.kill();
      await closeConnections();
    }
  });
});
