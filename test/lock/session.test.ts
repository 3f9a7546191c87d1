import {
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  LockSession,
  type LockSessionOptions,
  createKeyFile,
  loadLock,
  recipientIdOf,
  saveLock,
} from "../../lib/lock";
import {
  ENVIRONMENT,
  PASSPHRASE,
  PROJECT,
  pin,
  pinnedSigners,
  seededRandom,
  selfSigned,
  thrownBy,
} from "./support";

describe("a lock session", () => {
  let projectDirectory: string;
  let asked: string[];

  beforeEach(() => {
    projectDirectory = newProject();
    asked = [];
  });

  function newProject(): string {
    const directory = mkdtempSync(join(tmpdir(), "lock-session-"));
    writeFileSync(join(directory, "cdktf.json"), '{"projectId": "6a0b1f3e"}\n');
    return directory;
  }

  function session(overrides: Partial<LockSessionOptions> = {}): LockSession {
    return new LockSession({
      projectDirectory,
      project: PROJECT,
      environment: ENVIRONMENT,
      signers: pinnedSigners(overrides.projectDirectory ?? projectDirectory),
      resolveSecret: (reference) => {
        asked.push(reference);
        return PASSPHRASE;
      },
      randomBytes: seededRandom("session"),
      ...overrides,
    });
  }

  function pinned(options: Partial<LockSessionOptions> = {}): LockSession {
    const first = session(options);
    first.save(pin([selfSigned("a")], first.open()).lock);
    return first;
  }

  test("makes a lock on first use, and opens it again with the same key", () => {
    const first = pinned();
    const second = session();
    expect(second.lock).toEqual(first.lock);
    expect(second.open().privateKey("a")).toEqual(first.open().privateKey("a"));
    expect(asked).toEqual(["env:CDKTF_TRUST_LOCK_KEY", "env:CDKTF_TRUST_LOCK_KEY"]);
    expect(second.lock?.recipients.map(({ id }) => id)).toEqual(["CDKTF_TRUST_LOCK_KEY"]);
    expect(readdirSync(projectDirectory).sort()).toEqual(["cdktf.json", "trust.lock.staging.json"]);
  });

  test("asks for no key before one is needed", () => {
    pinned();
    asked = [];
    expect(session().lock?.identities.size).toBe(1);
    expect(asked).toEqual([]);
  });

  test("does not write what did not change", () => {
    const first = pinned();
    const before = statSync(first.path, { bigint: true });
    const again = session();
    if (again.lock === undefined) throw new Error("a lock was expected");
    again.save(again.lock);
    const after = statSync(first.path, { bigint: true });
    expect([after.ino, after.mtimeNs]).toEqual([before.ino, before.mtimeNs]);
  });

  test("does not write over what another process wrote", () => {
    const first = pinned();
    const slow = session();
    const quick = session();
    quick.save(pin([selfSigned("quick")], quick.open()).lock);
    const { lock } = pin([selfSigned("slow")], slow.open());
    expect(thrownBy(() => slow.save(lock))).toMatchObject({ code: "lock-changed" });
    expect(loadLock(projectDirectory, ENVIRONMENT).lock?.identities.has("quick")).toBe(true);
    expect(readdirSync(projectDirectory).sort()).toEqual([
      "cdktf.json",
      first.path.slice(projectDirectory.length + 1),
    ]);
  });

  test.each([
    ["damaged JSON", "{", "damaged-lock"],
    ["merge-conflict markers", "<<<<<<< HEAD\n{}\n", "conflicting-lock"],
    ["an unknown version", '{"formatVersion": 7}', "unknown-lock-version"],
  ])("leaves a lock with %s as it is", (_, text, code) => {
    const path = join(projectDirectory, "trust.lock.staging.json");
    writeFileSync(path, text);
    const error = thrownBy(() => session());
    expect(error).toMatchObject({ code });
    expect(error.message).toContain(path);
    expect(readFileSync(path, "utf8")).toBe(text);
  });

  test("replaces a lock behind a symbolic link where it is", () => {
    const elsewhere = newProject();
    const first = pinned({ projectDirectory: elsewhere });
    symlinkSync(first.path, join(projectDirectory, "trust.lock.staging.json"));
    const linked = session({ signers: first.signers });
    linked.save(pin([selfSigned("b")], linked.open()).lock);
    expect(loadLock(elsewhere, ENVIRONMENT).lock?.identities.has("b")).toBe(true);
    expect(readdirSync(projectDirectory).sort()).toEqual(["cdktf.json", "trust.lock.staging.json"]);
  });

  test("says where it cannot write, and leaves no trace", () => {
    const loaded = loadLock(join(projectDirectory, "file"), ENVIRONMENT);
    writeFileSync(join(projectDirectory, "file"), "not a directory");
    const { lock } = session().open();
    const error = thrownBy(() => saveLock(loaded, lock, seededRandom("x")));
    expect(error).toHaveProperty("code");
    expect(error.message).toContain(loaded.path);
    expect(readdirSync(projectDirectory).sort()).toEqual(["cdktf.json", "file"]);
  });

  describe("of the environment local", () => {
    const local = { environment: "local" };

    test("keeps lock and key under .local, the key for its owner alone", () => {
      const first = pinned(local);
      expect(asked).toEqual([]);
      expect(readdirSync(projectDirectory).sort()).toEqual([".local", "cdktf.json"]);
      expect(readdirSync(join(projectDirectory, ".local")).sort()).toEqual([
        "lock.key",
        "lock.signer",
        "trust.lock.local.json",
      ]);
      const keyFile = join(projectDirectory, ".local", "lock.key");
      expect(statSync(keyFile).mode & 0o777).toBe(0o600);
      expect(Buffer.from(readFileSync(keyFile, "utf8").trim(), "base64url")).toHaveLength(32);
      expect(session(local).open().privateKey("a")).toEqual(first.open().privateKey("a"));
      expect(readFileSync(first.path, "utf8")).not.toContain(readFileSync(keyFile, "utf8").trim());
    });

    test("says what to do when the key is gone, and makes no other one", () => {
      pinned(local);
      const keyFile = join(projectDirectory, ".local", "lock.key");
      rmSync(keyFile);
      const error = thrownBy(() => session(local).open());
      expect(error).toMatchObject({ code: "local-key-missing" });
      expect(error.message).toContain(keyFile);
      expect(readdirSync(join(projectDirectory, ".local")).sort()).toEqual([
        "lock.signer",
        "trust.lock.local.json",
      ]);
    });
  });

  test("a key file is made once", () => {
    const path = join(projectDirectory, "keys", "lock.key");
    const first = createKeyFile(path, seededRandom("one"));
    const second = createKeyFile(path, seededRandom("two"));
    expect(first.created).toBe(true);
    expect(second).toEqual({ key: first.key, created: false });
  });

  test.each([
    ["env:ALICE_KEY", "ALICE_KEY"],
    ["file:/home/alice/keys/alice.key", "alice"],
    ["file:.key", ".key"],
    ["cmd:pass show lock", "command"],
  ] as const)("calls the recipient of %s %s", (reference, id) => {
    expect(recipientIdOf(reference)).toBe(id);
  });
});
