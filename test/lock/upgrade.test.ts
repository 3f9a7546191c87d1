import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LockSession, type UpdateOptions, openLock, readLock, updateLock } from "../../lib/lock";
import { type IdentityPlan, TRUST_PLAN_FORMAT_VERSION, type TrustPlan } from "../../lib/model";
import { parseCertificate } from "../../lib/pki";
import { PROJECT, identity, seededRandom, thrownBy } from "./support";
import { V1_KEY, V1_NOW, v1Files, v1Text } from "./v1";

const CLIENT = "generic-servers/shop/stock/Certificate";
const RENEWED = "partners/Renewed/Endpoint/Certificate";

describe("a lock of version 1", () => {
  let projectDirectory: string;

  beforeEach(() => {
    projectDirectory = mkdtempSync(join(tmpdir(), "lock-upgrade-"));
    mkdirSync(join(projectDirectory, ".local"));
    writeFileSync(join(projectDirectory, "cdktf.json"), '{"projectId": "6a0b1f3e"}');
    writeFileSync(join(projectDirectory, ".local", "lock.key"), `${V1_KEY}\n`);
    writeFileSync(join(projectDirectory, ".local", "trust.lock.local.json"), v1Text());
  });

  function session(): LockSession {
    return new LockSession({
      projectDirectory,
      project: PROJECT,
      environment: "local",
      resolveSecret: neverAsked,
      randomBytes: seededRandom("upgrade"),
    });
  }

  function options(identities: readonly IdentityPlan[]): UpdateOptions {
    return {
      plans: [planOf(identities)],
      session: session(),
      projectDirectory,
      observe: false,
      prune: false,
      now: V1_NOW,
      randomBytes: seededRandom("upgrade"),
      readFile: v1Files,
      resolveSecret: neverAsked,
    };
  }

  test("is read as it is", () => {
    const { lock, isSigned, signers } = session();
    expect(isSigned).toBe(false);
    expect(signers).toEqual([]);
    expect(lock?.identities.size).toBe(14);
    expect(lock?.recipients).toMatchObject([{ id: "local", role: "sign" }]);
    expect(lock?.identities.get(RENEWED)).toMatchObject({ generation: 2, previous: { generation: 1 } });
  });

  test("is signed and pinned by the first update, which renews nothing", async () => {
    const before = openLock(readLock(v1Text()), V1_KEY);
    const { changes } = await updateLock(options(declared()));
    expect(changes).toEqual([]);

    const after = session();
    expect(after.isSigned).toBe(true);
    expect(after.signers).toEqual([
      readFileSync(join(projectDirectory, ".local", "lock.signer"), "utf8").trim(),
    ]);
    for (const [id, pinned] of before.lock.identities) {
      const { request: _, defaults: __, ...kept } = pinned;
      expect(after.lock?.identities.get(id)).toMatchObject(kept);
      expect(after.lock?.identities.get(id)?.signature).toHaveLength(64);
      if (pinned.privateKey !== undefined) expect(after.open().privateKey(id)).toEqual(before.privateKey(id));
    }
    expect(after.lock?.observations).toMatchObject(before.lock.observations);
    expect(await updateLock(options(declared()))).toMatchObject({ changes: [] });
  });

  test("gets its requests written out, with the pinned values of what nobody declared", async () => {
    await updateLock(options(declared()));
    expect(session().lock?.identities.get(CLIENT)).toMatchObject({
      request: {
        kind: "issued",
        subject: { commonName: "stock" },
        keyAlgorithm: "rsa-2048",
        validityDays: 397,
      },
      defaults: ["commonName", "keyAlgorithm", "validityDays"],
    });
    expect(session().lock?.identities.get("partners/Imported")?.request).toEqual({
      kind: "imported",
      alias: "gateway",
    });
    // No plan at hand declares it: the digest stays until one does.
    expect(session().lock?.identities.get(RENEWED)?.request).toMatch(/^[0-9a-f]{64}$/);
  });

  test("is refused afterwards", async () => {
    await updateLock(options(declared()));
    writeFileSync(join(projectDirectory, ".local", "trust.lock.local.json"), v1Text());
    expect(thrownBy(() => session())).toMatchObject({ code: "unsigned-lock" });
  });
});

test("a local lock whose pin is gone makes its signer known again", async () => {
  const directory = mkdtempSync(join(tmpdir(), "lock-local-"));
  const local = (): LockSession =>
    new LockSession({
      projectDirectory: directory,
      project: PROJECT,
      environment: "local",
      resolveSecret: neverAsked,
      randomBytes: seededRandom("local"),
    });
  const first = local();
  first.save(first.open().lock);
  rmSync(join(directory, ".local", "lock.signer"));
  const second = local();
  expect(second.isSigned).toBe(true);
  second.save(second.open().lock);
  expect(local().signers).toEqual(first.signers);
});

test("subjects of the fixture are what the tests say", () => {
  const leaf = readLock(v1Text()).identities.get(CLIENT)?.chain[0];
  expect(parseCertificate(leaf ?? new Uint8Array()).subject.toString()).toBe("CN=stock");
});

/** As it is declared today, the client's name by default after the client. */
function declared(): IdentityPlan[] {
  return [
    identity("generic-servers/Authority", {
      kind: "authority",
      subject: { commonName: "Example Services CA" },
      keyAlgorithm: "rsa-2048",
      validityDays: 3650,
      defaulted: ["keyAlgorithm", "validityDays"],
    }),
    identity(CLIENT, {
      kind: "issued",
      issuerId: "generic-servers/Authority",
      subject: { commonName: "shop" },
      names: [],
      keyAlgorithm: "ec-p256",
      validityDays: 90,
      extendedKeyUsages: ["clientAuth"],
      defaulted: ["commonName", "keyAlgorithm", "validityDays"],
    }),
    identity("partners/Imported", { kind: "imported", file: "imported.jks", alias: "gateway" }),
    identity("partners/Partner", { kind: "certificate", file: "partner.crt" }),
  ];
}

function planOf(identities: readonly IdentityPlan[]): TrustPlan {
  return {
    formatVersion: TRUST_PLAN_FORMAT_VERSION,
    toolVersion: "0.1.0",
    systems: [],
    project: PROJECT,
    environment: "local",
    stack: "shop",
    identities,
    hosts: [],
    stores: [],
    entries: [],
    endpoints: [],
    bindings: [],
    hops: [],
    files: [],
    configFiles: [],
    runbooks: [],
    fingerprints: [],
  };
}

function neverAsked(): string {
  throw new Error("no secret was expected to be asked for");
}
