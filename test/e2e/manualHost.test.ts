import { spawnSync } from "node:child_process";
import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { unzipSync } from "fflate";
import { LocalProject } from "../support/localProject";
import { describeWith } from "../support/tools";

const CACERTS = "/usr/lpp/java/J8.0_64/lib/security/cacerts";
const STACK = `
import { App } from "@repository/node_modules/cdktf";
import { Certificate, ElectricFlowServer, Host, IspwServer, Secret, TrustStack } from "@repository/lib";
class MainframeStack extends TrustStack {
  constructor(scope, id) {
    super(scope, id);
    const electricFlow = new ElectricFlowServer(this, "ElectricFlow", {
      host: Host.local("electricflow-replaced"),
      serverAddress: "flow.example.com",
      keystorePassword: Secret.file(".local/secrets/electricflow-keystore"),
      certificate: Certificate.selfSigned(),
    });
    const ispw = new IspwServer(this, "Ispw", {
      host: Host.manual("mainframe"),
      javaHome: "/usr/lpp/java/J8.0_64",
      cacertsPassword: Secret.file(".local/secrets/ispw-cacerts"),
    });
    ispw.calls(electricFlow);
  }
}
const app = new App();
new MainframeStack(app, "mainframe");
app.synth();
`;

describeWith(["terraform", "keytool"], "a host that nobody may log in to", () => {
  const project = new LocalProject(STACK);
  const bundle = "cdktf.out/local/stacks/mainframe/artifacts/mainframe.zip";
  const copied = "copied-back";
  let deploy: ReturnType<LocalProject["cli"]>;

  beforeAll(() => {
    project.prepare();
    deploy = project.cli("deploy", "--auto-approve");
    project.write(`${copied}${CACERTS}`, project.read(".local/hosts/ispw", CACERTS));
  }, 240_000);

  afterAll(() => project.remove());

  function contents(): Record<string, string> {
    const files = unzipSync(new Uint8Array(project.read(bundle)));
    return Object.fromEntries(
      Object.entries(files).map(([name, bytes]) => [name, Buffer.from(bytes).toString("utf8")]),
    );
  }

  test("is left out of the deploy, which says what remains to be done", () => {
    expect(deploy).toMatchObject({ status: 0 });
    expect(deploy.stdout).toContain(
      "unproven: mainframe: unpack artifacts/mainframe.zip there, follow its RUNBOOK.md",
    );
    expect(project.read("cdktf.out/local/stacks/mainframe/cdk.tf.json").toString()).not.toContain(
      "mainframe:/usr/lpp",
    );
  });

  test("gets one archive, for its owner only, the same at every synth", () => {
    expect(statSync(project.path(bundle)).mode & 0o777).toBe(0o600);
    const names = Object.keys(contents());
    expect(names).toEqual([
      `files${CACERTS}`,
      expect.stringMatching(/^certificates\/electricflow-[0-9a-f]{8}\.crt$/),
      "RUNBOOK.md",
    ]);
    const before = project.read(bundle);
    expect(project.cli("synth")).toMatchObject({ status: 0 });
    expect(project.read(bundle)).toEqual(before);
  }, 60_000);

  test("is not proven before somebody followed the runbook", () => {
    const verify = project.cli("verify", "--host", `mainframe=${copied}`);
    expect(verify).toMatchObject({ status: 1 });
    expect(verify.stdout).toContain("FAILS");
  });

  test("is proven on the files that were copied back, once its commands were run as they stand", () => {
    const runbook = contents()["RUNBOOK.md"] ?? "";
    const commands = [...runbook.matchAll(/^ {3}(keytool -importcert .*)$/gm)].map(
      ([, command]) => command ?? "",
    );
    expect(commands).toHaveLength(1);
    for (const [name, content] of Object.entries(contents())) {
      mkdirSync(dirname(project.path("unpacked", name)), { recursive: true });
      writeFileSync(project.path("unpacked", name), content);
    }
    const root = project.path(copied);
    for (const command of commands) {
      const here = command.replaceAll("/usr/lpp", `${root}/usr/lpp`);
      const result = spawnSync("sh", ["-c", here], {
        cwd: project.path("unpacked"),
        input: "changeit\nyes\n",
        encoding: "utf8",
      });
      expect(result).toMatchObject({ status: 0 });
    }
    const verify = project.cli("verify", "--host", `mainframe=${copied}`);
    expect(verify.stdout).toMatch(/flow\.example\.com:8443.*ok/);
    expect(verify).toMatchObject({ status: 0 });
  });

  test("--host without a directory says what to write", () => {
    const result = project.cli("verify", "--host", "mainframe");
    expect(result).toMatchObject({ status: 2 });
    expect(result.stderr).toContain("--host mainframe: give the host's id and a directory");
  });
});
