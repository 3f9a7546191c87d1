import { chmodSync } from "node:fs";
import { LocalProject } from "../support/localProject";
import { hasSshServer } from "../support/sshServer";
import { describeWith } from "../support/tools";

/** Where nobody listens. */
const DEAD = "127.0.0.1:1";

/** Two stacks on a machine that is not there, and one on another. */
const SOURCE = `
import { App } from "@repository/node_modules/cdktf";
import { Certificate, Host, HttpsCallbackEndpoint, Keystore, Secret, TrustStack } from "@repository/lib";
const app = new App();
const serve = (id, host) => {
  const stack = new (class extends TrustStack {})(app, id);
  new HttpsCallbackEndpoint(stack, "Server", {
    names: [id + ".example.com"], port: 8443,
    identity: new Keystore(stack, "store", { host, path: "/tmp/" + id + ".p12", password: Secret.file("password") }).entry("server"),
    certificate: Certificate.selfSigned({ keyAlgorithm: "ec-p256" }),
  });
};
serve("first", Host.ssh("${DEAD}"));
serve("second", Host.ssh("${DEAD}"));
serve("third", Host.local("alive"));
app.synth();
`.replaceAll(`Host.ssh("${DEAD}")`, `Host.ssh("127.0.0.1", { port: 1 })`);

(hasSshServer ? describe : describe.skip)("a machine that is not reached", () => {
  describeWith("terraform", "by several stacks", () => {
    const project = new LocalProject(SOURCE, {
      environment: "prod",
      environments: { prod: { frozen: false, lockKey: "file:key" } },
    });

    beforeAll(() => {
      for (const file of ["password", "key"]) {
        project.write(file, "stores-not-reached-k3Vb8\n");
        chmodSync(project.path(file), 0o600);
      }
      project.write(".local/hosts/alive/tmp/.keep", "");
    });

    afterAll(() => project.remove());

    test("a plan names it once, with its stacks", () => {
      const { status, stdout, stderr } = project.cli("plan");
      expect({ status, stderr }).toMatchObject({ status: 1 });
      expect(stdout.match(/A machine was not reached/g)).toHaveLength(1);
      expect(stderr).toContain(
        `plan: 3 of 3 stacks would change; not reached: ssh://${DEAD} (first, second)`,
      );
    }, 120_000);

    test("a deploy does so too, and changes what is on others", () => {
      const { status, stdout, stderr } = project.cli("deploy", "--auto-approve");
      expect({ status, stdout }).toMatchObject({ status: 2 });
      expect(stderr.match(/^warning: .*A machine was not reached/gm)).toHaveLength(1);
      expect(stderr).toContain(
        `deploy: 1 of 3 stacks changed; failed: first, second; not reached: ssh://${DEAD} (first, second)`,
      );
      expect(stdout).toContain("third: deployed");
    }, 120_000);
  });
});
