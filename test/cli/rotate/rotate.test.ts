import { writeFileSync } from "node:fs";
import {
  Activation,
  Certificate,
  CertificateAuthority,
  Host,
  HttpsCallbackEndpoint,
  Keystore,
  Secret,
  TruststoreEntry,
} from "../../../lib";
import { provenPlace, rotationPlaces } from "../../../lib/rotation";
import { planOf } from "../../support/planOf";
import { RotationSandbox } from "./support";

const ID = "stack/Server/Certificate";
const keyAlgorithm = "ec-p256";
const restart = ["restart", "it"];

/** A server, one that calls it and is restarted by a deploy, and a mainframe that nobody may log in to. */
const plan = planOf((stack) => {
  const password = Secret.env("STORE");
  const activation = Activation.run(restart, { on: "runner" });
  const store = (id: string, host = Host.local(id, { root: `hosts/${id}` })) =>
    new Keystore(stack, id, { host, path: `/opt/${id}.p12`, password, activation });
  const server = new HttpsCallbackEndpoint(stack, "Server", {
    names: ["server.example.com"],
    port: 8443,
    identity: store("keys").entry("server"),
    certificate: Certificate.selfSigned({ keyAlgorithm }),
  });
  new TruststoreEntry(stack, "Agent", { truststore: store("agent"), alias: "server", trusts: server });
  const mainframe = store("mainframe", Host.manual("mainframe"));
  new TruststoreEntry(stack, "Mainframe", { truststore: mainframe, alias: "server", trusts: server });
  new CertificateAuthority(stack, "Root", { commonName: "Root", keyAlgorithm, validityDays: 20 });
});

