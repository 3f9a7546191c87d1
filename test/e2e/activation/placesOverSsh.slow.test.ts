import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { readStore } from "../../../lib/keystore";
import { toPem } from "../../../lib/pki";
import { makeIdentity } from "../../provider/support/stores";
import { LocalProject } from "../../support/localProject";
import { hasSshServer, type SshServer, startSshServer } from "../../support/sshServer";
import { describeWith } from "../../support/tools";
import { freePort } from "../../systems/support/products";

const PASSWORD = "store-password-c4Vb7Nm1";

/** Keeps what it finds on the machine, one folder a restart, and serves from the declared store. */
const RESTART = `
cd FOLDER
count=$(ls seen 2>/dev/null | wc -l)
mkdir -p "seen/$((count + 1))"
cp -r former next "seen/$((count + 1))/"
if test -f server.pid; then kill "$(cat server.pid)" && sleep 0.5; fi
: >server.log
nohup NODE -e '
  const [store, passphrase, port] = process.argv.slice(1);
  const server = require("tls").createServer({ pfx: require("fs").readFileSync(store), passphrase });
  server.on("tlsClientError", () => {}).listen(Number(port), () => console.log("up"));
' "$1/keys.p12" "$(cat password)" "$2" >server.log 2>&1 </dev/null &
echo $! >server.pid
until grep -q up server.log; do
  kill -0 "$(cat server.pid)" 2>/dev/null || exit 3
  sleep 0.1
done
`;

describeWith(
  "terraform",
  "stores of a running product that are placed elsewhere on a machine over SSH",
  () => {
    let machine: SshServer;
    const project = new LocalProject("");

    beforeAll(async () => {
      if (hasSshServer) machine = await startSshServer();
    });
    afterAll(async () => {
      if (existsSync(project.path("server.pid"))) process.kill(Number(project.read("server.pid").toString()));
      project.remove();
      if (hasSshServer) await machine.stop();
    });

    function declare(folder: string, port: number): void {
      const { user, identity, hostKey } = machine.connection;
      project.writeMain(`
import { App } from "@repository/node_modules/cdktf";
import { Activation, Certificate, Host, JavaServer, PartnerCertificate, Secret, TrustStack } from "@repository/lib";
class Shop extends TrustStack {
  constructor(scope, id) {
    super(scope, id);
    const server = new JavaServer(this, "Server", {
      host: Host.ssh(${JSON.stringify(machine.address)}, ${JSON.stringify({ id: "app", user, identity, hostKey })}),
      names: ["localhost"], port: ${port}, alias: "server",
      keystorePath: "${folder}/keys.p12", truststorePath: "${folder}/trust.p12", keystorePassword: Secret.file("password"),
      certificate: Certificate.selfSigned({ keyAlgorithm: "ec-p256" }),
      activation: Activation.run(["sh", "${project.path("restart.sh")}", "${folder}", "${port}"]),
    });
    server.trusts("partner", new PartnerCertificate(this, "Partner", { file: "partner.pem" }));
  }
}
const app = new App();
new Shop(app, "shop");
app.synth();
`);
    }

    function deploy(): void {
      const { status, stderr } = project.cli("deploy", "--auto-approve");
      expect(status === 0 ? "" : stderr).toBe("");
    }

    const aliasesAt = (path: string) =>
      readStore(readFileSync(path), PASSWORD)
        .entries.map(({ alias }) => alias)
        .sort();

    (hasSshServer ? test : test.skip)(
      "stand in both places until it has read the new ones, and then there alone",
      async () => {
        const port = await freePort();
        project.write("password", `${PASSWORD}\n`);
        chmodSync(project.path("password"), 0o600);
        project.write("partner.pem", toPem(makeIdentity("partner").certificate, "CERTIFICATE"));
        project.write(
          "restart.sh",
          RESTART.replace("NODE", process.execPath).replace("FOLDER", project.directory),
        );
        for (const name of ["former", "next"]) mkdirSync(project.path(name));
        declare(project.path("former"), port);
        deploy();
        const before = readdirSync(project.path("seen")).length;

        // WHEN
        declare(project.path("next"), port);
        deploy();

        // THEN
        const seen = project.path("seen", String(before + 1));
        for (const place of ["former", "next"]) {
          expect(aliasesAt(join(seen, place, "keys.p12"))).toEqual(["server"]);
          expect(aliasesAt(join(seen, place, "trust.p12"))).toEqual(["partner"]);
        }
        expect(readdirSync(project.path("former"))).toEqual([]);
        expect(aliasesAt(project.path("next/keys.p12"))).toEqual(["server"]);
        expect(project.cli("plan").stdout).toContain("shop: No changes");
      },
      120_000,
    );
  },
);
