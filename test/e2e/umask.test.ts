import { chmodSync, lstatSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { LocalProject } from "../support/localProject";
import { describeWith } from "../support/tools";

const SOURCE = `
import { App } from "@repository/node_modules/cdktf";
import { Certificate, Host, HttpsCallbackEndpoint, Keystore, Secret, TrustStack } from "@repository/lib";
class OneStack extends TrustStack {
  constructor(scope, id) {
    super(scope, id);
    new HttpsCallbackEndpoint(this, "Server", {
      names: ["app.example.com"], port: 8443,
      identity: new Keystore(this, "Keystore", {
        host: Host.local("app"), path: "/opt/keys.jks", password: Secret.file("password"),
      }).entry("server"),
      certificate: Certificate.selfSigned({ keyAlgorithm: "ec-p256" }),
    });
  }
}
const app = new App();
new OneStack(app, "one");
app.synth();
`;

describeWith("terraform", "with a umask of 000", () => {
  const project = new LocalProject(SOURCE);

  beforeAll(() => {
    project.write("password", "store-password-k3Vb8\n");
    chmodSync(project.path("password"), 0o600);
    project.write(".local/hosts/app/opt/.keep", "");
  });

  afterAll(() => project.remove());

  /** Runs a command line without any protection of new files. */
  function unprotected(...words: readonly string[]): void {
    const result = project.run("sh", ["-c", 'umask 000; exec "$@"', "sh", ...words]);
    expect({ status: result.status, stderr: result.stderr }).toMatchObject({ status: 0 });
  }

  /** What others may write below some folders, and how much there is. */
  function writable(...folders: readonly string[]): { count: number; open: string[] } {
    const paths = folders.flatMap((folder) => [
      project.path(folder),
      ...readdirSync(project.path(folder), { recursive: true, encoding: "utf8" }).map((path) =>
        join(project.path(folder), path),
      ),
    ]);
    const open = paths.filter((path) => {
      const stat = lstatSync(path);
      return !stat.isSymbolicLink() && (stat.mode & 0o022) !== 0;
    });
    return { count: paths.length, open: open.map((path) => relative(project.directory, path)) };
  }

  test("nothing that a deploy writes is writable by others, and the folders are closed to them", () => {
    unprotected(process.execPath, LocalProject.program, "deploy", "--auto-approve");
    const { count, open } = writable("cdktf.out", ".local/state");
    expect(count).toBeGreaterThan(15);
    expect(open).toEqual([]);
    for (const folder of ["cdktf.out/local", "cdktf.out/local/stacks/one", ".local/state"])
      expect(lstatSync(project.path(folder)).mode & 0o077).toBe(0);
    for (const file of [".local/lock.key", "cdktf.out/local/stacks/one/artifacts/app/opt/keys.jks"])
      expect(lstatSync(project.path(file)).mode & 0o777).toBe(0o600);
    expect(lstatSync(project.path(".local/trust.lock.local.json")).mode & 0o022).toBe(0);
  }, 120_000);

  test("nor what a synth without our command writes", () => {
    const { app } = JSON.parse(project.read("cdktf.json").toString()) as { app: string };
    unprotected("sh", "-c", app);
    const { count, open } = writable("cdktf.out/stacks");
    expect(count).toBeGreaterThan(8);
    expect(open).toEqual([]);
    expect(lstatSync(project.path("cdktf.out")).mode & 0o022).toBe(0);
    expect(lstatSync(project.path("cdktf.out/manifest.json")).mode & 0o022).toBe(0);
  }, 60_000);
});
