import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { LocalProject } from "../support/localProject";
import { describeWith } from "../support/tools";

const STACK = `
import { App } from "@repository/node_modules/cdktf";
import { Certificate, Host, HttpsCallbackEndpoint, Keystore, Secret, TrustStack } from "@repository/lib";
class Stack extends TrustStack {
  constructor(scope, id) {
    super(scope, id);
    const password = Secret.file("password");
    new HttpsCallbackEndpoint(this, "Endpoint", {
      names: ["app.example.com"],
      port: 8443,
      identity: new Keystore(this, "Keystore", { host: Host.local("app"), path: "/keys.jks", password }).entry("server"),
      certificate: Certificate.selfSigned({ keyAlgorithm: "ec-p256" }),
    });
  }
}
const app = new App();
new Stack(app, "one");
app.synth();
`;

const NOW = ".local/state/one.tfstate";
const FORMER = "terraform.one.tfstate";

describeWith("terraform", "a state that lies at the project's top level", () => {
  const project = new LocalProject(STACK);

  beforeAll(() => {
    project.write("password", "store-password-t6Yh4Nd9\n");
    mkdirSync(project.path(".local/hosts/app"), { recursive: true });
  });

  afterAll(() => project.remove());

  function deploy(): string {
    const { status, stdout, stderr } = project.cli("deploy", "--auto-approve");
    expect({ status, stderr: status === 0 ? "" : stderr }).toEqual({ status: 0, stderr: "" });
    return stdout;
  }

  /** As it was when environments had no states of their own, and output was one folder less deep. */
  function layFormerState(): void {
    const state = project.read(NOW).toString();
    const places = /"(local|file):(?=\.local\/|password")/g;
    expect(state).toMatch(places);
    project.write(
      FORMER,
      state.replaceAll(places, '"$1:../../../').replaceAll('"schema_version": 1', '"schema_version": 0'),
    );
    project.write("cdktf.out/stacks/one/trust-plan.json", JSON.stringify({ environment: "local" }));
    rmSync(project.path(".local/state"), { recursive: true });
  }

  test("is used from where states are now, and nothing changes", () => {
    // GIVEN what is deployed, with its state at the old place
    expect(deploy()).toContain("one: deployed");
    const store = project.read(".local/hosts/app/keys.jks");
    layFormerState();

    // WHEN
    const planned = project.cli("plan");

    // THEN
    expect(planned).toMatchObject({ status: 0, stdout: "one: No changes.\n" });
    expect(deploy()).toContain("one: No changes");
    expect(project.read(".local/hosts/app/keys.jks")).toEqual(store);
    expect(existsSync(project.path(NOW))).toBe(true);
    expect(readdirSync(project.directory).filter((name) => name.includes("tfstate"))).toEqual([]);
  }, 240_000);
});
