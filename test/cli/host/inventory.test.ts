import { chmodSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";

import type { Inventory, InventoryFile } from "../../../lib/inventory";
import { detectFormat } from "../../../lib/keystore";
import { isRoot } from "../../hosts/kinds";
import { asNobody } from "../../hosts/support";
import { APP_PASSWORD, APPLICATIONS, HandMadeStores } from "../../support/handMadeStores";
import { listWithJava } from "../../support/javaStores";
import { describeWith } from "../../support/tools";
import { CliSandbox } from "../cliRun";

const PASSWORDS = ["--password", "env:APP", "--password", "/opt/odd/=cmd.jks=env:APP"];

const applications = process.env["SLOW"] === "1" ? APPLICATIONS : 12;

describe("cdktf-trust host inventory", () => {
  const sandbox = new CliSandbox({ APP: APP_PASSWORD });
  const tree = new HandMadeStores(join(sandbox.directory, "host"), sandbox.now);
  let found: Inventory;
  let printed: string;

  beforeAll(async () => {
    tree.layApplications(applications);
    tree.copyVectors();
    tree.layOddities();
    tree.layConfigurations();
    const { stdout, stderr, exitCode } = await sandbox.run(
      "host",
      "inventory",
      "local:host",
      ...PASSWORDS,
      "--json",
    );
    expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 1 });
    printed = stdout;
    found = JSON.parse(stdout) as Inventory;
  }, 180_000);

  afterAll(() => sandbox.remove());

  const files = (): readonly InventoryFile[] => found.hosts[0]?.files ?? [];
  const file = (path: string): InventoryFile => {
    const one = files().find((each) => each.path === path);
    if (one === undefined) throw new Error(`${path} was not found`);
    return one;
  };

  test("finds every store of the tree", () => {
    const paths = files().map(({ path }) => path);
    expect(tree.stores.length).toBeGreaterThan(2 * applications);
    expect(paths).toEqual(expect.arrayContaining(tree.stores.map(({ path }) => path)));
    const vectors = storesIn(tree.place("/opt/vectors")).map((name) => `/opt/vectors/${name}`);
    expect(vectors.length).toBeGreaterThan(50);
    expect(paths).toEqual(expect.arrayContaining(vectors));
    expect(paths).not.toContain("/opt/odd/readme.txt");
  });

  test("lists what they hold, and what opened them", () => {
    for (const { path, aliases } of tree.stores.slice(0, 2 * applications)) {
      const { entries, password, findings } = file(path);
      expect(entries.map(({ alias }) => alias)).toEqual(aliases);
      expect(password).toEqual({ kind: "reference", reference: "env:APP" });
      expect(findings.filter(({ level }) => level === "error")).toEqual([]);
    }
  });

  test("says of each odd file what it is, and never a password", () => {
    const rules = (path: string) => file(path).findings.map(({ rule }) => rule);
    expect(rules("/opt/odd/zero.jks")).toEqual(["store-unreadable"]);
    expect(rules("/opt/odd/damaged.p12")).toEqual(["store-unreadable"]);
    expect(file("/opt/odd/huge.p12")).toMatchObject({ format: "not-read", bytes: 17 * 2 ** 20 });
    expect(rules("/opt/odd/default.jks")).toEqual(["weak-password"]);
    expect(file("/opt/odd/default.jks").password).toEqual({ kind: "default" });
    expect(file("/opt/odd/unknown.p12")).toMatchObject({ password: { kind: "unknown" }, entries: [] });
    expect(rules("/opt/odd/unknown.p12")).toEqual(["wrong-password"]);
    expect(file("/opt/odd/unknown.jks")).toMatchObject({
      password: { kind: "unknown" },
      entries: [{ kind: "anchor", alias: "ca" }],
    });
    expect(file("/opt/odd/plain.key").entries).toMatchObject([{ kind: "key", isPlainKey: true }]);
    expect(file("/opt/app01/conf/keystore.p12").links).toEqual(["/opt/odd/link.p12"]);
    expect(file("/opt/app05/conf/keystore.p12").findings.map(({ rule }) => rule)).toEqual(["expiring"]);
    expect(file("/opt/odd/pkcs12/jdk25-ml-dsa.p12").findings.map(({ rule }) => rule)).toContain(
      "key-beyond-tls",
    );
    expect(found.hosts[0]?.unseen).toEqual([]);
    expect(printed).not.toMatch(/never-shown|correct horse|changeit"|nobody knows/);
  });

  test("knows what the products' configurations say of them", () => {
    expect(file("/opt/app04/conf/keystore.jks").usedBy).toEqual([
      {
        product: "Tomcat",
        by: "/opt/tomcat/conf/server.xml",
        as: "keystore",
        alias: "app04",
        listener: { port: 8443, names: [], clientAuthentication: "require" },
      },
    ]);
    expect(file("/opt/tomcat/conf/gone.jks")).toMatchObject({
      format: "missing",
      findings: [{ rule: "file-missing" }],
      usedBy: [{ listener: { port: 9443, clientAuthentication: "request" } }],
    });
    expect(file("/opt/app01/conf/keystore.p12").usedBy).toMatchObject([
      { product: "Spring Boot", alias: "app01", listener: { port: 8101 } },
    ]);
    expect(file("/opt/app02/conf/keystore.pfx").usedBy).toMatchObject([
      { product: "Kafka", listener: { port: 9093, clientAuthentication: "require" } },
    ]);
    expect(file("/opt/app03/conf/keystore.p12").usedBy).toMatchObject([
      { product: "Jetty", listener: { port: 8103 } },
    ]);
    expect(file("/opt/agent/conf/.keystore").usedBy).toMatchObject([
      { product: "xMatters Integration Agent", listener: { port: 8081 } },
    ]);
    expect(file("/etc/nginx/tls/web.crt").usedBy).toEqual([
      {
        product: "nginx",
        by: "/etc/nginx/conf.d/web.conf",
        as: "certificate",
        listener: { port: 443, names: ["web.example.com"], clientAuthentication: "require" },
      },
    ]);
    expect(file("/etc/nginx/tls/web.key")).toMatchObject({
      entries: [{ isPlainKey: true }],
      usedBy: [{ as: "key" }],
    });
    expect(files().map(({ path }) => path)).not.toContain("/no");
  });

  test("says who trusts whom", () => {
    const party = found.trust.find(({ subject }) => subject === "CN=Hand-made Authority 2");
    const host = "local:host";
    expect(party?.trustedIn).toEqual(
      expect.arrayContaining([
        { host, path: "/opt/app01/conf/truststore.p12", alias: "own-ca" },
        { host, path: "/opt/app04/conf/truststore.jks", alias: "partners-ca" },
        { host, path: "/etc/nginx/tls/clients.crt", alias: "1" },
      ]),
    );
    const presenting = {
      host,
      path: "/opt/app01/conf/keystore.p12",
      alias: "app01",
      subject: "CN=app01.example.com",
    };
    expect(party?.accepts).toContainEqual(presenting);
    expect(party?.accepts).toHaveLength(applications / 4);
    const first = found.trust.find(({ subject }) => subject === "CN=Hand-made Authority 1");
    expect(first?.accepts).toContainEqual(expect.objectContaining({ path: "/etc/nginx/tls/web.crt" }));
  });

  test("prints it for people and for spreadsheets, and nothing in it steers either", async () => {
    const some = ["/etc", "/opt/odd", "/opt/tomcat", "/opt/app04", "/opt/app07"].flatMap((path) => [
      "--path",
      path,
    ]);
    const { stdout } = await sandbox.run("host", "inventory", "local:host", ...PASSWORDS, ...some);
    expect(stdout).toContain("/opt/odd/new\\u{a}line\\u{1b}[2J.jks");
    expect(stdout).not.toContain("\u{1b}");
    expect(stdout).toContain('keystore of Tomcat, port 8443, alias "app04": /opt/tomcat/conf/server.xml');
    expect(stdout).toContain("password: a known default");
    const csv = await sandbox.run("host", "inventory", "local:host", ...PASSWORDS, ...some, "--csv");
    const lines = csv.stdout.split("\n");
    expect(lines[0]).toBe(
      "host,path,format,password,alias,kind,key,subject,issuer,sha256,not_after,days_left,problems,used_by",
    );
    expect(csv.stdout).toContain(",'=formula,anchor,");
    expect(lines.filter((line) => line.includes(",/opt/app07/conf/truststore.p12,"))).toHaveLength(2);
    expect(stdout + csv.stdout).not.toMatch(/never-shown|correct horse|nobody knows/);
  });

  test("looks where it is told to, and says what is not there", async () => {
    const words = ["--path", "/opt/app01", "--path", "/opt/odd/default.jks", "--path", "/nowhere"];
    const { stdout } = await sandbox.run("host", "inventory", "local:host", ...words, "--json");
    const [host] = (JSON.parse(stdout) as Inventory).hosts;
    expect(host?.files.map(({ path }) => path)).toEqual([
      "/opt/app01/conf/keystore.p12",
      "/opt/app01/conf/truststore.p12",
      "/opt/odd/default.jks",
    ]);
    expect(host?.unseen).toEqual(["/nowhere is not there"]);
  });

  test("says which host it did not reach, and what is on the others", async () => {
    const words = ["local:host", "ssh://127.0.0.1:1", "--path", "/opt/app01", "--password", "env:APP"];
    const { stdout, exitCode } = await sandbox.run("host", "inventory", ...words);
    expect(exitCode).toBe(2);
    expect(stdout).toContain("/opt/app01/conf/keystore.p12");
    expect(stdout).toMatch(/ssh:\/\/127\.0\.0\.1:1: 0 files\n {2}not seen: /);
  });

  test("says what to do about a host that is none, and a literal password", async () => {
    const none = await sandbox.run("host", "inventory", "app9");
    expect(none).toMatchObject({ exitCode: 2 });
    const literal = await sandbox.run("host", "inventory", "local:host", "--password", "hunter2-secret");
    expect(literal.exitCode).toBe(2);
    expect(literal.stderr).not.toContain("hunter2");
  });

  (isRoot ? test : test.skip)(
    "lists what it may not read, and says which folders it may not list",
    async () => {
      chmodSync(sandbox.directory, 0o755);
      chmodSync(tree.place("/opt/app08/conf/keystore.jks"), 0o600);
      chmodSync(tree.place("/opt/app09/conf"), 0o700);
      const words = ["--path", "/opt/app08", "--path", "/opt/app09"];
      const { stdout, exitCode } = await asNobody(() =>
        sandbox.run("host", "inventory", "local:host", ...PASSWORDS, ...words),
      );
      expect(exitCode).toBe(0);
      expect(stdout).toContain("/opt/app08/conf/keystore.jks: not read");
      expect(stdout).toMatch(/warning file-unreadable \[file\]: .*permission denied for user id \d+/);
      expect(stdout).toContain("not seen: /opt/app09/conf may not be listed by this user");
      chmodSync(tree.place("/opt/app09/conf"), 0o755);
    },
  );

  test("changes nothing", () => {
    expect(readdirSync(tree.place("/opt/app01/conf")).sort()).toEqual([
      "application.properties",
      "keystore.p12",
      "truststore.p12",
    ]);
    expect(statSync(tree.place("/opt/odd/zero.jks")).size).toBe(0);
  });

  describeWith("java", "beside Java", () => {
    test("lists the same entries", () => {
      const stores = tree.stores.filter(({ password }) => password === APP_PASSWORD);
      const judged = listWithJava(
        "java",
        stores.map(({ path, profile, password }) => ({
          bytes: readFileSync(tree.place(path)),
          password,
          type: profile === "jks" ? "JKS" : "PKCS12",
        })),
      );
      for (const [index, { path }] of stores.entries()) {
        const listed = file(path).entries.map(({ alias, kind, chain }) => ({
          alias,
          kind,
          chain: chain.map(({ sha1 }) => sha1.replaceAll(":", "").toLowerCase()),
        }));
        const java = judged[index]?.entries.map(({ alias, kind, chain }) => ({ alias, kind, chain }));
        expect(listed.sort(byAlias)).toEqual([...(java ?? [])].sort(byAlias));
      }
    });
  });
});

/** Those whose beginning says it: BKS and UBER have none of their own. */
function storesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => ["jks", "jceks", "pkcs12"].includes(detectFormat(readFileSync(path))))
    .map((path) => relative(folder, path));
}

function byAlias(one: { readonly alias: string }, other: { readonly alias: string }): number {
  return one.alias < other.alias ? -1 : 1;
}
