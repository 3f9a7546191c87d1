import { chmodSync, existsSync, readFileSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { readStore } from "../../../lib/keystore";
import { freePort } from "../../systems/support/products";
import { LocalProject } from "../../support/localProject";
import { describeWith, slowly } from "../../support/tools";

const PASSWORD = "store-password-w2Rk8Pz4";

/**
 * Keeps what a restart finds on the hosts, one folder a restart, and starts a server on the store that is declared: of
 * its keys, those of before included, all are of one certificate.
 */
const RESTART = `
count=$(ls seen 2>/dev/null | wc -l)
mkdir -p "seen/$((count + 1))"
cp -r .local/hosts/. "seen/$((count + 1))/"
test "$1" = client && exit 0
if test -f server.pid; then kill "$(cat server.pid)" && sleep 0.5; fi
openssl pkcs12 -in ".local/hosts/$2" -nokeys -passin file:password -out ca.pem || exit 4
: >server.log
nohup NODE -e '
  const [store, passphrase, port] = process.argv.slice(1);
  const read = (path) => require("fs").readFileSync(path);
  const options = { pfx: read(store), passphrase, ca: read("ca.pem"), requestCert: true, rejectUnauthorized: false };
  const server = require("tls").createServer(options);
  server.on("tlsClientError", () => {}).listen(Number(port), () => console.log("up"));
' ".local/hosts/$1" "$(cat password)" "$3" >server.log 2>&1 </dev/null &
echo $! >server.pid
until grep -q up server.log; do
  kill -0 "$(cat server.pid)" 2>/dev/null || exit 3
  sleep 0.1
done
`;

interface Declaration {
  readonly host?: string;
  readonly keystore?: string;
  readonly truststore?: string;
  readonly alias?: string;
  readonly directory?: string;
}

function stackOf(port: number, declaration: Declaration): string {
  const {
    host = "app",
    keystore = "/opt/app/keys.p12",
    truststore = "/opt/app/trust.p12",
    alias = "server",
    directory = "/etc/client",
  } = declaration;
  return `
import { App } from "@repository/node_modules/cdktf";
import { Activation, Certificate, Host, JavaServer, RestClient, Secret, TrustStack } from "@repository/lib";
class Shop extends TrustStack {
  constructor(scope, id) {
    super(scope, id);
    const restart = (...words) => Activation.run(["sh", "restart.sh", ...words], { on: "runner" });
    const server = new JavaServer(this, "Server", {
      host: Host.local("${host}"),
      names: ["localhost"],
      port: ${port},
      keystorePath: "${keystore}",
      truststorePath: "${truststore}",
      keystorePassword: Secret.file("password"),
      alias: "${alias}",
      certificate: Certificate.selfSigned({ keyAlgorithm: "ec-p256" }),
      clientAuthentication: "request",
      activation: restart("${host}${keystore}", "${host}${truststore}", "${port}"),
    });
    const client = new RestClient(this, "Client", {
      host: Host.local("client"),
      directory: "${directory}",
      keyPassword: Secret.file("password"),
      activation: restart("client"),
    });
    client.calls(server, { as: Certificate.selfSigned({ keyAlgorithm: "ec-p256" }) });
  }
}
const app = new App();
new Shop(app, "shop");
app.synth();
`;
}

describeWith(["terraform", "openssl"], "what a running product reads and is placed elsewhere", () => {
  let project: LocalProject;
  let port = 0;

  beforeEach(async () => {
    port = await freePort();
    project = new LocalProject(stackOf(port, {}));
    for (const folder of [
      "app/opt/app",
      "app/opt/new",
      "app-2/opt/app",
      "client/etc/client",
      "client/etc/new",
    ])
      mkdirSync(project.path(`.local/hosts/${folder}`), { recursive: true });
    project.write("password", `${PASSWORD}\n`);
    chmodSync(project.path("password"), 0o600);
    project.write("restart.sh", RESTART.replace("NODE", process.execPath));
    succeed("deploy", "--auto-approve");
    rmSync(project.path("seen"), { recursive: true, force: true });
  });

  afterEach(() => {
    if (existsSync(project.path("server.pid"))) process.kill(Number(project.read("server.pid").toString()));
    project.remove();
  });

  function succeed(...words: readonly string[]): void {
    const { status, stderr } = project.cli(...words);
    if (status !== 0) throw new Error(`${words.join(" ")}: ${status}\n${stderr}`);
  }

  /** Deploys what is declared now, and nothing is left to do; a file as the first restart found it. */
  function deploy(declaration: Declaration): (path: string) => string {
    project.writeMain(stackOf(port, declaration));
    succeed("deploy", "--auto-approve");
    succeed("plan");
    return (path) => project.path(`seen/1/${path}`);
  }

  function aliasesAt(path: string): string[] {
    return readStore(readFileSync(path), PASSWORD)
      .entries.map(({ alias }) => alias)
      .sort();
  }

  const now = (path: string) => project.path(`.local/hosts/${path}`);

  test("keeps the former alias until the product has read the new one", () => {
    const seen = deploy({ alias: "storefront" });
    expect(aliasesAt(seen("app/opt/app/keys.p12"))).toEqual(["server", "storefront"]);
    expect(aliasesAt(now("app/opt/app/keys.p12"))).toEqual(["storefront"]);
  });

  slowly("keeps the former stores until the product has read the new ones", () => {
    const seen = deploy({ keystore: "/opt/new/keys.p12", truststore: "/opt/new/trust.p12" });
    for (const file of ["app/opt/app/keys.p12", "app/opt/new/keys.p12"])
      expect(aliasesAt(seen(file))).toEqual(["server"]);
    for (const file of ["app/opt/app/trust.p12", "app/opt/new/trust.p12"])
      expect(aliasesAt(seen(file))).toHaveLength(1);
    expect(existsSync(now("app/opt/app/keys.p12"))).toBe(false);
    expect(existsSync(now("app/opt/app/trust.p12"))).toBe(false);
  });

  slowly("keeps the former host's stores until the product on the new one has read its own", () => {
    const seen = deploy({ host: "app-2" });
    for (const host of ["app", "app-2"])
      expect(aliasesAt(seen(`${host}/opt/app/keys.p12`))).toEqual(["server"]);
    expect(existsSync(now("app/opt/app/keys.p12"))).toBe(false);
  });

  slowly("keeps the former PEM files until the product has read the new ones", () => {
    const seen = deploy({ directory: "/etc/new" });
    for (const directory of ["client/etc/client", "client/etc/new"])
      expect(readdirSync(seen(directory))).toEqual(
        expect.arrayContaining(["Server.crt", "Server.key", "Server-ca.crt"]),
      );
    expect(readdirSync(now("client/etc/client"))).toEqual([]);
  });
});
