import { unzipSync } from "fflate";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { readStore } from "../../../lib/keystore";
import { LocalProject } from "../../support/localProject";
import { testWithServer } from "../../support/javaServers";
import { residentKeytool } from "../../support/residentKeytool";
import { describeWith, slowly } from "../../support/tools";
import { freePort } from "../support/products";
import { Operator, type ReadStep } from "./operator";
import { declaring, PASSWORD, Products } from "./products";
import type { RealPorts } from "./realProducts";

const iaConfig = readFileSync(resolve(__dirname, "../../../stacks/local/IAConfig.xml"));

describeWith(["keytool", "javac", "openssl"], "the runbook of", () => {
  const keytool = residentKeytool();
  let root: string;
  let state = "";
  let products: Products;
  let ports: RealPorts;
  /** Archives of two bundles: the first, and one in which every certificate was renewed. */
  const bundles: Record<"first" | "renewed", Map<string, Buffer>> = { first: new Map(), renewed: new Map() };

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), "rb-"));
    ports = { tomcat: await freePort(), jetty: await freePort(), nginx: await freePort() };
    const project = new LocalProject(declaring(root, ports));
    project.write("IAConfig.xml", iaConfig);
    for (const bundle of ["first", "renewed"] as const) {
      const result = project.synth({ STORE_PASSWORD: PASSWORD });
      expect(result).toMatchObject({ status: 0, stderr: expect.not.stringContaining("Error") });
      const artifacts = "cdktf.out/stacks/manual/artifacts";
      for (const name of readdirSync(project.path(artifacts)))
        if (name.endsWith(".zip")) bundles[bundle].set(name.slice(0, -4), project.read(artifacts, name));
      rmSync(project.path(".local"), { recursive: true });
    }
    project.remove();
  });

  afterEach(() => {
    if (state === "") return;
    products.real.stop();
    rmSync(state, { recursive: true, force: true });
    state = "";
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  /** The products as they are on day one. */
  function begin(): void {
    rmSync(root, { recursive: true, force: true });
    state = mkdtempSync(join(tmpdir(), "runbook-state-"));
    products = new Products(root, state, iaConfig, keytool());
  }

  function operator(host: string, bundle: "first" | "renewed"): Operator {
    const directory = mkdtempSync(join(state, "bundle-"));
    const archive = bundles[bundle].get(host) ?? Buffer.of();
    const files = unzipSync(archive);
    for (const [name, bytes] of Object.entries(files)) {
      mkdirSync(dirname(join(directory, name)), { recursive: true });
      writeFileSync(join(directory, name), bytes);
    }
    writeFileSync(join(directory, `${host}.zip`), archive);
    return new Operator(Buffer.from(files["RUNBOOK.md"] ?? []).toString(), {
      directory,
      environment: products.environment,
      password: PASSWORD,
      byHand,
    });
  }

  /** What no command does: an editor, a console, a restart that nobody named. */
  const byHand: readonly (readonly [RegExp, (step: ReadStep) => void])[] = [
    [
      /^Set in `.*ssl\.conf`/,
      ({ text }) => {
        const [, certificate = ""] = /SSLCertificateFile "(.*?)"/.exec(text) ?? [];
        const file = join(root, "web/apache/conf/ssl.conf");
        const edited = readFileSync(file, "utf8").replace(
          /SSLCertificateFile ".*"/,
          `SSLCertificateFile "${certificate}"`,
        );
        writeFileSync(file, edited);
      },
    ],
    [
      /^Set `certFile`/,
      ({ text }) => {
        const [, certificate = "", key = ""] =
          /`certFile` to `(.*?)` and `keyFile` to `(.*?)`/.exec(text) ?? [];
        writeFileSync(
          join(root, "gateway-agent/conf/agent.conf"),
          `certFile = ${certificate}\nkeyFile = ${key}\n`,
        );
      },
    ],
    [
      /Host \/ Web settings, give it|^There switch HTTPS on/,
      () => servedFrom("ces.example.com:48226", "ces/ces-keystore.jks", "ces"),
    ],
    [/^Restart Java server/, () => servedFrom("gateway.example.com:8443", "gateway/keystore.p12", "gateway")],
    [/^Start Java server/, () => servedFrom("gateway.example.com:8443", "gateway/keystore.p12", "gateway")],
    [
      /^Include the connector/,
      ({ text }) => {
        const [, declaration = ""] = /(<!DOCTYPE .*?\]>)/.exec(text) ?? [];
        edit(
          "tomcat/conf/server.xml",
          (xml) => xml.replace("<Server", `${declaration}\n<Server`).replace("<Engine", "&trust;\n<Engine"),
          declaration,
        );
      },
    ],
    [
      /^Let Tomcat take passwords/,
      ({ text }) => {
        const [, line = ""] = /`(org\..*?)`/.exec(text) ?? [];
        edit("tomcat/conf/catalina.properties", (properties) => `${properties}${line}\n`, line);
      },
    ],
    [
      /^Put the password of the key on the first line of `.*nginx/,
      () => edit("nginx/tls/server.password", () => `${PASSWORD}\n`, PASSWORD),
    ],
    [
      /^Include `.*nginx-tls\.conf/,
      ({ text }) => {
        const [, file = ""] = /^Include `(.*?)`/.exec(text) ?? [];
        edit("nginx/nginx.conf", (conf) => conf.replace(/}\n$/, `server {\ninclude ${file};\n}\n}\n`), file);
      },
    ],
  ];

  /** Changes a file once. */
  function edit(name: string, change: (text: string) => string, mark: string): void {
    const path = join(root, name);
    const text = isFile(path) ? readFileSync(path, "utf8") : "";
    if (!text.includes(mark)) writeFileSync(path, change(text));
  }

  function servedFrom(server: string, store: string, alias: string): void {
    const path = join(root, store);
    products.present(server, isFile(path) ? products.held(path, alias) : "");
  }

  const isFile = (path: string) => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;

  /** All that is there, without what runs have copied, and what servers hold that are no files. */
  function everything(contentOf: (path: string) => string = bytesOf): unknown {
    const files: Record<string, string> = {};
    const walk = (directory: string): void => {
      for (const entry of readdirSync(directory, { withFileTypes: true })) {
        const path = join(directory, entry.name);
        if (entry.isDirectory()) walk(path);
        else if (!/\.(?:before|absent)-|\.retire-.*\.done$/.test(entry.name))
          files[relative(root, path)] = `${(statSync(path).mode & 0o777).toString(8)} ${contentOf(path)}`;
      }
    };
    walk(root);
    return { files, servers: products.servers };
  }

  const bytesOf = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex");

  /** The entries of a store, which keytool writes with a new salt each time; the bytes of anything else. */
  function meaningOf(path: string): string {
    if (!/keystore$|cacerts$|zookeeper$|\.(?:jks|p12|pfx)$/.test(path)) return bytesOf(path);
    const { entries } = readStore(readFileSync(path), PASSWORD);
    return JSON.stringify(
      entries.map((entry) => {
        const [certificate = Buffer.of()] =
          entry.kind === "identity" ? entry.chain : entry.kind === "anchor" ? [entry.certificate] : [];
        return [entry.alias, entry.kind, createHash("sha256").update(certificate).digest("hex")];
      }),
    );
  }

  const hosts = ["flow", "web", "ring", "ces"];
  /** What is like one of those above, or takes long. */
  const slowHosts = ["agent", "store", "client", "gateway-agent", "ispw", "gateway", "generic"];
  const all = [...hosts, ...slowHosts, "nginx", "tomcat", "jetty"];
  const title = (host: string) => `${host} is followed twice, for a renewal, and back to day one`;

  test.each(hosts)(
    title("%s"),
    (host) => {
      const { dayOne, after } = followAndGoBack(host);
      expect(after).toEqual(dayOne);
    },
    180_000,
  );
  for (const host of slowHosts)
    slowly(
      title(host),
      () => {
        const { dayOne, after } = followAndGoBack(host);
        expect(after).toEqual(dayOne);
      },
      180_000,
    );

  describeWith("nginx", "nginx", () => {
    test(
      title("nginx"),
      () => {
        const start = () => execFileSync(join(products.tools, "nginx"), ["start"]);
        const { dayOne, after } = followAndGoBack("nginx", { start });
        expect(after).toEqual(dayOne);
      },
      180_000,
    );
  });

  for (const [host, server, log, isSlow] of [
    ["tomcat", "tomcat10", /Starting ProtocolHandler \["https-jsse-nio-\d+"\]/, true],
    ["jetty", "jetty9", /Started ServerConnector.*SSL/, true],
  ] as const)
    testWithServer(
      server,
      title(host),
      async () => {
        const afterwards = () => {
          expect(products.real.said(server)).toMatch(log);
          expect(products.real.said(server)).not.toMatch(/Failed to initialize component|Exception/);
        };
        const { dayOne, after } = followAndGoBack(host, { afterwards });
        expect(after).toEqual(dayOne);
      },
      { isSlow, timeout: 180_000 },
    );

  /** What there is on day one, and after all ways back. */
  function followAndGoBack(
    host: string,
    { start, afterwards }: { readonly start?: () => void; readonly afterwards?: () => void } = {},
  ): Record<"dayOne" | "after", unknown> {
    begin();
    start?.();
    const [first, renewed] = [operator(host, "first"), operator(host, "renewed")];
    const dayOne = everything();

    // WHEN it is followed, and every step of it repeated
    first.follow("1");
    afterwards?.();
    const meaning = everything(meaningOf);
    first.follow("1");

    // THEN
    const once = everything();
    expect(once).not.toEqual(dayOne);
    expect(everything(meaningOf)).toEqual(meaning);

    // WHEN another run finds nothing to do, and is taken back
    first.follow("2");
    expect(everything(meaningOf)).toEqual(meaning);
    first.back("2");

    // THEN it takes nothing away that it did not bring
    expect(everything()).toEqual(once);

    // WHEN every certificate is renewed, and each run is taken back, twice
    renewed.follow("3");
    expect(everything(meaningOf)).not.toEqual(meaning);
    renewed.back("3");
    renewed.back("3");

    // THEN
    expect(everything()).toEqual(once);
    first.back("1");
    first.back("1");
    return { dayOne, after: everything() };
  }

  test("a key ring holds both generations of a certificate until the older one is taken out", () => {
    begin();
    operator("ring", "first").follow("1");
    const first = products.ring;
    expect(first.labels).toEqual([
      expect.stringMatching(/^electricflow-[0-9a-f]{8}$/),
      expect.stringMatching(/^xmatters-integration-ag-[0-9a-f]{8}$/),
    ]);

    operator("ring", "renewed").follow("2");
    expect(products.ring.most).toBe(4);
    expect(products.ring.labels).toHaveLength(2);
    expect(products.ring.labels.filter((label) => first.labels.includes(label))).toEqual([]);
  });

  test.each(all)("%s has a way back for each of its chapters", (host) => {
    const runbook = unzipSync(bundles.first.get(host) ?? Buffer.of())["RUNBOOK.md"] ?? [];
    const text = Buffer.from(runbook).toString();
    const titles = [...text.matchAll(/^## (.*)$/gm)].map(([, title]) => title);
    expect(titles.length).toBeGreaterThan(0);
    for (const title of titles) expect(text).toContain(`\n### The way back: ${title}\n`);
  });
});
