import { readdirSync } from "node:fs";
import { unzipSync } from "fflate";
import { LocalProject } from "../../support/localProject";

/** Passwords come from variables that are not set here. */
const STACK = `
import { App } from "@repository/node_modules/cdktf";
import { Certificate, ElectricFlowServer, Host, IspwServer, Secret, TrustStack } from "@repository/lib";
class MainframeStack extends TrustStack {
  constructor(scope, id) {
    super(scope, id);
    const electricFlow = new ElectricFlowServer(this, "ElectricFlow", {
      host: Host.local("electricflow"),
      serverAddress: "flow.example.com",
      keystorePassword: Secret.env("FLOW_PASSWORD"),
      certificate: Certificate.selfSigned(),
    });
    const ispw = new IspwServer(this, "Ispw", {
      host: Host.manual("mainframe"),
      javaHome: "/usr/lpp/java/J8.0_64",
      cacertsPassword: Secret.env("ISPW_PASSWORD"),
    });
    ispw.calls(electricFlow);
  }
}
const app = new App();
new MainframeStack(app, "mainframe");
app.synth();
`;
const BUNDLE = "cdktf.out/local/stacks/mainframe/artifacts/mainframe.zip";

interface Printed {
  readonly stack: string;
  readonly host: string;
  readonly kind: string;
  readonly text: string;
  readonly missing: readonly string[];
}

describe("cdktf-trust runbook", () => {
  const project = new LocalProject(STACK);
  const printed = (...words: string[]): Printed[] => {
    const { status, stdout, stderr } = project.cli("runbook", "--json", ...words);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    return JSON.parse(stdout) as Printed[];
  };

  afterAll(() => project.remove());

  test("before anything is issued says which steps are missing, and leaves the lock and the output alone", () => {
    // WHEN
    const { status, stdout, stderr } = project.cli("runbook");

    // THEN
    expect(status).toBe(0);
    expect(stdout).toContain("# Runbook for electricflow\n");
    expect(stdout).toContain("# Runbook for mainframe\n");
    expect(stderr).toContain("mainframe, electricflow: the lock does not hold mainframe/ElectricFlow");
    expect(readdirSync(project.directory)).not.toEqual(expect.arrayContaining(["cdktf.out"]));
    expect(readdirSync(project.directory)).not.toEqual(expect.arrayContaining([".local"]));
  });

  describe("of what is issued", () => {
    beforeAll(() => {
      const variables = { FLOW_PASSWORD: "flow-word", ISPW_PASSWORD: "ispw-word" };
      Object.assign(process.env, variables);
      const synth = project.cli("synth");
      for (const name of Object.keys(variables)) delete process.env[name];
      if (synth.status !== 0) throw new Error(synth.stderr);
    }, 120_000);

    test("prints a manual host's as its archive holds it, without a secret", () => {
      // WHEN
      const [runbook, ...others] = printed("--host", "mainframe");

      // THEN
      const archive = unzipSync(new Uint8Array(project.read(BUNDLE)));
      expect(others).toEqual([]);
      expect(runbook).toEqual({
        stack: "mainframe",
        host: "mainframe",
        kind: "manual",
        text: Buffer.from(archive["RUNBOOK.md"] ?? "").toString("utf8"),
        missing: [],
      });
    });

    test("prints of a local host what is left to do after its deploy", () => {
      // WHEN
      const [runbook] = printed("--host", "electricflow");
      const { stdout } = project.cli("runbook", "mainframe", "--host", "electricflow");

      // THEN
      const text = runbook?.text ?? "";
      expect(stdout.trimEnd()).toBe(text.trimEnd());
      expect(text).toContain(
        "`cdktf-trust deploy mainframe --environment local` puts stores, files and settings",
      );
      const chapters = [...text.matchAll(/^##+ (.*)$/gm)].map(([, title]) => title);
      expect(chapters.length).toBeGreaterThanOrEqual(2);
      expect(chapters).not.toEqual(expect.arrayContaining(["Trust"]));
      expect(chapters).not.toEqual(expect.arrayContaining(["Identities"]));
      expect(text).not.toMatch(/-importkeystore|Unpack the archive|files\/opt/);
      expect(text).toContain("cdktf-trust destroy mainframe --environment local");
      expect(text).toContain("Afterwards run `cdktf-trust verify mainframe --environment local`.");
      expect(text).not.toMatch(/flow-word|ispw-word/);
    });

    test("prints all hosts of the stacks that are named, or of all", () => {
      expect(printed().map(({ host }) => host)).toEqual(printed("mainframe").map(({ host }) => host));
      expect(
        printed()
          .map(({ host }) => host)
          .sort(),
      ).toEqual(["electricflow", "mainframe"]);
    });
  });

  test.each([
    [
      ["--host", "nobody"],
      'nothing is delivered to a host "nobody" here; there are: electricflow, mainframe',
    ],
    [["nothing"], 'there is no stack "nothing"; there are: mainframe'],
  ])("says what there is where %j is not", (words, message) => {
    const { status, stderr } = project.cli("runbook", ...words);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
  });
});
