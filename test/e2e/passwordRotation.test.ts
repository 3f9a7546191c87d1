import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { toPem } from "../../lib/pki";
import { makeIdentity, keytoolList } from "../provider/support/stores";
import { SHORT_LIVED } from "../support/javaProgram";
import { testWithServer } from "../support/javaServers";
import { LocalProject } from "../support/localProject";
import { describeWith, tool } from "../support/tools";
import { freePort } from "../systems/support/products";
import { tomcatWords } from "../systems/support/runningServers";
import { restartable, servedBy } from "./activation/products";

const FORMER = "canary-former-h5Jk2Lm8";
const NEXT = "canary-next-p9Qr4St6";

const STACK = `
import { App } from "@repository/node_modules/cdktf";
import { Activation, Certificate, Host, JavaServer, PartnerCertificate, Secret, Tomcat, TrustStack } from "@repository/lib";
class Shop extends TrustStack {
  constructor(scope, id) {
    super(scope, id);
    const server = new JavaServer(this, "Shop", {
      host: Host.local("app", { root: "/" }), product: Tomcat.version(10), names: ["localhost"], port: PORT,
      keystorePath: "FOLDER/keys.jks", truststorePath: "FOLDER/trust.jks", keystorePassword: PASSWORD,
      alias: "server", certificate: Certificate.selfSigned(), clientAuthentication: "request",
      activation: Activation.steps(Activation.run(RESTART, { timeoutSeconds: 60 }), Activation.run(["sh", "-c", STARTED])),
    }).configuration("FOLDER/conf/trust-connector.xml");
    server.trusts("partner", new PartnerCertificate(this, "Partner", { file: "partner.pem" }));
  }
}
const app = new App();
new Shop(app, "shop");
app.synth();
`;

describeWith(["terraform", "keytool", "openssl"], "a Tomcat whose stores get another password", () => {
  const project = new LocalProject(STACK);
  const folder = project.path("app");
  let end: () => void = () => undefined;

  afterAll(() => {
    end();
    project.remove();
  });

  /** Tomcat takes the passwords from its environment, as from the file that the service's unit names. */
  function tomcat(port: number) {
    const words = tomcatWords({ name: "tomcat10", directory: folder });
    const fails = "-Dorg.apache.catalina.startup.EXIT_ON_INIT_FAILURE=true";
    const script = `unset FORMER NEXT; set -a; . "$0"; set +a; exec "$@"`;
    const start = ["sh", "-c", script, join(folder, "app.env"), tool("java"), ...SHORT_LIVED, fails];
    return restartable(project.path("state"), port, [...start, ...words, "start"]);
  }

  testWithServer(
    "tomcat10",
    "serves with the new one, and with the former again where somebody forgot to hand it the new one",
    async () => {
      const port = await freePort();
      const product = tomcat(port);
      end = product.end;
      project.write("partner.pem", toPem(makeIdentity("partner").certificate, "CERTIFICATE"));
      // It takes its port before it opens its stores, and dies of them then.
      const started = `cd ${project.path("state")}; until grep -q "Server startup" log; do kill -0 "$(cat pid)" || { cat log; exit 1; }; sleep 0.1; done`;
      const declare = (password: string) =>
        project.writeMain(
          STACK.replace("PORT", String(port))
            .replaceAll("FOLDER", folder)
            .replace("STARTED", JSON.stringify(started))
            .replace("RESTART", JSON.stringify(product.restart))
            .replace("PASSWORD", password),
        );
      process.env["FORMER"] = FORMER;
      process.env["NEXT"] = NEXT;
      const rotate = `Secret.rotate({ from: Secret.env("FORMER"), to: Secret.env("NEXT") })`;
      const opensWith = (password: string) =>
        ["keys.jks", "trust.jks"].every(
          (name) => Object.keys(keytoolList(join(folder, name), password)).length === 1,
        );

      // GIVEN a server with its stores under the former one
      project.write("app/app.env", `FORMER=${FORMER}\n`);
      declare(`Secret.env("FORMER")`);
      const first = project.cli("deploy", "--auto-approve");
      expect(first.status === 0 ? "" : first.stderr).toBe("");
      const certificate = servedBy(port);
      expect(certificate).toBeDefined();

      // WHEN nobody has given it the new one
      declare(rotate);
      const failed = project.cli("deploy", "--auto-approve");

      // THEN what was to be done was said before, and it serves with the former one again
      expect(failed.status).toBe(2);
      expect(failed.stderr.replaceAll(/\s+/g, " ")).toMatch(
        /re-keyed with all keys .*: env:FORMER → env:NEXT/,
      );
      expect(failed.stderr).toMatch(/people give Shop the new password: Give Tomcat 10 `NEXT`/);
      expect(failed.stderr.replaceAll(/\s+/g, " ")).toContain("the password: it is env:FORMER again");
      expect(servedBy(port)).toBe(certificate);
      expect(opensWith(FORMER)).toBe(true);
      expect(readFileSync(join(folder, "conf/trust-connector.xml"), "utf8")).toContain("${FORMER}");

      // WHEN somebody has
      project.write("app/app.env", `FORMER=${FORMER}\nNEXT=${NEXT}\n`);
      const deployed = project.cli("deploy", "--auto-approve");

      // THEN it serves with the new one, and the former one is needed no more
      expect(deployed.status === 0 ? "" : deployed.stderr).toBe("");
      expect(deployed.stderr.replaceAll(/\s+/g, " ")).toContain("re-keyed with all keys");
      expect(servedBy(port)).toBe(certificate);
      expect(opensWith(NEXT)).toBe(true);
      expect(project.cli("plan").stdout).toContain("shop: No changes");
      delete process.env["FORMER"];
      declare(`Secret.env("NEXT")`);
      expect(project.cli("plan").stdout).toContain("shop: No changes");
      const written = [first, failed, deployed].flatMap(({ stdout, stderr }) => [stdout, stderr]);
      const states = readdirSync(project.path(".local/state")).map((name) =>
        project.read(".local/state", name),
      );
      expect([...written, ...states].join("\n")).not.toMatch(/canary-/);
    },
    { timeout: 240_000 },
  );
});
