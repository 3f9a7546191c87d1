import { chmodSync, existsSync, mkdirSync } from "node:fs";
import { LocalProject } from "../../support/localProject";
import { describeWith } from "../../support/tools";

/** Two that call each other and present a certificate each; each is activated by a note of its own. */
const STACK = `
import { App } from "@repository/node_modules/cdktf";
import {
  Activation, Certificate, ClientCertificateBinding, Host, HttpsCallbackEndpoint, Keystore, Secret, TruststoreEntry, TrustStack,
} from "@repository/lib";
class Pair extends TrustStack {
  constructor(scope, id) {
    super(scope, id);
    const password = Secret.file("password");
    const side = (name, port) => {
      const store = new Keystore(this, name + "Store", {
        host: Host.local(name),
        path: "/opt/" + name + "/store.p12",
        password,
        activation: Activation.run(["sh", "-c", "echo " + name + " >>runs"], { on: "runner" }),
      });
      const endpoint = new HttpsCallbackEndpoint(this, name, {
        names: [name + ".example.com"],
        port,
        identity: store.entry(name),
        certificate: Certificate.selfSigned({ validityDays: DAYS }),
        clientAuthentication: "require",
        truststore: store,
      });
      return { name, store, endpoint };
    };
    const [one, other] = [side("one", 8443), side("other", 9443)];
    for (const [caller, called] of [[one, other], [other, one]]) {
      new TruststoreEntry(this, caller.name + "Trusts", { truststore: caller.store, alias: called.name + "-server", trusts: called.endpoint });
      const binding = new ClientCertificateBinding(this, caller.name + "Client", {
        identity: caller.store.entry(caller.name),
        endpoint: called.endpoint,
        truststore: caller.store,
      });
      void binding;
    }
  }
}
const app = new App();
new Pair(app, "pair");
app.synth();
`;

describeWith("terraform", "two that call each other", () => {
  const project = new LocalProject(STACK.replace("DAYS", "90"));
  const runs = () =>
    existsSync(project.path("runs")) ? project.read("runs").toString().trim().split("\n") : [];
  const deploy = () => project.cli("deploy", "--auto-approve");

  afterAll(() => project.remove());

  test("are activated once at first, and before and after their keys later", () => {
    for (const name of ["one", "other"])
      mkdirSync(project.path(`.local/hosts/${name}/opt/${name}`), { recursive: true });
    project.write("password", "store-password-t6Yh4Nd9\n");
    chmodSync(project.path("password"), 0o600);

    // WHEN
    const first = deploy();

    // THEN
    expect(first.stderr).not.toContain("error:");
    expect(first.status).toBe(0);
    expect(runs().toSorted()).toEqual(["one", "other"]);
    expect(deploy().stdout).toContain("pair: No changes");

    // WHEN both keys change
    project.writeMain(STACK.replace("DAYS", "120"));
    const second = deploy();

    // THEN each has learned of the other's before that was served
    expect(second.stderr).not.toContain("error:");
    expect(second.status).toBe(0);
    expect(runs().slice(2, 4).toSorted()).toEqual(["one", "other"]);
    expect(runs().slice(4, 6).toSorted()).toEqual(["one", "other"]);
    expect(deploy().stdout).toContain("pair: No changes");

    // WHEN all goes
    const before = runs().length;
    const gone = project.cli("destroy", "--auto-approve");

    // THEN nothing is activated, and that is said
    expect(gone.status).toBe(0);
    expect(gone.stderr).toContain(
      "oneStore on one goes on with what it has read: a destroy activates nothing",
    );
    expect(runs()).toHaveLength(before);
    expect(existsSync(project.path(".local/hosts/one/opt/one/store.p12"))).toBe(false);
  }, 300_000);
});
