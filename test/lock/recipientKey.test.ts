import { createPrivateKey, createPublicKey } from "node:crypto";
import {
  createLock,
  formatLock,
  type Lock,
  newRecipientKey,
  type OpenLock,
  openLock,
  readLock,
} from "../../lib/lock";
import {
  ENVIRONMENT,
  PASSPHRASE,
  PROJECT,
  newLock,
  pin,
  seededRandom,
  selfSigned,
  thrownBy,
} from "./support";

const ALICE = newRecipientKey(seededRandom("alice"));
const BOB = newRecipientKey(seededRandom("bob"));

describe("a recipient who is known by a public key", () => {
  let before: OpenLock;
  let shared: OpenLock;

  beforeAll(() => {
    ({ open: before } = pin([selfSigned("a")], newLock()));
    shared = before.addRecipient("alice", ALICE.publicText, "sign", seededRandom("add"));
  });

  test("has a key pair of X25519, as Node's crypto makes it of the same bytes", () => {
    const seed = Buffer.from(ALICE.privateText.replace(/^cdktf-trust-lock-private:/, ""), "base64url");
    const key = createPrivateKey({
      key: { kty: "OKP", crv: "X25519", d: seed.toString("base64url"), x: publicX(ALICE.publicText) },
      format: "jwk",
    });
    expect(createPublicKey(key).export({ format: "jwk" })["x"]).toBe(publicX(ALICE.publicText));
    expect(ALICE.publicText).toMatch(/^cdktf-trust-lock:[A-Za-z0-9+/]{43}=$/);
  });

  test("opens, changes and signs the lock with the private half, as it is read from its text", () => {
    const lock = reread(shared);
    expect(lock.recipients.map(({ id, kind, role }) => [id, kind, role])).toEqual([
      ["alice", "x25519", "sign"],
      ["ci", "passphrase", "sign"],
    ]);
    const opened = openLock(lock, ALICE.privateText);
    expect(opened.recipientId).toBe("alice");
    expect(opened.privateKey("a")).toEqual(before.privateKey("a"));
    reread(opened.addRecipient("bob", BOB.publicText, "open", seededRandom("bob is added")));
    expect(openLock(lock, PASSPHRASE).privateKey("a")).toEqual(before.privateKey("a"));
  });

  test("with the role open reads and cannot change", () => {
    const { lock } = before.addRecipient("bob", BOB.publicText, "open", seededRandom("add"));
    const opened = openLock(lock, BOB.privateText);
    expect(opened.privateKey("a")).toEqual(before.privateKey("a"));
    expect(thrownBy(() => opened.signed(seededRandom("x")))).toMatchObject({ code: "cannot-sign" });
  });

  test("is shut out as any other, and stays in where another leaves", () => {
    const { lock: without } = shared.removeRecipient("alice", seededRandom("remove"));
    expect(thrownBy(() => openLock(without, ALICE.privateText))).toMatchObject({ code: "wrong-lock-key" });
    const { lock: alone } = shared.removeRecipient("ci", seededRandom("remove"));
    expect(openLock(alone, ALICE.privateText).privateKey("a")).toEqual(before.privateKey("a"));
    expect(alone.recipients).toMatchObject([{ id: "alice", kind: "x25519" }]);
  });

  test("is the same one by either half, and so is added once", () => {
    expect(
      thrownBy(() => shared.addRecipient("again", ALICE.privateText, "open", seededRandom("x"))).message,
    ).toContain('as recipient "alice"');
  });

  test("may make the lock in the first place", () => {
    const { lock } = createLock({
      project: PROJECT,
      environment: ENVIRONMENT,
      recipientId: "alice",
      passphrase: ALICE.privateText,
      randomBytes: seededRandom("first"),
    });
    expect(lock.recipients).toMatchObject([{ id: "alice", kind: "x25519", role: "sign" }]);
    expect(openLock(lock, ALICE.privateText).recipientId).toBe("alice");
  });

  test.each([
    ["a public key that is cut off", ALICE.publicText.slice(0, -4)],
    ["one that no key pair has", `cdktf-trust-lock:${Buffer.alloc(32).toString("base64")}`],
    ["a private key that is cut off", ALICE.privateText.slice(0, -3)],
  ])("%s is refused, and not repeated", (_, text) => {
    const error = thrownBy(() => before.addRecipient("x", text, "open", seededRandom("x")));
    expect(error).toMatchObject({ code: "invalid-recipient-key" });
    expect(error.message).not.toContain(text.slice(30));
  });

  test("a public key in the place of the lock key opens nothing, and makes no lock", () => {
    expect(thrownBy(() => openLock(shared.lock, ALICE.publicText)).message).toMatch(/opens nothing/);
    const { randomBytes, ...made } = {
      project: PROJECT,
      environment: ENVIRONMENT,
      recipientId: "alice",
      passphrase: ALICE.publicText,
      randomBytes: seededRandom("x"),
    };
    expect(thrownBy(() => createLock({ ...made, randomBytes }))).toMatchObject({
      code: "invalid-recipient-key",
    });
  });

  test("a kind that this version does not know takes a newer one", () => {
    const text = formatLock(shared.lock).replace('"kind": "x25519"', '"kind": "hardware"');
    expect(thrownBy(() => readLock(text))).toMatchObject({ code: "newer-lock" });
  });

  test("neither half of the private key is in the lock or shown", () => {
    const seed = ALICE.privateText.slice("cdktf-trust-lock-private:".length);
    for (const form of [seed, Buffer.from(seed, "base64url").toString("base64").replace(/=+$/, "")]) {
      expect(formatLock(shared.lock)).not.toContain(form);
    }
  });
});

describe("new keys for the lock", () => {
  const random = seededRandom("rekey");

  test("of the data: every wrapped and sealed key is another, all open, and the signer is the same", () => {
    const { open } = pin([selfSigned("a"), selfSigned("b")], newLock());
    const shared = open.addRecipient("alice", ALICE.publicText, "open", random);
    const rekeyed = shared.rekeyed({ signer: false }, random);
    expect(rekeyed.signer).toBe(shared.signer);
    for (const secret of [PASSPHRASE, ALICE.privateText]) {
      expect(openLock(reread(rekeyed), secret).privateKey("a")).toEqual(open.privateKey("a"));
    }
    for (const [id, { privateKey, chain }] of rekeyed.lock.identities) {
      expect(privateKey).not.toEqual(shared.lock.identities.get(id)?.privateKey);
      expect(chain).toEqual(shared.lock.identities.get(id)?.chain);
    }
    expect(thrownBy(() => shared.withLock(rekeyed.lock).privateKey("a"))).toMatchObject({
      code: "tampered-lock",
    });
  });

  test("of the signer as well", () => {
    const { open } = pin([selfSigned("a")], newLock());
    const rekeyed = open.rekeyed({ signer: true }, random);
    expect(rekeyed.signer).not.toBe(open.signer);
    expect(openLock(reread(rekeyed), PASSPHRASE).signed(random).lock).toEqual(rekeyed.lock);
  });
});

function reread({ lock }: OpenLock): Lock {
  return readLock(formatLock(lock));
}

function publicX(publicText: string): string {
  return Buffer.from(publicText.replace(/^cdktf-trust-lock:/, ""), "base64").toString("base64url");
}
