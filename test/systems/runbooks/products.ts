import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { makeCertificate } from "../../support/certificateMaker";
import { tool } from "../../support/tools";
import { program } from "../support/scripts";
import { RealProducts, type RealPorts } from "./realProducts";

export const PASSWORD = "a long enough password";

/** The app that declares one host of each kind below a directory that stands for all of them. */
export function declaring(root: string, ports: RealPorts): string {
  return `
import { App } from "@repository/node_modules/cdktf";
import {
  Certificate, CertificateAuthority, CesServer, ElectricFlowAgent, ElectricFlowServer, ElectricFlowWebServer, Host, IntegrationCloud,
  IspwServer, JavaServer, Jetty, Keystore, PemServer, RestClient, Secret, Tomcat, TrustStack, TruststoreEntry, XmattersIntegrationAgent,
} from "@repository/lib";
const root = ${JSON.stringify(root)};
const password = Secret.env("STORE_PASSWORD");
const app = new App();
const stack = new (class extends TrustStack {})(app, "manual");
const authority = new CertificateAuthority(stack, "Authority", { commonName: "Site" });
const flow = new ElectricFlowServer(stack, "Flow", {
  host: Host.manual("flow"), serverAddress: "flow.example.com", keystorePassword: password, callbacks: "all",
  certificate: Certificate.selfSigned(), trustedAgents: ["gateway agent"], cluster: { zooKeeper: "zk1:2181" },
  installDirectory: root + "/flow", confDirectory: root + "/flow/conf",
});
const web = new ElectricFlowWebServer(stack, "Web", {
  host: Host.manual("web"), names: ["web.example.com"], certificate: Certificate.issuedBy(authority),
  keyPassword: password, apacheConfDirectory: root + "/web/apache/conf",
});
new ElectricFlowAgent(stack, "GatewayAgent", {
  host: Host.manual("gateway-agent"), names: ["gw.example.com"], certificate: Certificate.issuedBy(authority),
  keyPassword: password, confDirectory: root + "/gateway-agent/conf",
});
const agent = new XmattersIntegrationAgent(stack, "Agent", {
  host: Host.manual("agent"), home: root + "/agent", serverAddress: "agent.example.com", iaConfig: "IAConfig.xml",
  keystorePassword: password, certificate: Certificate.selfSigned(),
});
const ispw = (id, props) => new IspwServer(stack, id, { host: Host.manual(id), javaHome: root + "/" + id, ...props });
ispw("ispw", { cacertsPassword: password }).calls(flow);
ispw("store", { cacertsPassword: password, zos: { directory: root + "/store/trust", encoding: "ascii" } }).calls(flow);
const ring = ispw("ring", { zos: {
  directory: root + "/ring", encoding: "ascii", keyring: { owner: "CESUSER", name: "CESRING", dataSets: "CES.TRUST" },
} });
ring.calls(flow);
ring.calls(agent);
new CesServer(stack, "Ces", {
  host: Host.manual("ces"), names: ["ces.example.com"], directory: root + "/ces", password,
  certificate: Certificate.selfSigned(),
}).calls(agent, { as: Certificate.selfSigned(), id: "deployments" });
new JavaServer(stack, "Gateway", {
  host: Host.manual("gateway"), names: ["gateway.example.com"], port: 8443, alias: "gateway",
  keystorePath: root + "/gateway/keystore.p12", truststorePath: root + "/gateway/truststore.p12",
  keystorePassword: password, certificate: Certificate.selfSigned(), clientAuthentication: "require",
}).trusts("agent", agent.endpoint);
const java = (id, product, props, configuration) => new JavaServer(stack, id, {
  host: Host.manual(id), product, names: ["localhost"], alias: id, keystorePath: root + "/" + id + "/keys.p12",
  truststorePath: root + "/" + id + "/trust.p12", keystorePassword: password, certificate: Certificate.selfSigned(),
  clientAuthentication: "request", ...props,
}).trusts("authority", authority) && stack.node.findChild(id).configuration(configuration);
java("tomcat", Tomcat.version(10), { port: ${ports.tomcat} }, root + "/tomcat/conf/trust-connector.xml");
java("jetty", Jetty.version(9), { port: ${ports.jetty}, service: "jetty9" }, root + "/jetty");
const nginx = new PemServer(stack, "Nginx", {
  host: Host.manual("nginx"), names: ["localhost"], port: ${ports.nginx}, directory: root + "/nginx/tls",
  serverBlockFile: root + "/nginx/nginx.conf",
  certificate: Certificate.issuedBy(authority), keyPassword: password, clientAuthentication: "require",
});
const client = new RestClient(stack, "Client", { host: Host.manual("client"), directory: root + "/client", keyPassword: password });
client.calls(nginx, { as: Certificate.issuedBy(authority), id: "orders" });
client.calls(new IntegrationCloud(stack, "Cloud", { address: "cloud.example.com", upload: "leaf" }), {
  as: Certificate.issuedBy(authority), id: "invoices", user: "invoices",
});
const generic = new Keystore(stack, "Generic", { host: Host.manual("generic"), path: root + "/generic/trust.jks", password, profile: "jks" });
new TruststoreEntry(stack, "Trusts", { truststore: generic, alias: "flow", trusts: flow.endpoint });
app.synth();
`;
}

