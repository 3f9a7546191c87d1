import { unzipSync } from "fflate";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { residentKeytool } from "../../support/residentKeytool";
import { LocalProject } from "../../support/localProject";
import { describeWith, tool } from "../../support/tools";
import { program } from "../support/scripts";
import { Operator, type ReadStep } from "./operator";

const PASSWORD = "a long enough password";
const ADMINISTRATOR = "manage it";

const declaring = (root: string) => `
import { App } from "@repository/node_modules/cdktf";
import { Certificate, Host, IntegrationServer, PemServer, Secret, TrustStack } from "@repository/lib";
const password = Secret.env("STORE_PASSWORD");
const app = new App();
const stack = new (class extends TrustStack {})(app, "manual");
const is = new IntegrationServer(stack, "IS", { host: Host.manual("is"), instanceDirectory: ${JSON.stringify(root)} });
is.truststore("TRUST", { password, global: true });
const keystore = is.keystore("KEYS", { password });
const nginx = new PemServer(stack, "Nginx", {
  host: Host.manual("nginx"), names: ["nginx.example.com"], port: 443, directory: "/etc/nginx/tls",
  certificate: Certificate.selfSigned(), keyPassword: password,
});
is.calls(nginx, { id: "events", as: is.identity("events", Certificate.selfSigned()) });
const port = is.httpsPort("In", {
  names: ["is.example.com"], port: 5543, keystore, keyAlias: "is", certificate: Certificate.selfSigned(),
});
is.mapsCertificate("Partner", { certificateOf: port, user: "partner" });
app.synth();
`;

