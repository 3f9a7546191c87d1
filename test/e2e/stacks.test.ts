import { chmodSync, existsSync, renameSync } from "node:fs";
import { LocalProject, type ProgramResult } from "../support/localProject";
import { describeWith, slowly } from "../support/tools";

/** Two stacks that call each other, each with a certificate of its own, beside one that is none of ours. */
function source(more = ""): string {
  return `
import { App, TerraformOutput, TerraformStack } from "@repository/node_modules/cdktf";
import {
  Certificate, ClientCertificateBinding, Host, HttpsCallbackEndpoint, Keystore, Secret, TrustStack, TruststoreEntry,
} from "@repository/lib";
const certificate = () => Certificate.selfSigned({ keyAlgorithm: "ec-p256" });
class SideStack extends TrustStack {
  constructor(scope, id) {
    super(scope, id);
    const host = Host.local(id);
    const password = Secret.file("secrets/" + id);
    const store = (name) => new Keystore(this, name, { host, path: "/opt/" + name + ".p12", password });
    this.keys = store("keys");
    this.trust = store("trust");
    this.server = new HttpsCallbackEndpoint(this, "Server", {
      names: [id + ".example.com"], port: 8443, identity: this.keys.entry("server", { chosenBy: "product" }), certificate: certificate(),
      clientAuthentication: "require", truststore: this.trust,
    });
  }
  calls(other) {
    const client = new ClientCertificateBinding(this, "Client", {
      identity: this.keys.entry("client", { chosenBy: "product" }), certificate: certificate(), endpoint: other.server, truststore: this.trust,
    });
    new TruststoreEntry(this, "TrustsServer", { truststore: this.trust, alias: "server", trusts: other.server });
    new TruststoreEntry(other, "TrustsClient", { truststore: other.trust, alias: "client", trusts: client });
  }
}
const app = new App();
const left = new SideStack(app, "left");
const right = new SideStack(app, "right");
left.calls(right);
right.calls(left);
const network = new TerraformStack(app, "network");
new TerraformOutput(network, "cidr", { value: "10.0.0.0/16" });
${more}
app.synth();
`;
}

describeWith("terraform", "several stacks", () => {
  const project = new LocalProject(source());

  beforeAll(() => {
    for (const id of ["left", "right"]) {
      project.write(`secrets/${id}`, `stores-of-${id}-k3Vb8\n`);
      chmodSync(project.path("secrets", id), 0o600);
      project.write(`.local/hosts/${id}/opt/.keep`, "");
    }
  });

  afterAll(() => project.remove());

  function succeeds(...words: readonly string[]): ProgramResult {
    const result = project.cli(...words);
    expect({ status: result.status, stderr: result.stderr }).toMatchObject({ status: 0 });
    return result;
  }

  function refused(more: string): string {
    project.writeMain(source(more));
    const result = project.cli("synth");
    project.writeMain(source());
    expect(result).toMatchObject({ status: 2, stdout: "" });
    return result.stderr;
  }

  slowly(
    "one that is none of ours is named and left to cdktf",
    () => {
      expect(succeeds("synth").stdout).toMatch(
        /^(left|right): .*\n(left|right): .*\nleft to cdktf, being no TrustStack: network\n$/,
      );
      expect(existsSync(project.path("cdktf.out/local/stacks/network/cdk.tf.json"))).toBe(true);
      const asked = project.cli("plan", "network");
      expect(asked).toMatchObject({ status: 2 });
      expect(asked.stderr).toContain(
        '"network" is no TrustStack, so it is left alone here: deploy it with cdktf deploy network.',
      );
    },
    60_000,
  );

  test("two that call each other deploy: anchors first, and one table has every hop", () => {
    const deployed = succeeds("deploy", "--auto-approve");
    expect(deployed.stdout).toContain("left (trust first): deployed");
    expect(deployed.stdout).toMatch(/left → right\.example\.com:8443/);
    expect(deployed.stdout).toMatch(/ {2}ok: /);
    expect(deployed.stdout).toMatch(/right → left\.example\.com:8443/);
    expect(deployed.stdout).not.toContain("FAILS");
    expect(deployed.stdout).not.toContain("not declared");
  }, 300_000);

  slowly(
    "a second deploy changes nothing (SLOW=1)",
    () => {
      const again = succeeds("deploy", "--auto-approve");
      expect(again.stdout).toMatch(/left: No changes/);
      expect(again.stdout).toMatch(/right: No changes/);
    },
    300_000,
  );

  slowly(
    "naming one asks for that one's secrets only",
    () => {
      renameSync(project.path("secrets/right"), project.path("secrets/right.away"));
      const deployed = succeeds("deploy", "left", "--auto-approve");
      expect(deployed.stdout).toMatch(/^left: No changes/m);
      expect(deployed.stdout).toMatch(
        /left → right\.example\.com .*not proven: its server is declared in right, which the command was not asked for: run cdktf-trust verify/,
      );
      expect(project.cli("plan", "right")).toMatchObject({ status: 2 });
      renameSync(project.path("secrets/right.away"), project.path("secrets/right"));
    },
    300_000,
  );

  slowly(
    "what is declared in a stack that is none of ours is refused, not dropped",
    () => {
      const message = refused(
        `new Keystore(network, "Lost", { host: Host.local("x"), path: "/lost.p12", password: Secret.file("secrets/left") });`,
      );
      expect(message).toContain("network/Lost declares trust in a stack that is no TrustStack");
      expect(message).toContain("let the stack extend TrustStack, or move the construct into one that does");
      expect(message).not.toMatch(/^\s+at /m);
    },
    60_000,
  );

  test("an entry of one stack on a store of another is refused, not dropped", () => {
    const message = refused(
      `new TruststoreEntry(left, "Astray", { truststore: right.trust, alias: "astray", trusts: left.server });`,
    );
    expect(message).toContain(
      'left/Astray puts "astray" into right/trust, a store of the stack right: declare the entry in right, whose state the store is in',
    );
  }, 60_000);

  test("a hop from one stack to another is judged by the rules of both", () => {
    const message = refused(
      `new TruststoreEntry(left, "ByOldName", {
        truststore: new Keystore(left, "old", { host: Host.local("left"), path: "/opt/old.p12", password: Secret.file("secrets/left") }),
        alias: "old", trusts: right.server, address: "old-name.example.com" });`,
    );
    expect(message).toContain("left cannot be deployed as it is declared");
    expect(message).toContain("left/ByOldName/Hop [name-not-covered]");
  }, 60_000);
});
