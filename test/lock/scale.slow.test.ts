import crypto from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LockSession, formatLock, lockPath, parseSigners, resolveIdentity } from "../../lib/lock";
import { ENVIRONMENT, PASSPHRASE, PROJECT, authority, issued, newLock, pin, seededRandom } from "./support";

const OTHERS = ["ops", "deploy"];
const IDENTITIES = 1_000;

describe("a lock of a thousand identities", () => {
  const project = mkdtempSync(join(tmpdir(), "lock-scale-"));

  afterAll(() => rmSync(project, { recursive: true, force: true }));

  test("costs one derivation to open and decrypt all of it, and none to read", () => {
    // GIVEN a lock of many identities and three recipients
    const declared = Array.from({ length: IDENTITIES }, (_, index) => issued(`server-${index}`, "ca"));
    const { open } = pin([authority("ca"), ...declared], newLock());
    const { lock, signer } = OTHERS.reduce(
      (before, id) => before.addRecipient(id, `the passphrase of ${id}`, "open", seededRandom(id)),
      open,
    );
    writeFileSync(lockPath(project, ENVIRONMENT), formatLock(lock));
    const derivations = jest.spyOn(crypto, "scryptSync");
    const others = (["scrypt", "pbkdf2", "pbkdf2Sync"] as const).map((name) => jest.spyOn(crypto, name));

    // WHEN it is read
    const session = new LockSession({
      projectDirectory: project,
      project: PROJECT,
      environment: ENVIRONMENT,
      signers: parseSigners([signer]),
      resolveSecret: () => PASSPHRASE,
      randomBytes: seededRandom("session"),
    });
    expect(derivations).toHaveBeenCalledTimes(0);

    // THEN all of its keys cost one derivation together
    for (const { id } of declared) {
      const { privateKey } = resolveIdentity(lock, id, session.open());
      expect(privateKey?.length).toBeGreaterThan(0);
    }
    expect(derivations).toHaveBeenCalledTimes(1);
    for (const other of others) expect(other).not.toHaveBeenCalled();
  });
});