describe("cdktf-trust rotate", () => {
  let sandbox: RotationSandbox;
  beforeEach(async () => {
    sandbox = new RotationSandbox(plan);
    expect(await sandbox.run("lock")).toMatchObject({ exitCode: 0 });
  });
  afterEach(() => sandbox.remove());

  const key = { of: ID, kind: "key", content: "chain", generation: 2, identity: ID } as const;
  const status = async () => JSON.parse((await sandbox.run("rotate", "--status", "--json")).stdout);

  async function announced(): Promise<void> {
    expect(await sandbox.run("rotate", ID)).toMatchObject({
      exitCode: 0,
      stderr: expect.not.stringContaining("error"),
    });
  }

  test("announces, waits for evidence of all that trust, switches, waits for all that present, and retires", async () => {
    await announced();
    expect(sandbox.phase(ID)).toBe("announced");

    // Nothing is shown by now.
    const early = await sandbox.run("rotate", ID, "--advance");
    expect(early.exitCode).toBe(1);
    expect(early.stdout).toContain(
      `${ID} stays announced: 2 places have not shown to have read generation 2`,
    );
    expect(early.stdout).toMatch(/agent:\/opt\/agent\.p12 .* none +cdktf-trust deploy --environment prod/);
    expect(early.stdout).toContain('cdktf-trust lock acknowledge mainframe --reason "…" --environment prod');

    // The deploy has restarted the agent; of the mainframe somebody has to say it.
    await sandbox.delivered("agent", "/opt/agent.p12", { of: ID }, restart);
    const half = await sandbox.run("rotate", ID, "--advance");
    expect(half.exitCode).toBe(1);
    expect(half.stdout).not.toContain("agent.p12");
    expect(sandbox.lock.identities.get(ID)?.rotation?.evidence).toMatchObject([
      { host: "agent", level: "served" },
    ]);

    const said = await sandbox.run("lock", "acknowledge", "mainframe", "--reason", "change 4711 was done");
    expect(said.stdout).toContain(
      `mainframe trusts generation 2 of ${ID}: acknowledged by ops: change 4711 was done`,
    );
    const switched = await sandbox.run("rotate", ID, "--advance");
    expect(switched).toMatchObject({ exitCode: 0 });
    expect(sandbox.phase(ID)).toBe("switched");
    expect(switched.stdout).toContain("commit trust.lock.prod.json");

    expect((await sandbox.run("rotate", ID, "--advance")).exitCode).toBe(1);
    await sandbox.delivered("keys", "/opt/keys.p12", key, restart);
    expect((await sandbox.run("rotate", ID, "--advance")).exitCode).toBe(0);
    expect(sandbox.phase(ID)).toBe("steady");
    expect(sandbox.lock.identities.get(ID)?.generation).toBe(2);
  });

  test("does not take it for evidence that a file holds the anchor", async () => {
    await announced();
    await sandbox.run("lock", "acknowledge", "mainframe", "--reason", "done");
    await sandbox.delivered("agent", "/opt/agent.p12", { of: ID }, undefined);
    const { exitCode, stdout } = await sandbox.run("rotate", ID, "--advance");
    expect(exitCode).toBe(1);
    expect(stdout).toContain("agent:/opt/agent.p12");
    expect(sandbox.phase(ID)).toBe("announced");
  });

  test("takes what a receipt says in place of a look at the hosts, so that the signer needs none of them", async () => {
    await announced();
    const places = rotationPlaces([plan], sandbox.lock, ID);
    const proven = places
      .filter(({ role, isOurs }) => role === "trusts" && isOurs)
      .map((place) => {
        const { hostId: host, path, generation } = place;
        const evidence = {
          host,
          path,
          generation,
          level: "called",
          at: "2026-03-01T11:30:00Z",
          by: "the agent",
        } as const;
        return provenPlace(place, evidence);
      });
    const receipt = { formatVersion: 1, project: "shop", environment: "prod", proven };
    writeFileSync(sandbox.path("receipt.json"), JSON.stringify(receipt));
    await sandbox.run("lock", "acknowledge", "mainframe", "--reason", "done");

    const older = { ...receipt, proven: proven.map((one) => ({ ...one, generation: 1 })) };
    const forged = { ...receipt, proven: proven.map((one) => ({ ...one, sha256: ["AB:CD"] })) };
    for (const useless of [older, forged, { ...receipt, proven: undefined }]) {
      writeFileSync(sandbox.path("useless.json"), JSON.stringify(useless));
      expect((await sandbox.run("rotate", ID, "--advance", "--receipt", "useless.json")).exitCode).toBe(1);
    }
    writeFileSync(sandbox.path("other.json"), JSON.stringify({ ...receipt, environment: "test" }));
    const other = await sandbox.run("rotate", ID, "--advance", "--receipt", "other.json");
    expect(other.exitCode).toBe(2);
    expect(other.stderr).toContain('receipt of the project "shop", environment "test"');

    expect(await sandbox.run("rotate", ID, "--advance", "--receipt", "receipt.json")).toMatchObject({
      exitCode: 0,
    });
    expect(sandbox.phase(ID)).toBe("switched");
  });

  test("goes back from either phase", async () => {
    await announced();
    expect(await sandbox.run("rotate", ID, "--back")).toMatchObject({ exitCode: 0 });
    expect(sandbox.phase(ID)).toBe("steady");
    expect(sandbox.lock.identities.get(ID)?.generation).toBe(1);

    await announced();
    for (const place of ["mainframe", "agent"])
      await sandbox.run("lock", "acknowledge", place, "--reason", "done", "--by", "A. Admin");
    expect((await sandbox.run("rotate", ID, "--advance")).exitCode).toBe(0);
    const back = await sandbox.run("rotate", ID, "--back");
    expect(back.stdout).toContain("the former generation is served again");
    expect(sandbox.phase(ID)).toBe("announced");
  });

  test("says where everything stands and what ends soon, for people and for tools", async () => {
    expect((await sandbox.run("rotate", "--status")).stdout).toContain("nothing is in rotation");
    await announced();
    await sandbox.delivered("agent", "/opt/agent.p12", { of: ID }, restart);
    const { exitCode, stdout } = await sandbox.run("rotate", "--status");
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(new RegExp(`${ID}: announced, generation 2 until \\d{4}-`));
    expect(stdout).toMatch(/trusts 2 +agent:\/opt\/agent\.p12 +stack\/agent +served 2026-03-01T11:00Z/);
    expect(stdout).toMatch(/presents 2 +keys:\/opt\/keys\.p12 +stack\/keys +none/);
    expect(stdout).toContain("waits for 1 of 2; then the next generation is served");
    expect(stdout).toMatch(/stack\/Root +2026-03-21 +19 +cdktf-trust rotate stack\/Root --environment prod/);
    // It was looked at, and nothing was written.
    expect(sandbox.lock.identities.get(ID)?.rotation?.evidence).toEqual([]);
    expect(await status()).toMatchObject({
      rotations: [
        {
          id: ID,
          phase: "announced",
          generation: 2,
          isReady: false,
          places: [
            { host: "agent", role: "trusts", awaited: true, evidence: { level: "served" } },
            {
              host: "mainframe",
              path: "",
              ours: false,
              awaited: true,
              next: expect.stringContaining("acknowledge mainframe"),
            },
            { host: "keys", role: "presents", awaited: false },
          ],
        },
      ],
      soon: [{ id: "stack/Root", daysLeft: 19 }],
    });
  });

  test("acknowledges only what a rotation waits for, with a reason", async () => {
    const none = await sandbox.run("lock", "acknowledge", "mainframe", "--reason", "done");
    expect(none.exitCode).toBe(2);
    expect(none.stderr).toContain(
      'no rotation waits for "mainframe", so there is nothing to acknowledge; waited for: nothing',
    );
    await announced();
    const wrong = await sandbox.run("lock", "acknowledge", "keys", "--reason", "done");
    expect(wrong.stderr).toContain("waited for: agent:/opt/agent.p12, mainframe");
    expect((await sandbox.run("lock", "acknowledge", "mainframe", "--reason", " ")).stderr).toContain(
      "--reason: say how",
    );
    const one = await sandbox.run(
      "lock",
      "acknowledge",
      "agent:/opt/agent.p12",
      "--reason",
      "done",
      "--json",
    );
    expect(JSON.parse(one.stdout)).toMatchObject({
      acknowledged: [{ identity: ID, host: "agent", level: "acknowledged", by: "ops: done" }],
    });
  });

  test("says what is wrong with what is asked for", async () => {
    await expect(sandbox.run("rotate")).resolves.toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("name the identity"),
    });
    await expect(sandbox.run("rotate", ID, "--back", "--advance")).resolves.toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("do not go together"),
    });
    await expect(sandbox.run("rotate", ID, "--advance")).resolves.toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining(`${ID} is not in rotation`),
    });
    await expect(sandbox.run("rotate", "stack/Nothing", "--back")).resolves.toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('the lock holds no identity "stack/Nothing"'),
    });
    await expect(sandbox.run("rotate", ID, "--receipt", "x.json")).resolves.toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("--receipt goes with --advance"),
    });
  });

  test("needs a key that may sign, and changes nothing without", async () => {
    await announced();
    const before = sandbox.lock;
    const { exitCode, stderr } = await sandbox.run("rotate", ID, "--back", "--key", "env:NOBODY");
    expect(exitCode).toBe(2);
    expect(stderr).toContain("NOBODY");
    expect(sandbox.lock).toEqual(before);
  });
});
