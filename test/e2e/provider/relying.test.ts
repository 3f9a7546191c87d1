import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toPem } from "../../../lib/pki";
import { REFUSE_AT_PLAN_VARIABLE } from "../../../lib/provider/variables";
import {
  anchorEntry,
  keyEntry,
  keytoolList,
  makeIdentity,
  type TestIdentity,
  writeTestStore,
} from "../../provider/support/stores";
import { AttachedStack } from "../../provider/support/attachedStack";
import { bundleProvider } from "../../provider/support/terraform";
import { describeWith } from "../../support/tools";

const [clientExample = ""] = examples("provider.md", "hcl");
const [, serverExample = ""] = examples("resources/key_entry.md", "terraform");

function examples(page: string, language: string): string[] {
  const text = readFileSync(join(__dirname, "../../../docs", page), "utf8");
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, "gms"))].map(
    ([, code = ""]) => code,
  );
}

describeWith(["terraform", "keytool"], "the example of the pages on who relies on a key", () => {
  const scratch = mkdtempSync(join(tmpdir(), "trust-relying-"));
  const bundle = bundleProvider(scratch);
  const former = makeIdentity("electricflow");
  const renewed = makeIdentity("electricflow renewed");
  let client: AttachedStack;
  let server: AttachedStack;
  let keystore: string;
  let cacerts: string;

  beforeEach(() => {
    client = new AttachedStack(bundle);
    server = new AttachedStack(bundle);
    cacerts = join(client.directory, "hosts/ispw/usr/lpp/java/J8.0_64/lib/security/cacerts");
    keystore = join(client.directory, "hosts/electricflow/opt/electriccloud/electriccommander/conf/keystore");
    symlinkSync(join(client.directory, "hosts"), join(server.directory, "hosts"));
    writeTestStore(cacerts, "jks", "changeit", [anchorEntry("root", makeIdentity("Public Root"))]);
    writeTestStore(keystore, "jks", "jetty-word", [keyEntry("product", makeIdentity("product"))]);
    configureClient(former);
    configureServer(former);
    client.init();
    server.init();
    // Nobody relies on what was not there: the server comes first, and waits for nobody.
    expect(server.apply().text).toContain("1 added");
    expect(client.apply().text).toContain("2 added");
  }, 120_000);

  afterEach(() => {
    client.remove();
    server.remove();
  });
  afterAll(() => rmSync(scratch, { recursive: true }));

  function configureClient({ certificate }: TestIdentity): void {
    client.environment = { CACERTS_PASSWORD: "changeit" };
    writeFileSync(join(client.directory, "electricflow.crt"), toPem(certificate, "CERTIFICATE"));
    writeFileSync(join(client.directory, "main.tf"), clientExample);
  }

  function configureServer(identity: TestIdentity, change = (code: string) => code): void {
    server.environment = { KEYSTORE_PASSWORD: "jetty-word", TF_VAR_electricflow_sha256: identity.sha256 };
    writeTestStore(join(server.directory, "electricflow.jks"), "jks", "jetty-word", [
      keyEntry("jetty", identity),
    ]);
    server.configure(change(serverExample));
  }

  const served = () => keytoolList(keystore, "jetty-word")["jetty"]?.replace("PrivateKeyEntry ", "");

  test("is refused without a write until the client has the anchor, and goes through then", () => {
    // GIVEN
    configureServer(renewed);
    const bytes = readFileSync(keystore);

    // WHEN
    const planned = server.run("plan", "-input=false");
    server.environment = { ...server.environment, [REFUSE_AT_PLAN_VARIABLE]: "1" };
    const refusedAtPlan = server.run("plan", "-input=false");
    delete server.environment[REFUSE_AT_PLAN_VARIABLE];
    const applied = server.apply();

    // THEN
    expect(planned).toMatchObject({ status: 0, text: expect.stringContaining("Warning: The apply of") });
    for (const { status, text } of [refusedAtPlan, applied]) {
      expect(status).toBe(1);
      expect(text).toContain(
        "J8.0_64/lib/security/cacerts on local:hosts/ispw, declared by ispw, does not hold the anchor " +
          `${renewed.sha256}. Deploy ispw first (cdktf-trust deploy ispw), then this again. Nothing was changed.`,
      );
    }
    expect(readFileSync(keystore).equals(bytes)).toBe(true);
    expect(server.state("trust_key_entry.electricflow")).toMatchObject({ sha256: former.sha256 });

    // WHEN
    configureClient(renewed);
    expect(client.apply().status).toBe(0);

    // THEN
    expect(server.apply().text).toContain("0 added, 1 changed, 0 destroyed");
    expect(served()).toBe(renewed.sha256);
    expect(server.plan()).toEqual([]);
  }, 120_000);

  test("converges after an apply that was killed", async () => {
    // GIVEN
    configureServer(renewed);
    expect(server.apply().status).toBe(1);
    configureClient(renewed);
    expect(client.apply().status).toBe(0);
    const bytes = readFileSync(keystore);

    // WHEN
    const running = server.startApply();
    const pause = () => new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), 2));
    while (readFileSync(keystore).equals(bytes))
      if ((await Promise.race([running.ended, pause()])) !== undefined) break;
    running.kill();
    await running.ended;

    // THEN
    rmSync(join(server.directory, ".terraform.tfstate.lock.info"), { force: true });
    expect(server.apply().status).toBe(0);
    expect(served()).toBe(renewed.sha256);
    expect(server.plan()).toEqual([]);
  }, 120_000);

  test("a change of who relies is no change, also of a row that was written before anybody asked", () => {
    // WHEN
    configureServer(former, (code) => code.replace("hosts/ispw", "hosts/elsewhere"));
    expect(server.plan()).toEqual([]);
    configureServer(former, (code) => code.replace(/ {2}relying = \[\{.*?\}\]\n/s, ""));
    expect(server.plan()).toEqual([]);

    // GIVEN
    const file = join(server.directory, "terraform.tfstate");
    const state = JSON.parse(readFileSync(file, "utf8")) as {
      resources: { instances: { attributes: { relying?: unknown } }[] }[];
    };
    for (const { attributes } of state.resources.flatMap(({ instances }) => instances)) {
      expect(attributes.relying).toHaveLength(1);
      delete attributes.relying;
    }
    writeFileSync(file, JSON.stringify(state));

    // WHEN
    configureServer(former);

    // THEN
    expect(server.plan()).toEqual([]);
    configureServer(renewed);
    expect(server.apply().text).toContain("does not hold the anchor");
  }, 120_000);
});
