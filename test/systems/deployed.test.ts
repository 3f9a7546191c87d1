import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import { javaProgram } from "../support/javaProgram";
import { LocalProject } from "../support/localProject";
import { residentKeytool } from "../support/residentKeytool";
import { describeWith, tool } from "../support/tools";
import { freePort, whileRunning } from "./support/products";
import { runAsync } from "./support/scripts";

const STACKS = `
import { App } from "@repository/node_modules/cdktf";
import { GenericServersStack } from "@repository/stacks/genericServers";
import { IntegrationCloudStack } from "@repository/stacks/integrationCloud";
import { IntegrationServerStack } from "@repository/stacks/integrationServer";
import { XmattersStack } from "@repository/stacks/xmatters";
const app = new App();
new XmattersStack(app, "xmatters");
new IntegrationCloudStack(app, "integration-cloud");
new IntegrationServerStack(app, "integration-server");
new GenericServersStack(app, "generic-servers");
app.synth();
`;

const AGENT = "integration-agent/opt/xmatters/integrationagent/conf";

describeWith(["terraform", "java", "keytool"], "the systems, deployed", () => {
  const keytoolProgram = residentKeytool();
  const project = new LocalProject(STACKS);
  const host = (...path: string[]) => project.path(".local", "hosts", ...path);
  const secret = (name: string) => project.read(".local", "secrets", name).toString().trim();
  const keytool = (store: string, password: string) =>
    spawnSync(keytoolProgram(), ["-list", "-keystore", store, "-storepass:env", "STORE"], {
      encoding: "utf8",
      env: { ...process.env, STORE: password },
    }).stdout;
  const keytoolExport = (store: string, password: string) =>
    spawnSync(keytoolProgram(), ["-list", "-rfc", "-keystore", store, "-storepass:env", "STORE"], {
      encoding: "utf8",
      env: { ...process.env, STORE: password },
    }).stdout;
  const calls = (environment: Readonly<Record<string, string>>, ...aliases: string[]) => {
    const program = javaProgram(join(__dirname, "java", "Calls.java"));
    const { stdout, stderr } = spawnSync(tool("java"), [...program, ...aliases], {
      encoding: "utf8",
      env: { ...process.env, ...environment },
    });
    if (stdout === "") throw new Error(stderr);
    return stdout.trim().split("\n");
  };
  const agentBefore = new Map<string, string>();

  beforeAll(() => {
    project.prepare();
    agentBefore.set("IAConfig.xml", readFileSync(host(AGENT, "IAConfig.xml"), "utf8"));
    agentBefore.set(".keystore", keytool(host(AGENT, ".keystore"), "alarmpoint"));
    expect(project.synth()).toMatchObject({ status: 0 });
    for (const stack of ["xmatters", "integration-cloud", "integration-server", "generic-servers"]) {
      for (const words of [["init"], ["apply", "-auto-approve"]]) {
        const result = project.run(
          tool("terraform"),
          [...words, "-no-color"],
          {},
          `cdktf.out/stacks/${stack}`,
        );
        expect(result).toMatchObject({ status: 0 });
      }
    }
  }, 300_000);

  afterAll(() => {
    project.remove();
  });

  test("IAConfig.xml has nothing changed but the attribute ssl, and the original is kept", () => {
    const before = agentBefore.get("IAConfig.xml") ?? "";
    const element = '\n  <service-gateway ssl="false" port="8081"/>';
    expect(before).toContain(element);
    expect(readFileSync(host(AGENT, "IAConfig.xml"), "utf8")).toBe(
      before.replace(element, element.replace("false", "true")),
    );
    expect(readFileSync(host(AGENT, "IAConfig.xml.orig"), "utf8")).toBe(before);
  });

  test("apia is untouched in the agent's keystore, and its original is kept", () => {
    const apia = /^apia,.*\n.*$/m.exec(agentBefore.get(".keystore") ?? "")?.[0] ?? "nothing";
    expect(keytool(host(AGENT, ".keystore"), "alarmpoint")).toContain(apia);
    expect(keytool(host(AGENT, ".keystore"), "alarmpoint")).toContain("new-cert, ");
    expect(keytool(host(AGENT, ".keystore.orig"), "alarmpoint")).toContain("contains 1 entry");
  });

  test("a gateway with Java's default key manager serves the new certificate beside apia, and the management system trusts it", () => {
    expect(
      calls(
        {
          ADDRESS: "ia01.example.com",
          SERVER_KEYSTORE: host(AGENT, ".keystore"),
          SERVER_PASSWORD: "alarmpoint",
          CLIENT_TRUSTSTORE: host("management/opt/management/jre/lib/security/cacerts"),
          CLIENT_TRUSTSTORE_PASSWORD: "changeit",
        },
        "-",
      ),
    ).toEqual(["served CN=ia01.example.com, arrived nobody"]);
  });

  test("the bank sees the client that was chosen for each call, and lets nobody else in", () => {
    // GIVEN
    const instance = host("integration-server/opt/softwareag/IntegrationServer/instances/default/config");
    const password = secret("integration-server-stores");

    // WHEN
    const [a, b, c, again, none, wrong] = calls(
      {
        ADDRESS: "bank.example.com",
        SERVER_KEYSTORE: host("bank/etc/bank/keystore.p12"),
        SERVER_TRUSTSTORE: host("bank/etc/bank/truststore.p12"),
        SERVER_PASSWORD: secret("bank-stores"),
        CLIENT_KEYSTORE: join(instance, "partner_keys.jks"),
        CLIENT_PASSWORD: password,
        CLIENT_TRUSTSTORE: join(instance, "partner_trust.jks"),
        CLIENT_TRUSTSTORE_PASSWORD: password,
      },
      ..."bank_a bank_b bank_c bank_a - 1".split(" "),
    );

    // THEN
    expect([a, b, c, again]).toEqual(
      ["A", "B", "C", "A"].map((name) => `served CN=bank.example.com, arrived CN=Bank_${name}`),
    );
    expect(none).toContain("bad_certificate");
    expect(wrong).toBe("failed: Alias <1> does not exist");
  });

  test("the partners' intermediates are in the truststore beside their roots", () => {
    const instance = host("integration-server/opt/softwareag/IntegrationServer/instances/default/config");
    const listing = keytool(join(instance, "partner_trust.jks"), secret("integration-server-stores"));
    for (const partner of ["bank", "carrier", "customs"]) {
      expect(listing).toContain(`${partner}_example_com, `);
      expect(listing).toContain(`${partner}_example_com_intermediate, `);
    }
  });

  test("newman arrives at Integration Cloud as each of its users, with the list and keys that were delivered", async () => {
    // GIVEN a tenant on an address of this machine, and files that know where the local environment keeps them
    const address = "127.0.0.43";
    const directory = project.path("rest-client");
    mkdirSync(directory);
    for (const name of readdirSync(host("rest-client/home/ci/integration-cloud"))) {
      if (name.startsWith(".")) continue;
      const from = host("rest-client/home/ci/integration-cloud", name);
      const text = readFileSync(from, "utf8").replaceAll("/home/ci/integration-cloud", directory);
      writeFileSync(join(directory, name), text, { mode: 0o700 });
    }
    const tenant = createServer(
      {
        pfx: readFileSync(host("integration-cloud/etc/tenant/keystore.p12")),
        passphrase: secret("integration-cloud-stores"),
        ca: keytoolExport(
          host("integration-cloud/etc/tenant/truststore.p12"),
          secret("integration-cloud-stores"),
        ),
        requestCert: true,
        rejectUnauthorized: true,
      },
      (request, response) => {
        const socket = request.socket as TLSSocket;
        response.end(`user=${String(socket.getPeerCertificate().subject.CN)}`);
      },
    );
    await new Promise<void>((done) => {
      tenant.listen(8443, address, done);
    });
    const lookup = `const dns = require("dns"); const found = dns.lookup; dns.lookup = (name, options, done) =>
      name === "mydomain.webmethodscloud.com" ? (done ?? options)(null, options.all ? [{ address: "${address}", family: 4 }] : "${address}", 4)
        : found(name, options, done);`;
    writeFileSync(join(directory, "lookup.cjs"), lookup);
    const url = "https://mydomain.webmethodscloud.com:8443/integration/rest/external/testApp";
    const schema = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json";
    const item = [{ name: "testApp", request: { method: "POST", url } }];
    writeFileSync(
      join(directory, "collection.json"),
      JSON.stringify({ info: { name: "cloud", schema }, item }),
    );
    const environment = {
      ...process.env,
      PATH: `${process.cwd()}/node_modules/.bin:${process.env["PATH"] ?? ""}`,
      NODE_OPTIONS: `--require ${join(directory, "lookup.cjs")}`,
      ORDERS_PASSWORD: secret("rest-client-orders"),
      INVOICES_PASSWORD: secret("rest-client-invoices"),
    };

    // WHEN
    const newman = (client: string) => {
      const words = [join(directory, "collection.json"), "--verbose", "--color", "off"];
      return runAsync(join(directory, "newman-run.sh"), words, { ...environment, CLIENT: client });
    };
    const orders = await newman("orders");
    const invoices = await newman("invoices");
    const unclear = await newman("");
    const unknown = await newman("nobody");
    await new Promise((done) => {
      tenant.close(done);
    });

    // THEN
    expect(orders).toMatchObject({ status: 0, stdout: expect.stringContaining("user=orders") });
    expect(invoices).toMatchObject({ status: 0, stdout: expect.stringContaining("user=invoices") });
    expect(unclear).toMatchObject({
      status: 1,
      stderr: "Several clients call one address: set CLIENT to one of orders, invoices.\n",
    });
    expect(unknown).toMatchObject({
      status: 1,
      stderr: "There is no client nobody; there are orders, invoices.\n",
    });
  });

  describeWith(["nginx", "curl"], "nginx and curl", () => {
    test("shake hands on what was delivered to them", async () => {
      // GIVEN copies that know where the local environment keeps the hosts' files
      const port = await freePort();
      const at = (text: string) =>
        text
          .replaceAll("/etc/nginx/tls", host("web/etc/nginx/tls"))
          .replaceAll("/home/reports/tls", project.path("reports"))
          .replaceAll("8443", String(port));
      const copy = (from: string, to: string) => {
        writeFileSync(to, at(readFileSync(from, "utf8")));
        chmodSync(to, 0o700);
      };
      mkdirSync(project.path("reports"));
      for (const name of [
        "reports.curlrc",
        "reports-curl.sh",
        "reports.crt",
        "reports.key",
        "reports-ca.crt",
      ]) {
        copy(host("reports/home/reports/tls", name), project.path("reports", name));
      }
      copy(host("web/etc/nginx/tls/nginx-tls.conf"), project.path("nginx-tls.conf"));
      writeFileSync(host("web/etc/nginx/tls/server.password"), `${secret("web-key")}\n`);
      const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
        (kind) => `${kind}_temp_path ${project.path(kind)};`,
      );
      project.write(
        "nginx.conf",
        `daemon off; pid ${project.path("pid")}; error_log stderr; events {} http { access_log off; ${temporary.join(" ")} ` +
          `server { include ${project.path("nginx-tls.conf")}; location / { return 200 "$ssl_client_s_dn"; } } }`,
      );

      // WHEN
      const words = ["-p", project.directory, "-c", project.path("nginx.conf")];
      const environment = { ...process.env, REPORTS_PASSWORD: secret("reports-key") };
      const resolve = ["--resolve", `web.example.com:${port}:127.0.0.1`, "--silent", "--show-error"];
      const url = `https://web.example.com:${port}/`;
      const result = await whileRunning(tool("nginx"), words, { port }, () =>
        runAsync(project.path("reports", "reports-curl.sh"), [...resolve, url], environment),
      );

      // THEN
      expect(result).toEqual({ status: 0, stdout: "CN=Reports", stderr: "" });
    });
  });
});
