import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, TerraformStack } from "cdktf";
import {
  Activation,
  Certificate,
  ConfigFile,
  Host,
  HttpsCallbackEndpoint,
  Keystore,
  Secret,
  TrustFile,
  TruststoreEntry,
} from "../../../lib";
import { collectPlan } from "../../../lib/synth/plan/collectPlan";
import { addressedParts } from "../../../lib/synth/terraform/addressedPart";
import { plainName } from "../../../lib/synth/terraform/resourceName";
import { TerraformGraph } from "../../../lib/synth/terraform/terraformGraph";

const SHA256 = "0A:1B:2C:3D:4E";

test("every resource of a stack is one of its addressed parts, and the other way round", () => {
  const stack = new TerraformStack(
    new App({ outdir: mkdtempSync(join(tmpdir(), "cdktf-trust-parts-")) }),
    "stack",
  );
  const host = Host.local("app");
  const store = (id: string) =>
    new Keystore(stack, id, { host, path: `/opt/${id}`, password: Secret.file("password") });
  const endpoint = new HttpsCallbackEndpoint(stack, "Server", {
    names: ["app.example.com"],
    port: 8443,
    identity: store("Keystore").entry("server"),
    certificate: Certificate.selfSigned(),
  }).afterDeploy("true");
  new TruststoreEntry(stack, "Trusts", { truststore: store("Truststore"), alias: "app", trusts: endpoint });
  new TrustFile(stack, "Note", { host, path: "/opt/note", content: { text: "here" } });
  new ConfigFile(stack, "Config", {
    host,
    path: "/opt/config",
    settings: [{ kind: "property", key: "tls", value: "on" }],
  });
  const reached = Host.ssh("app.example.com");
  const both = new Keystore(stack, "Both", {
    host: reached,
    path: "/opt/both",
    password: Secret.file("password"),
    activation: Activation.run(["systemctl", "restart", "app"]),
  });
  const served = new HttpsCallbackEndpoint(stack, "Reached", {
    names: ["app.example.com"],
    port: 8443,
    identity: both.entry("server"),
    certificate: Certificate.selfSigned(),
  }).afterDeploy("true");
  new TruststoreEntry(stack, "BothTrusts", { truststore: both, alias: "app", trusts: endpoint });
  new TruststoreEntry(stack, "Relies", { truststore: store("Relying"), alias: "both", trusts: served });
  const { plan: declared } = collectPlan(stack, { project: "test", name: "test" });
  const summary = {
    subject: "CN=a",
    issuer: "CN=a",
    serialNumber: "1",
    notBefore: "2026-01-01T00:00:00Z",
    notAfter: "2027-01-01T00:00:00Z",
    keyAlgorithm: "EC P-256",
    subjectAltNames: [],
    sha1: "00",
    sha256: SHA256,
  };
  const pinned = { generation: 1, chain: [summary], anchor: summary, anchorPem: "" };
  const plan = { ...declared, identities: declared.identities.map((identity) => ({ ...identity, pinned })) };
  new TerraformGraph(stack, {
    barrierProvider: undefined,
    plan,
    certificates: { certificateOf: () => summary, sha256OfFile: () => "AA:BB" },
    relyingOn: () => [],
  });

  const { resource } = stack.toTerraform() as { resource: Record<string, Record<string, unknown>> };
  const made = Object.entries(resource).flatMap(([type, byName]) =>
    Object.keys(byName).map((name) => `${type}.${name}`),
  );
  const expected = addressedParts(plan).map(({ type, id, hasFingerprint }) => {
    const name = plainName("stack", id);
    return `${type}.${hasFingerprint ? `${name}_0a1b2c3d` : name}`;
  });
  expect(made.sort()).toEqual(expected.sort());
});