describeWith(["keytool", "curl", "openssl"], "the runbook of an Integration Server", () => {
  const keytool = residentKeytool();
  const state = mkdtempSync(join(tmpdir(), "is-runbook-"));
  const root = join(state, "is");
  const archives: Uint8Array[] = [];
  let server: ChildProcess;
  let url = "";
  let environment: NodeJS.ProcessEnv;

  beforeAll(async () => {
    const project = new LocalProject(declaring(root));
    for (let renewal = 0; renewal < 2; renewal++) {
      const result = project.synth({ STORE_PASSWORD: PASSWORD });
      expect(result).toMatchObject({ status: 0, stderr: expect.not.stringContaining("Error") });
      archives.push(project.read("cdktf.out/stacks/manual/artifacts/is.zip"));
      rmSync(project.path(".local"), { recursive: true });
    }
    project.remove();
    environment = { ...process.env, STORE_PASSWORD: PASSWORD, IS_ADMIN_PASSWORD: ADMINISTRATOR };
    server = spawn(
      process.execPath,
      ["--import", require.resolve("tsx"), resolve(__dirname, "integrationServerProcess.ts")],
      { env: environment, stdio: ["ignore", "pipe", "inherit"] },
    );
    const [port] = server.stdout === null ? [] : await once(server.stdout, "data");
    url = `http://localhost:${String(port).trim()}`;
    const tools = join(state, "tools");
    mkdirSync(tools);
    const make = (name: string, line: string) => program(tools, name, `#!/bin/sh\n${line}\n`);
    make("keytool", `exec '${keytool()}' "$@"`);
    make("curl", `exec '${tool("curl")}' "$@"`);
    make("stty", "exit 0");
    make("openssl", `[ "$1" = s_client ] || exec '${tool("openssl")}' "$@"`);
    // Whoever owns the company's truststore has been asked.
    environment = {
      ...environment,
      PATH: `${tools}:${process.env["PATH"] ?? ""}`,
      IS_URL: url,
      IS_REPLACE: "yes",
    };
  }, 60_000);

  afterAll(() => {
    server.kill();
    rmSync(state, { recursive: true, force: true });
  });

  function operator(archive: Uint8Array = Buffer.of()): Operator {
    const directory = mkdtempSync(join(state, "bundle-"));
    const files = unzipSync(archive);
    for (const [name, bytes] of Object.entries(files)) {
      mkdirSync(dirname(join(directory, name)), { recursive: true });
      writeFileSync(join(directory, name), bytes);
    }
    writeFileSync(join(directory, "is.zip"), archive);
    const runbook = Buffer.from(files["RUNBOOK.md"] ?? []).toString();
    return new Operator(runbook, { directory, environment, password: PASSWORD, byHand });
  }

  /** What is done in the server's console. */
  const byHand: readonly (readonly [RegExp, (step: ReadStep) => void])[] = [
    [
      /Reload each of these aliases that is still listed: KEYS, TRUST\./,
      () => {
        for (const [key, { type, name }] of Object.entries(kept().stores))
          if (/\/(?:KEYS|TRUST)$/.test(key))
            invoke("security.keystore:refreshStore", `type=${type}&keyStoreName=${name}`);
      },
    ],
    [
      /Disable and enable HTTPS port 5543/,
      () => {
        for (const task of ["disable", "enable"])
          invoke(`net.listeners:${task}Listener`, "listenerKey=HTTPSListener@5543&pkg=WmRoot");
      },
    ],
  ];

  function invoke(service: string, form: string): void {
    const words = ["-s", "-u", `Administrator:${ADMINISTRATOR}`, "-d", form];
    execFileSync(tool("curl"), [...words, `${url}/invoke/wm.server.${service}`]);
  }

  /** What the server keeps. */
  function kept() {
    return JSON.parse(execFileSync(tool("curl"), ["-s", `${url}/snapshot`], { encoding: "utf8" })) as {
      stores: Record<string, { type: string; name: string; contents: string }>;
      listeners: Record<string, { serves: string }>;
      mappings: { user: string }[];
    };
  }

  /** What is there without what runs have copied; stores by what the server reads of them, records without their order. */
  function everything() {
    const files: Record<string, string> = {};
    const walk = (directory: string): void => {
      for (const entry of readdirSync(directory, { withFileTypes: true })) {
        const path = join(directory, entry.name);
        if (entry.isDirectory()) walk(path);
        else if (!/\.(?:before|absent)-/.test(entry.name)) files[relative(root, path)] = contentOf(path);
      }
    };
    walk(root);
    return { files, server: kept() };
  }

  function contentOf(path: string): string {
    const content = readFileSync(path, "latin1");
    if (path.endsWith(".jks")) return "a store";
    if (!path.includes("trust-setup.kept")) return content;
    // Which bytes of a store were read is not what it means.
    return content
      .split("\n")
      .filter((line) => !line.startsWith("file\t"))
      .sort()
      .join("\n");
  }

  test("is followed twice, for a renewal, and back to day one", () => {
    mkdirSync(join(root, "config"), { recursive: true });
    const [first, renewed] = archives.map((archive) => operator(archive));
    const dayOne = everything();

    // WHEN it is followed, and every step of it repeated
    first?.follow("1");
    const followed = everything();
    first?.follow("1");

    // THEN
    expect(Object.keys(followed.server.stores)).toEqual(["trust/COMPANY_TRUST", "key/KEYS", "trust/TRUST"]);
    expect(followed.server.listeners["HTTPSListener@5543"]?.serves).toBe(
      followed.server.stores["key/KEYS"]?.contents,
    );
    expect(followed.server.mappings).toHaveLength(1);
    expect(everything()).toEqual(followed);

    // WHEN another run finds nothing to do, and is taken back
    first?.follow("2");
    first?.back("2");

    // THEN it takes nothing away that it did not bring
    expect(everything()).toEqual(followed);

    // WHEN every certificate is renewed
    renewed?.follow("3");

    // THEN the server presents the new one, and takes both of its user's
    const { server: after } = everything();
    expect(after.listeners["HTTPSListener@5543"]?.serves).not.toBe(
      followed.server.stores["key/KEYS"]?.contents,
    );
    expect(after.mappings).toHaveLength(2);

    // WHEN each run is taken back, twice
    renewed?.back("3");
    renewed?.back("3");

    // THEN
    expect(everything()).toEqual(followed);
    first?.back("1");
    first?.back("1");
    expect(everything()).toEqual(dayOne);
  }, 120_000);

  test("undoes nothing on the way forward, and pastes nothing after a question for a password", () => {
    const text = Buffer.from(unzipSync(archives[0] ?? Buffer.of())["RUNBOOK.md"] ?? []).toString();
    const [forward = "", back = ""] = text.split("### The way back: webMethods Integration Server");
    expect(forward).not.toContain("trust-setup.sh undo");
    expect(back).toContain("trust-setup.sh undo");
    expect(back.indexOf("trust-setup.sh undo")).toBeLessThan(back.indexOf("   back "));
    const titles = [...text.matchAll(/^## (.*)$/gm)].map(([, title]) => title);
    expect(titles).toEqual([
      "Trust",
      "Identities",
      "Files",
      "webMethods Integration Server IS",
      "What earlier bundles have left",
    ]);
    for (const title of titles) expect(text).toContain(`\n### The way back: ${title}\n`);
    const asking = [...text.matchAll(/^ *```sh\n([^]*?)^ *```$/gm)].filter(([, code = ""]) =>
      /\bread -r/.test(code),
    );
    expect(asking).toHaveLength(2);
    for (const [, code = ""] of asking) expect(code.trim().split("\n")).toHaveLength(1);
  });
});