/** Lays what the products have on day one, and puts stand-ins for their commands into `tools`. */
export class Products {
  readonly tools: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Those that are no stand-ins. */
  readonly real: RealProducts;
  private readonly presented: string;

  constructor(
    private readonly root: string,
    state: string,
    private readonly iaConfig: Buffer,
    private readonly keytool: string,
  ) {
    this.tools = join(state, "tools");
    this.presented = join(state, "presented");
    this.real = new RealProducts(root, state);
    for (const folder of [this.tools, this.presented]) mkdirSync(folder, { recursive: true });
    this.environment = {
      ...process.env,
      // As it is in a window in which it was entered.
      STORE_PASSWORD: PASSWORD,
      PATH: `${this.tools}:${process.env["PATH"] ?? ""}`,
      ECTOOL_STATE: join(state, "ectool.json"),
      RACF_STATE: join(state, "racf.json"),
    };
    this.write(
      join(state, "racf.json"),
      JSON.stringify({ dataSets: {}, certificates: {}, ring: null, most: 0 }),
    );
    this.write(
      join(state, "ectool.json"),
      JSON.stringify({
        session: true,
        promoted: "EC-ISPW-1.2.0",
        properties: {
          "/server/settings/ipAddress": "10.0.0.1",
          "/projects/EC-ISPW-1.2.0/ec_callback_job": "by hand",
        },
        calls: [],
      }),
    );
    this.standIns();
    this.dayOne();
  }

  /** What the servers that are no files hold. */
  get servers(): unknown {
    const read = (name: string | undefined) =>
      JSON.parse(readFileSync(name ?? "", "utf8")) as Record<string, unknown>;
    const { properties } = read(this.environment["ECTOOL_STATE"]);
    const { ring } = read(this.environment["RACF_STATE"]);
    return { properties, ring: ring ?? [] };
  }

  /** Labels in the key ring, and how many it held at most. */
  get ring(): { readonly labels: readonly string[]; readonly most: number } {
    const { ring, most } = JSON.parse(readFileSync(this.environment["RACF_STATE"] ?? "", "utf8")) as {
      ring: string[] | null;
      most: number;
    };
    return { labels: ring ?? [], most };
  }

  /** Makes a product present what its files say: done by its own restart, or by a stand-in for that. */
  present(server: string, pem: string): void {
    this.write(join(this.presented, server), pem);
  }

