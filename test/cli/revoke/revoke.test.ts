import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  Activation,
  type ActivationWay,
  Certificate,
  CertificateAuthority,
  Host,
  type IHost,
  JavaClient,
  JavaServer,
  Keystore,
  RestClient,
  Secret,
} from "../../../lib";
import { REPOSITORY } from "../../docs/markdown";
import { planOf } from "../../support/planOf";
import { RotationSandbox } from "../rotate/support";

const keyAlgorithm = "ec-p256";
const password = Secret.env("STORE");
const restart = Activation.run(["restart", "it"], { on: "runner" });

/** A server that is restarted by a deploy, and four that call it. */
const plan = planOf((stack) => {
  const root = new CertificateAuthority(stack, "Root", { commonName: "Root", keyAlgorithm });
  const server = new JavaServer(stack, "Server", {
    host: Host.local("server", { root: "hosts/server" }),
    names: ["server.example.com"],
    port: 8443,
    keystorePath: "/opt/keys.p12",
    truststorePath: "/opt/trust.p12",
    keystorePassword: password,
    alias: "server",
    certificate: Certificate.selfSigned({ keyAlgorithm }),
    clientAuthentication: "require",
    activation: restart,
  });
  const client = (id: string, host: IHost, activation?: ActivationWay) => {
    const store = (name: string) =>
      new Keystore(stack, `${id}-${name}`, { host, path: `/opt/${name}.p12`, password });
    const caller = new JavaClient(stack, id, {
      host,
      truststore: store("trust"),
      keystore: store("keys"),
      ...(activation === undefined ? {} : { activation }),
    });
    caller.calls(server, { as: Certificate.issuedBy(root, { keyAlgorithm }) });
  };
  client("Restarted", Host.local("restarted", { root: "hosts/restarted" }), restart);
  client("Manual", Host.local("manual", { root: "hosts/manual" }), Activation.manual("Restart the agent."));
  client("Unknown", Host.local("unknown", { root: "hosts/unknown" }));
  client("Mainframe", Host.manual("mainframe"));
  new RestClient(stack, "Curl", {
    host: Host.local("curl", { root: "hosts/curl" }),
    directory: "/opt",
    keyPassword: password,
  }).calls(server, { as: Certificate.issuedBy(root, { keyAlgorithm }) });
});

const SERVER = plan.endpoints[0]?.identityId ?? "";

describe("cdktf-trust revoke", () => {
  let sandbox: RotationSandbox;
  beforeEach(async () => {
    sandbox = new RotationSandbox(plan);
    expect(await sandbox.run("lock")).toMatchObject({ exitCode: 0 });
  });
  afterEach(() => sandbox.remove());

  const json = async (...words: readonly string[]) =>
    JSON.parse((await sandbox.run("revoke", ...words, "--json")).stdout);

  test("replaces an identity at once, and says which calls fail until people have done what", async () => {
    const { exitCode, stdout } = await sandbox.run("revoke", SERVER);
    expect(exitCode).toBe(0);
    // The page shows what it prints.
    expect(readFileSync(join(REPOSITORY, "docs/revoke.md"), "utf8")).toContain(`\n${stdout}\`\`\``);
    expect(stdout).toContain("fails from the deploy");
    const identity = sandbox.lock.identities.get(SERVER);
    expect(identity).toMatchObject({ generation: 2, previous: { generation: 1 } });
    expect(identity?.rotation).toBeUndefined();
  });

  test("says who accepts what was given up: nobody but those whom no deploy reaches, for what was self-signed", async () => {
    const { exposed } = await json(SERVER);
    expect(exposed).toEqual([
      expect.objectContaining({
        identity: SERVER,
        why: "not-ours",
        by: expect.stringContaining("mainframe"),
      }),
    ]);
  });

  test("says of an issued identity that all who trust its authority accept it until it ends", async () => {
    const id = [...sandbox.lock.identities.keys()].find((each) => each.includes("Restarted")) ?? "";
    const { exposed, hops } = await json(id);
    expect(exposed).toEqual([expect.objectContaining({ identity: id, why: "anchor-stays", by: "CN=Root" })]);
    // What is trusted stays, and what presents it is restarted.
    expect(hops).toEqual([expect.objectContaining({ fails: false, until: [] })]);
  });

  test("replaces with an authority all that it issued, and leaves nobody who accepts them but people's hosts", async () => {
    const { changes, exposed, hops } = await json("stack/Root");
    expect(changes).toHaveLength(6);
    expect(hops).toHaveLength(5);
    expect(exposed).toEqual([]);
    const { stdout } = await sandbox.run("revoke", "stack/Root", "--dry-run");
    // What waits for people has the former anchor in memory until then.
    expect(stdout).toContain("nobody known here accepts the former certificates once that is done");
  });

  test("writes nothing with --dry-run", async () => {
    const path = sandbox.path("trust.lock.prod.json");
    const before = readFileSync(path);
    const { stdout, exitCode } = await sandbox.run("revoke", SERVER, "--dry-run");
    expect({ exitCode, same: readFileSync(path).equals(before) }).toEqual({ exitCode: 0, same: true });
    expect(stdout).toContain("nothing was written (--dry-run)");
    expect(stdout).toMatch(/revoked +2 +20\d\d-/);
  });

  test("names what there is for an id that is not in the lock", async () => {
    const { exitCode, stderr } = await sandbox.run("revoke", "stack/Nobody");
    expect(exitCode).toBe(2);
    expect(stderr).toContain(SERVER);
  });
});
