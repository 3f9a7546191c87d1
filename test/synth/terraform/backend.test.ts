import {
  App,
  AzurermBackend,
  CloudBackend,
  ConsulBackend,
  GcsBackend,
  HttpBackend,
  LocalBackend,
  NamedCloudWorkspace,
  NamedRemoteWorkspace,
  PgBackend,
  RemoteBackend,
  S3Backend,
  SwiftBackend,
  TaggedCloudWorkspaces,
  TerraformBackend,
  TerraformStack,
} from "cdktf";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { workingDirectoryOf } from "../../../lib/project";
import { synthEnvironment } from "../../../lib/synth/plan/environment";
import { addBackend } from "../../../lib/synth/terraform/backend";

/** Declares a backend whose state is where `place` says, and has it checked for `prod` and `flow`. */
function check(declare: (stack: TerraformStack) => unknown): () => void {
  const projectDirectory = mkdtempSync(join(tmpdir(), "cdktf-trust-backend-"));
  const context = { environment: "prod", environments: { prod: {} } };
  const app = new App({ outdir: join(projectDirectory, "out"), context });
  const stack = new TerraformStack(app, "flow");
  declare(stack);
  return () =>
    addBackend(stack, workingDirectoryOf(app.outdir, "flow"), { ...synthEnvironment(app), projectDirectory });
}

const BACKENDS: readonly (readonly [string, (stack: TerraformStack, place: string) => unknown])[] = [
  ["local", (stack, path) => new LocalBackend(stack, { path })],
  ["s3", (stack, key) => new S3Backend(stack, { bucket: "states", key })],
  ["gcs", (stack, prefix) => new GcsBackend(stack, { bucket: "states", prefix })],
  [
    "azurerm",
    (stack, key) => new AzurermBackend(stack, { storageAccountName: "states", containerName: "states", key }),
  ],
  ["http", (stack, path) => new HttpBackend(stack, { address: `https://states.example.com/${path}` })],
  ["consul", (stack, path) => new ConsulBackend(stack, { path, accessToken: "from-the-environment" })],
  ["pg", (stack, schemaName) => new PgBackend(stack, { connStr: "postgres://prod/flow", schemaName })],
  [
    "swift",
    (stack, stateName) => new SwiftBackend(stack, { authUrl: "https://k", container: "s", stateName }),
  ],
  [
    "remote",
    (stack, name) =>
      new RemoteBackend(stack, { organization: "o", workspaces: new NamedRemoteWorkspace(name) }),
  ],
  [
    "cloud",
    (stack, name) =>
      new CloudBackend(stack, { organization: "o", workspaces: new NamedCloudWorkspace(name) }),
  ],
];

describe("the backend of a stack", () => {
  test("is a file of the environment where none is declared", () => {
    const app = new App({ outdir: mkdtempSync(join(tmpdir(), "cdktf-trust-backend-")) });
    const stack = new TerraformStack(app, "flow");
    const environment = { ...synthEnvironment(app), projectDirectory: app.outdir };
    addBackend(stack, workingDirectoryOf(app.outdir, "flow"), environment);
    expect(stack.toTerraform()).toMatchObject({
      terraform: { backend: { local: { path: "../../.local/state/flow.tfstate" } } },
    });
  });

  test.each(BACKENDS)("%s has to name environment and stack, each as a word", (_type, declare) => {
    expect(check((stack) => declare(stack, "states/prod-flow"))).not.toThrow();
    expect(check((stack) => declare(stack, "trust"))).toThrow('lacks "prod" and "flow"');
    expect(check((stack) => declare(stack, "prod/overflow"))).toThrow('lacks "flow"');
    expect(check((stack) => declare(stack, "reproduction/flow"))).toThrow('lacks "prod"');
  });

  test("a workspace that is found by its tags names both in them", () => {
    const tagged = (...tags: string[]) =>
      check(
        (stack) =>
          new CloudBackend(stack, { organization: "o", workspaces: new TaggedCloudWorkspaces(tags) }),
      );
    expect(tagged("prod", "flow")).not.toThrow();
    expect(tagged("flow")).toThrow('lacks "prod"');
  });

  test("one that nobody here knows passes", () => {
    class Unknown extends TerraformBackend {
      protected override synthesizeAttributes() {
        return { place: "anywhere" };
      }
      protected override synthesizeHclAttributes() {
        return {};
      }
      override getRemoteStateDataSource(): never {
        throw new Error("nobody asks");
      }
    }
    expect(check((stack) => new Unknown(stack, "backend", "unknown"))).not.toThrow();
  });
});