  /** A certificate of a store, as its product reads it. */
  held(store: string, alias: string): string {
    return execFileSync(
      this.keytool,
      [..."-exportcert -rfc -storepass:env P -alias".split(" "), alias, "-keystore", store],
      { env: { ...process.env, P: PASSWORD }, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] },
    );
  }

  private standIns(): void {
    const { root, presented, keytool } = this;
    const make = (name: string, ...lines: string[]) =>
      program(this.tools, name, ["#!/bin/sh", "set -eu", ...lines, ""].join("\n"));
    make(
      "keytool",
      // What is served is what the product has read.
      'case "$*" in',
      '  "-printcert -sslserver localhost:"*) ;;',
      `  "-printcert -sslserver "*) exec '${keytool}' -printcert -file '${presented}'/"$3" ;;`,
      "esac",
      `exec '${keytool}' "$@"`,
    );
    make(
      "systemctl",
      ...this.real.functions,
      // The last word is the service.
      'for service in "$@"; do :; done',
      'case "$service" in',
      ...this.real.services,
      `  commanderServer) printf '%s\\n' '${PASSWORD}' | '${keytool}' -exportcert -rfc -alias jetty -keystore '${root}/flow/zookeeper' -file '${presented}/flow.example.com:8443' ;;`,
      `  commanderApache) cp "$(sed -n 's/^ *SSLCertificateFile "\\(.*\\)"/\\1/p' '${root}/web/apache/conf/ssl.conf')" '${presented}/web.example.com:443' ;;`,
      `  commanderAgent) cp "$(sed -n 's/^certFile = //p' '${root}/gateway-agent/conf/agent.conf')" '${presented}/gw.example.com:7800' ;;`,
      "  *) exit 1 ;;",
      "esac",
    );
    make("curl", "exit 0");
    make("stty", "exit 0");
    make("chtag", 'test -e "$4"');
    make("submit", `exec '${process.execPath}' '${resolve(__dirname, "racf.cjs")}' "$1"`);
    const product = (folder: string, name: string, ...lines: string[]) => {
      mkdirSync(join(root, folder), { recursive: true });
      program(join(root, folder), name, ["#!/bin/sh", "set -eu", ...lines, ""].join("\n"));
    };
    product(
      "flow/bin",
      "ectool",
      'case "$1" in',
      "  login | pingResource) ;;",
      `  *) exec '${process.execPath}' '${resolve(__dirname, "../electricFlow/ectool.cjs")}' "$@" ;;`,
      "esac",
    );
    // ZKConfigTool: java -jar TOOL --keystoreFile FILE
    product("flow/jre/bin", "java", `[ -n "$COMMANDER_ZK_CONNECTION" ]`, `cp "$4" '${root}/flow/zookeeper'`);
    product("agent/bin", "stop_daemon.sh", "exit 0");
    product("agent/bin", "iadmin.sh", "echo 'Connectivity status: PRIMARY_ACCEPTED'");
    product(
      "agent/bin",
      "start_daemon.sh",
      `grep -q '<service-gateway ssl="true"' '${root}/agent/conf/IAConfig.xml' || exit 0`,
      `printf '%s\\n' '${PASSWORD}' | '${keytool}' -exportcert -rfc -alias new-cert -keystore '${root}/agent/conf/.keystore' -file '${presented}/agent.example.com:8081'`,
    );
    product("store/bin", "keytool", `exec '${this.tools}/keytool' "$@"`);
  }

  private dayOne(): void {
    const { root } = this;
    this.store("flow/conf/keystore", "jetty", "old.flow");
    cpSync(join(root, "flow/conf/keystore"), join(root, "flow/zookeeper"));
    this.store("agent/conf/.keystore", "apia", "apia");
    this.write(join(root, "agent/conf/IAConfig.xml"), this.iaConfig);
    this.write(join(root, "agent/log/IntegrationAgent.txt"), "started\n");
    const { pem } = {
      pem: execFileSync(tool("openssl"), ["x509", "-inform", "DER"], {
        input: makeCertificate({ now: new Date(), subject: "web" }).der,
      }),
    };
    this.write(join(root, "web/apache/conf/server.crt"), pem);
    this.write(
      join(root, "web/apache/conf/ssl.conf"),
      `<VirtualHost>\n SSLCertificateFile "${root}/web/apache/conf/server.crt"\n</VirtualHost>\n`,
    );
    this.write(join(root, "gateway-agent/conf/agent.crt"), pem);
    this.write(
      join(root, "gateway-agent/conf/agent.conf"),
      `certFile = ${root}/gateway-agent/conf/agent.crt\nkeyFile = agent.key\n`,
    );
    for (const host of ["ispw", "store"])
      this.store(`${host}/lib/security/cacerts`, "brought", "public root");
    this.real.lay(this.tools);
  }

  private store(path: string, alias: string, commonName: string): void {
    const place = join(this.root, path);
    mkdirSync(join(place, ".."), { recursive: true });
    const words = "-genkeypair -storetype JKS -keyalg EC -storepass:env P -keypass:env P -alias";
    execFileSync(
      this.keytool,
      [...words.split(" "), alias, "-dname", `CN=${commonName}`, "-keystore", place],
      { env: { ...process.env, P: PASSWORD }, stdio: "pipe" },
    );
  }

  private write(path: string, content: string | Uint8Array): void {
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, content);
  }
}
