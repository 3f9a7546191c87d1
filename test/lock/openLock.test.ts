import { inspect } from "node:util";
import { createPrivateKey } from "node:crypto";
import {
  type Lock,
  type LockedIdentity,
  type OpenLock,
  createLock,
  formatLock,
  openLock,
  readLock,
} from "../../lib/lock";
import { ENVIRONMENT, PASSPHRASE, newLock, pin, seededRandom, selfSigned, thrownBy } from "./support";

const OTHER_PASSPHRASE = "another passphrase for tests";

describe("an open lock", () => {
  let open: OpenLock;

  beforeAll(() => {
    ({ open } = pin([selfSigned("a"), selfSigned("b")], newLock()));
  });

  function withIdentity(id: string, change: (identity: LockedIdentity) => LockedIdentity): Lock {
    const identity = open.lock.identities.get(id);
    if (identity === undefined) throw new Error(`${id} was expected`);
    return { ...open.lock, identities: new Map([...open.lock.identities, [id, change(identity)]]) };
  }

  test("gives the keys it was given", () => {
    const reopened = openLock(readLock(formatLock(open.lock)), PASSPHRASE);
    expect(reopened.recipientId).toBe("ci");
    expect(reopened.privateKey("a")).toEqual(open.privateKey("a"));
    expect(createPrivateKey({ key: reopened.privateKey("b"), format: "der", type: "pkcs8" }).type).toBe(
      "private",
    );
  });

  test("is not opened by another key, and says whose would", () => {
    const error = thrownBy(() => openLock(open.lock, OTHER_PASSPHRASE));
    expect(error).toMatchObject({ code: "wrong-lock-key" });
    expect(error.message).toContain("(ci)");
    expect(error.message).not.toContain(OTHER_PASSPHRASE);
  });

  test("refuses a key that is too short to protect a committed file", () => {
    const error = thrownBy(() =>
      createLock({
        project: "p",
        environment: "x",
        recipientId: "ci",
        passphrase: "changeit",
        randomBytes: seededRandom("x"),
      }),
    );
    expect(error).toMatchObject({ code: "weak-lock-key" });
    expect(error.message).not.toContain("changeit");
  });

  test("notices a key that was swapped with another identity's", () => {
    const other = open.lock.identities.get("b")?.privateKey;
    const swapped = withIdentity("a", (identity) => ({ ...identity, ...(other && { privateKey: other }) }));
    expect(thrownBy(() => open.withLock(swapped).privateKey("a"))).toMatchObject({ code: "tampered-lock" });
  });

  test("notices another generation, and another certificate", () => {
    const chain = open.lock.identities.get("b")?.chain ?? [];
    for (const tampered of [
      withIdentity("a", (identity) => ({ ...identity, generation: identity.generation + 1 })),
      withIdentity("a", (identity) => ({ ...identity, chain })),
    ]) {
      expect(thrownBy(() => open.withLock(tampered).privateKey("a"))).toMatchObject({
        code: "tampered-lock",
      });
    }
  });

  test.each(["nonce", "ciphertext", "tag"] as const)("notices an altered %s", (part) => {
    const altered = withIdentity("a", (identity) => {
      if (identity.privateKey === undefined) return identity;
      const bytes = Buffer.from(identity.privateKey[part]);
      bytes[3] = (bytes[3] ?? 0) ^ 1;
      return { ...identity, privateKey: { ...identity.privateKey, [part]: bytes } };
    });
    const error = thrownBy(() => open.withLock(altered).privateKey("a"));
    expect(error).toMatchObject({ code: "tampered-lock" });
    expect(error.message).toContain('"a"');
  });

  test.each(["ephemeralKey", "wrappedKey"] as const)("notices an altered %s of a recipient", (part) => {
    const [recipient] = open.lock.recipients;
    if (recipient === undefined) throw new Error("a recipient was expected");
    const bytes = Buffer.from(recipient[part]);
    bytes[3] = (bytes[3] ?? 0) ^ 1;
    const altered = { ...open.lock, recipients: [{ ...recipient, [part]: bytes }] };
    expect(thrownBy(() => openLock(altered, PASSPHRASE))).toMatchObject({ code: "tampered-lock" });
  });

  test("notices a data key that was wrapped for another environment", () => {
    const moved = { ...open.lock, environment: "production" };
    expect(thrownBy(() => openLock(moved, PASSPHRASE))).toMatchObject({ code: "tampered-lock" });
  });

  test("has no private key of what it does not hold", () => {
    const error = thrownBy(() => open.privateKey("constructor"));
    expect(error).toMatchObject({ code: "not-in-lock" });
    expect(error.message).toContain("cdktf-trust lock");
  });

  test("shows no secret: not in its text, when printed, or as JSON", () => {
    // GIVEN a lock whose data key is among what randomness gave in pieces of 32 bytes
    const secrets: Buffer[] = [];
    const random = seededRandom("canaries");
    const recorded = (length: number): Uint8Array => {
      const bytes = Buffer.from(random(length));
      if (length === 32) secrets.push(bytes);
      return bytes;
    };
    const { open: watched } = pin([selfSigned("a")], newLock(recorded), { randomBytes: recorded });
    const pkcs8 = watched.privateKey("a");
    secrets.push(pkcs8, pkcs8.subarray(36, 68), Buffer.from(PASSPHRASE));
    expect(secrets.length).toBeGreaterThanOrEqual(5);

    // WHEN it is written and printed
    const printed = inspect(watched, { depth: 9, showHidden: true });
    const shown = [formatLock(watched.lock), printed, JSON.stringify(watched)].join();

    // THEN none of the secrets is there
    for (const secret of secrets) {
      for (const encoding of ["hex", "base64", "base64url", "latin1"] as const) {
        expect(shown).not.toContain(secret.toString(encoding).replace(/=+$/, ""));
      }
    }
  });

  test("is the same for the same randomness", () => {
    expect(formatLock(newLock(seededRandom("seed")).lock)).toBe(
      formatLock(newLock(seededRandom("seed")).lock),
    );
    expect(formatLock(newLock(seededRandom("seed")).lock)).not.toBe(
      formatLock(newLock(seededRandom("tree")).lock),
    );
  });
});

