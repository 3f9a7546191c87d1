import {
  Certificate,
  CertificateAuthority,
  Host,
  HttpsCallbackEndpoint,
  Keystore,
  Secret,
  TruststoreEntry,
} from "../../../lib";
import { planOf } from "../../support/planOf";
import { RotationSandbox } from "./support";

const ROOT = "stack/Root";
const keyAlgorithm = "ec-p256";

const plan = planOf((stack) => {
  const password = Secret.env("STORE");
  const store = (id: string) =>
    new Keystore(stack, id, { host: Host.local(id), path: `/opt/${id}.p12`, password });
  const root = new CertificateAuthority(stack, "Root", {
    commonName: "Root",
    keyAlgorithm,
    validityDays: 300,
  });
  const web = new HttpsCallbackEndpoint(stack, "Web", {
    names: ["web.example.com"],
    port: 8443,
    identity: store("keys").entry("web"),
    certificate: Certificate.issuedBy(root, { keyAlgorithm, validityDays: 397 }),
  });
  new TruststoreEntry(stack, "Agent", { truststore: store("agent"), alias: "web", trusts: web });
});

test("lock renew announces a root that stores hold, says what is next, and goes on asking until it is advanced", async () => {
  const sandbox = new RotationSandbox(plan);
  try {
    expect(await sandbox.run("lock")).toMatchObject({ exitCode: 0 });
    sandbox.now = new Date("2026-12-10T12:00:00Z");
    const renewed = await sandbox.run("lock", "renew", "--within", "30d");
    expect(renewed.stdout).toMatch(/stack\/Root +announced +2[^]*Web\/Certificate +announced +2/);
    expect(renewed.stdout).toContain(
      `what trusts ${ROOT} has to read another certificate before it is served`,
    );
    expect(renewed.stdout).toContain(`cdktf-trust rotate ${ROOT} --advance --environment prod`);
    expect(renewed.stdout).not.toContain("not renewed");
    expect(renewed.exitCode).toBe(0);
    expect(sandbox.phase(ROOT)).toBe("announced");

    const again = await sandbox.run("lock", "renew", "--within", "30d");
    expect(again.exitCode).toBe(1);
    expect(again.stdout).toMatch(/not renewed: stack\/Root, ends 2026-12-26: it changes in phases: /);
    expect(again.stdout).toContain("holds what is declared");

    expect((await sandbox.run("rotate", ROOT, "--advance")).stdout).toContain("agent:/opt/agent.p12");
    await sandbox.run("lock", "acknowledge", "agent", "--reason", "restarted");
    expect((await sandbox.run("rotate", ROOT, "--advance")).exitCode).toBe(0);
    expect(sandbox.phase("stack/Web/Certificate")).toBe("switched");
  } finally {
    sandbox.remove();
  }
});
