import { statSync } from "node:fs";
import { LocalProject } from "../support/localProject";

const ISSUED = `
import { App } from "@repository/node_modules/cdktf";
import { MutualTlsStack } from "@repository/stacks/mutualTls";
import { ElectricFlowReplacedStack } from "@repository/stacks/electricFlowReplaced";
const app = new App();
new ElectricFlowReplacedStack(app, "electricflow-replaced");
new MutualTlsStack(app, "mutual-tls");
app.synth();
`;

describe("synth", () => {
  const project = new LocalProject(ISSUED);
  const other = new LocalProject(ISSUED);

  beforeAll(() => {
    project.prepare();
    expect(project.synth()).toMatchObject({ status: 0 });
  });

  afterAll(() => {
    project.remove();
    other.remove();
  });

  test("writes plan, Terraform JSON and artifacts, the artifacts for their owner only", () => {
    const files = [...project.snapshot("cdktf.out/stacks/mutual-tls").keys()];
    expect(files).toEqual(
      expect.arrayContaining([
        "cdk.tf.json",
        "trust-plan.json",
        "artifacts/orders/etc/orders/keystore.p12",
        "artifacts/orders/etc/orders/truststore.p12",
        "artifacts/billing/etc/billing/keystore.p12",
        "artifacts/billing/etc/billing/truststore.p12",
      ]),
    );
    const mode = statSync(
      project.path("cdktf.out/stacks/mutual-tls/artifacts/orders/etc/orders/keystore.p12"),
    ).mode;
    expect(mode & 0o777).toBe(0o600);
  });

  /** What was written, but for the map and its verdicts, which say when it was. */
  function delivered(of: LocalProject): Map<string, string> {
    const written = of.snapshot("cdktf.out");
    for (const dated of ["trust-map.html", "trust-verdicts.json"]) expect(written.delete(dated)).toBe(true);
    return written;
  }

  test("a second synth writes the same bytes", () => {
    const before = delivered(project);
    expect(project.synth()).toMatchObject({ status: 0 });
    expect(delivered(project)).toEqual(before);
  });

  test("the same lock and secrets in another directory give the same bytes", () => {
    for (const [path, bytes] of project.snapshot(".local"))
      other.write(`.local/${path}`, Buffer.from(bytes, "base64"));
    expect(other.synth()).toMatchObject({ status: 0 });
    expect(delivered(other)).toEqual(delivered(project));
  });

  test("without any secret it gives the same Terraform JSON and plan, and no artifact", () => {
    const clone = new LocalProject(ISSUED);
    clone.write(".local/trust.lock.local.json", project.read(".local/trust.lock.local.json"));
    expect(clone.synth({ CDKTF_TRUST_NO_ARTIFACTS: "1" })).toMatchObject({ status: 0 });
    for (const stack of ["mutual-tls", "electricflow-replaced"]) {
      for (const file of ["cdk.tf.json", "trust-plan.json"]) {
        expect(clone.read(`cdktf.out/stacks/${stack}/${file}`)).toEqual(
          project.read(`cdktf.out/stacks/${stack}/${file}`),
        );
      }
      expect(
        [...clone.snapshot(`cdktf.out/stacks/${stack}`).keys()].filter((path) =>
          path.startsWith("artifacts"),
        ),
      ).toEqual([]);
    }
    clone.remove();
  });

  test("artifacts that are no longer declared are deleted", () => {
    project.write("cdktf.out/stacks/mutual-tls/artifacts/gone/etc/keystore.p12", "stale");
    expect(project.synth()).toMatchObject({ status: 0 });
    expect([...project.snapshot("cdktf.out").keys()].some((path) => path.includes("gone"))).toBe(false);
  });

  test("a missing secret names the reference and leaves the artifacts as they were", () => {
    const before = project.snapshot("cdktf.out/stacks/mutual-tls/artifacts");
    const password = project.read(".local/secrets/orders-stores");
    project.write(".local/secrets/orders-stores", "");
    const result = project.synth();
    expect(result.status).not.toBe(0);
    expect(result.stderr).toContain("file:.local/secrets/orders-stores");
    expect(project.snapshot("cdktf.out/stacks/mutual-tls/artifacts")).toEqual(before);
    project.write(".local/secrets/orders-stores", password);
  });
});