describe("recipients", () => {
  let open: OpenLock;

  beforeAll(() => {
    ({ open } = pin([selfSigned("a")], newLock()));
  });

  test("one more opens the lock as well, and nothing else changes", () => {
    const shared = open.addRecipient("ops", OTHER_PASSPHRASE, "sign", seededRandom("add"));
    expect(shared.lock.identities).toEqual(open.lock.identities);
    expect(openLock(shared.lock, OTHER_PASSPHRASE).privateKey("a")).toEqual(open.privateKey("a"));
    expect(openLock(shared.lock, PASSPHRASE).privateKey("a")).toEqual(open.privateKey("a"));
  });

  test("the same id or the same key twice is refused", () => {
    expect(
      thrownBy(() => open.addRecipient("ci", OTHER_PASSPHRASE, "sign", seededRandom("x"))).message,
    ).toContain('"ci"');
    expect(thrownBy(() => open.addRecipient("x", PASSPHRASE, "sign", seededRandom("x"))).message).toContain(
      'as recipient "ci"',
    );
  });

  test("one who is removed opens nothing of what comes after, and the others still do", () => {
    // GIVEN a lock for two, which the one who leaves had opened
    const shared = open.addRecipient("ops", OTHER_PASSPHRASE, "sign", seededRandom("add"));
    const leaver = openLock(shared.lock, OTHER_PASSPHRASE);

    // WHEN the other removes them, without their passphrase
    const { lock } = openLock(shared.lock, PASSPHRASE).removeRecipient("ops", seededRandom("remove"));

    // THEN neither their passphrase nor the data key they knew opens the lock
    expect(thrownBy(() => openLock(lock, OTHER_PASSPHRASE))).toMatchObject({ code: "wrong-lock-key" });
    expect(thrownBy(() => leaver.withLock(lock).privateKey("a"))).toMatchObject({ code: "tampered-lock" });
    expect(openLock(lock, PASSPHRASE).privateKey("a")).toEqual(open.privateKey("a"));
    expect(lock.environment).toBe(ENVIRONMENT);
  });

  test("one whose public key no passphrase gives is refused when keys are wrapped anew", () => {
    const shared = open.addRecipient("ops", OTHER_PASSPHRASE, "sign", seededRandom("add"));
    const recipients = shared.lock.recipients.map((recipient) =>
      recipient.id === "ops" ? { ...recipient, publicKey: Buffer.alloc(32) } : recipient,
    );
    const tampered = shared.withLock({ ...shared.lock, recipients });
    const error = thrownBy(() => tampered.removeRecipient("ci", seededRandom("remove")));
    expect(error).toMatchObject({ code: "tampered-lock" });
    expect(error.message).toContain('recipient "ops"');
  });

  test("the last one cannot be removed, nor one who is not there", () => {
    expect(thrownBy(() => open.removeRecipient("ci", seededRandom("x"))).message).toContain("only recipient");
    expect(thrownBy(() => open.removeRecipient("who", seededRandom("x"))).message).toContain("there are ci");
  });
});
