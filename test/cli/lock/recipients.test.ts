import { statSync, writeFileSync } from "node:fs";
import { readLock, openLock } from "../../../lib/lock";
import { NOW, selfSigned } from "../../lock/support";
import { LockProject } from "./lockProject";

describe("lock recipients", () => {
  let project: LockProject;

  beforeEach(async () => {
    project = new LockProject();
    project.declare({ shop: [selfSigned("web")] });
    await project.lock([]);
  });

  afterEach(() => project.remove());

  async function newKey(file: string): Promise<string> {
    const { exitCode, data } = await project.lockJson(["recipients", "new-key", file]);
    expect(exitCode).toBe(0);
    return data.publicKey;
  }

  test("a teammate makes a key pair, is added by the public key alone, and opens the lock with the file", async () => {
    // GIVEN a key pair that nobody but its owner sees
    const made = await project.lock(["recipients", "new-key", "alice.key"]);
    const [secret = "", publicLine = ""] = project.read("alice.key").split("\n");
    expect(made.out).not.toContain(secret);
    expect(statSync(project.path("alice.key")).mode & 0o777).toBe(0o600);
    const publicKey = /cdktf-trust-lock:\S+/.exec(made.out)?.[0] ?? "";
    expect(publicLine).toBe(`public key: ${publicKey}`);
    const [add = ""] = made.out.match(/cdktf-trust lock recipients add .*/) ?? [];

    // WHEN somebody adds it as it was printed, without the file
    writeFileSync(project.path("away.key"), project.read("alice.key"));
    writeFileSync(project.path("alice.key"), "");
    const words = add.replace("NAME --role open", "alice --role sign").split(" ").slice(2);
    const added = await project.lock(words);
    expect(added).toMatchObject({ exitCode: 0 });
    expect(added.out).toContain("recipients: CDKTF_TRUST_LOCK_KEY, alice");

    // THEN the file opens and changes the lock
    const renewed = await project.lock(["--renew", "web", "--key", "file:away.key"], NOW, {});
    expect(renewed).toMatchObject({ exitCode: 0 });
    expect(openLock(readLock(project.lockFile), secret).privateKey("web")).toBeInstanceOf(Buffer);
  });

  test("lists who opens the lock without a key", async () => {
    const publicKey = await newKey("alice.key");
    await project.lock(["recipients", "add", publicKey, "--id", "alice", "--role", "open"]);
    const { exitCode, out } = await project.lock(["recipients", "list"], NOW, {});
    expect(exitCode).toBe(0);
    expect(out.split("\n").map((line) => line.trim().split(/ {2,}/))).toEqual([
      ["recipient", "may", "known by"],
      ["CDKTF_TRUST_LOCK_KEY", "sign", "a passphrase"],
      ["alice", "open", publicKey],
      [""],
    ]);
    const { data } = await project.lockJson(["recipients", "list"]);
    expect(data.recipients[1]).toEqual({ id: "alice", role: "open", kind: "x25519", publicKey });
  });

  test("adds a secret by reference, and removes a recipient, as the flags do", async () => {
    await project.lock(["recipients", "add", "env:OPS_KEY", "--id", "ops"]);
    const removed = await project.lock([
      "recipients",
      "remove",
      "CDKTF_TRUST_LOCK_KEY",
      "--key",
      "env:OPS_KEY",
    ]);
    expect(removed).toMatchObject({ exitCode: 0 });
    expect(removed.out).toContain("recipients: ops");
    expect((await project.lock(["--renew", "web"])).error).toMatch(/none of its recipients \(ops\)/);
  });

  test("rekey: another data key, and with --signer another signer, for the same recipients", async () => {
    const publicKey = await newKey("alice.key");
    await project.lock(["recipients", "add", publicKey, "--id", "alice"]);
    const before = readLock(project.lockFile);
    const rekeyed = await project.lock(["rekey"]);
    expect(rekeyed).toMatchObject({ exitCode: 0 });
    const after = readLock(project.lockFile);
    expect(after.signer).toEqual(before.signer);
    expect(after.identities.get("web")?.privateKey).not.toEqual(before.identities.get("web")?.privateKey);

    const signed = await project.lock(["rekey", "--signer", "--key", "file:alice.key"]);
    expect(signed).toMatchObject({ exitCode: 0 });
    expect(signed.out).toMatch(/environments\.staging\.lockSigner is ed25519:/);
    expect(readLock(project.lockFile).signer?.publicKey).not.toEqual(before.signer?.publicKey);
    expect((await project.lock(["--check"], NOW, {})).exitCode).toBe(0);
  });

  test.each([
    ["a public key of nobody", (key: string) => [key], /add --id/],
    ["a public key that is cut off", (key: string) => [key.slice(0, -3), "--id", "x"], /32 bytes in base64/],
    ["a literal secret", () => ["hunter2hunter2hunter2"], /by reference/],
  ])("refuses %s", async (_, words, message) => {
    const before = project.lockFile;
    const { exitCode, error } = await project.lock([
      "recipients",
      "add",
      ...words(await newKey("alice.key")),
    ]);
    expect(exitCode).toBe(2);
    expect(error).toMatch(message);
    expect(error).not.toContain("hunter2");
    expect(project.lockFile).toBe(before);
  });

  test("a key file that is there stays as it is", async () => {
    await newKey("alice.key");
    const before = project.read("alice.key");
    expect((await project.lock(["recipients", "new-key", "alice.key"])).exitCode).toBe(2);
    expect(project.read("alice.key")).toBe(before);
  });

  test("a public key as the lock key says what is wrong", async () => {
    const LOCK_KEY = await newKey("alice.key");
    const { exitCode, error } = await project.lock(["--renew", "web", "--key", "env:LOCK_KEY"], NOW, {
      LOCK_KEY,
    });
    expect(exitCode).toBe(2);
    expect(error).toMatch(/public key, which opens nothing/);
  });
});
