import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createStore, setEntry, writeStore } from "../../../lib/keystore";
import { loadLock, openLock, resolveIdentity } from "../../../lib/lock";
import {
  NOW,
  authority,
  daysLater,
  identity,
  issued,
  newLock,
  pin,
  seededRandom,
  selfSigned,
} from "../../lock/support";
import { KEYS, LockProject } from "./lockProject";

describe("cdktf-trust lock", () => {
  let staging: LockProject;
  /** Directory of the project. */
  let project: string;

  beforeEach(() => {
    staging = new LockProject();
    project = staging.directory;
    declare({ shop: [authority("ca"), issued("web", "ca")], billing: [selfSigned("jetty")] });
  });

  afterEach(() => staging.remove());

  const declare: LockProject["declare"] = (...stacks) => staging.declare(...stacks);
  const lock: LockProject["lock"] = (...words) => staging.lock(...words);

  async function lockJson(words: readonly string[], now = NOW) {
    const { exitCode, data } = await staging.lockJson(words, now);
    return { exitCode, ...data };
  }

  function lockFile(): string {
    return staging.lockFile;
  }

  test("pins what all stacks declare, in one file that the key opens", async () => {
    const result = await lockJson([]);
    expect(result).toMatchObject({ exitCode: 0, lock: "trust.lock.staging.json", identities: 3 });
    expect(result.changes.map(({ id, action }: { id: string; action: string }) => [id, action])).toEqual([
      ["ca", "added"],
      ["web", "added"],
      ["jetty", "added"],
    ]);
    expect(result.changes[1].notAfter).toBe("2026-05-30T11:00:00Z");
    const loaded = loadLock(project, "staging").lock;
    if (loaded === undefined) throw new Error("a lock was expected");
    expect(openLock(loaded, KEYS.CDKTF_TRUST_LOCK_KEY).privateKey("jetty").length).toBeGreaterThan(0);
    expect(readdirSync(project).sort()).toEqual([
      "app.js",
      "cdktf.json",
      "plans.json",
      "trust.lock.staging.json",
    ]);
  });

  test("run twice changes nothing, needs no key, and says when the first certificate expires", async () => {
    await lock([]);
    const before = lockFile();
    const { exitCode, out } = await lock([], NOW, {});
    expect(exitCode).toBe(0);
    expect(out).toBe(
      "trust.lock.staging.json: holds what is declared, 3 identities, the first expires on 2026-05-30\n",
    );
    expect(lockFile()).toBe(before);
  });

  test("pins who signed in cdktf.json, says so once, and leaves the rest of it as it is", async () => {
    const file = join(project, "cdktf.json");
    const settings = {
      app: `"${process.execPath}" app.js`,
      projectId: "6a0b1f3e",
      context: {
        project: "test",
        environment: "staging",
        environments: { staging: { frozen: true }, prod: { frozen: true } },
      },
    };
    writeFileSync(file, JSON.stringify(settings));
    const { out } = await lock([]);
    const text = readFileSync(file, "utf8");
    const written = JSON.parse(text);
    const [signer] = written.context.environments.staging.lockSigner;
    expect(signer).toMatch(/^ed25519:[A-Za-z0-9+/]{43}=$/);
    expect(out).toContain(
      `cdktf.json: environments.staging.lockSigner is ${signer}; commit it with the lock`,
    );
    expect(text).toBe(`${JSON.stringify(written, null, 2)}\n`);
    delete written.context.environments.staging.lockSigner;
    expect(written).toEqual(settings);
    expect((await lock(["--renew", "jetty"])).out).not.toContain("lockSigner");
  });

  test("refuses a lock by another signer than the pinned one, or than the pipeline's variable says", async () => {
    await lock([]);
    const other = `ed25519:${Buffer.alloc(32, 7).toString("base64")}`;
    const variable = { ...KEYS, CDKTF_TRUST_LOCK_SIGNER: other };
    const { exitCode, error } = await lock(["--check"], NOW, variable);
    expect(exitCode).toBe(2);
    expect(error).toMatch(/the lock is signed by ed25519:.* pins ed25519:BwcH/);
    expect((await lock(["--check"], NOW, { CDKTF_TRUST_LOCK_SIGNER: "" })).error).toMatch(
      /lockSigner holds ""/,
    );
  });

  test("changes neither lock nor cdktf.json where the pin has no place there", async () => {
    const file = join(project, "cdktf.json");
    const text = JSON.stringify({ app: `"${process.execPath}" app.js`, context: { environments: "none" } });
    writeFileSync(file, text);
    const { exitCode, error } = await lock(["--environment", "staging"]);
    expect(exitCode).toBe(2);
    expect(error).toMatch(/cdktf\.json is damaged at context › environments: an object was expected/);
    expect(readFileSync(file, "utf8")).toBe(text);
    expect(readdirSync(project)).not.toContain("trust.lock.staging.json");
  });

  test("--check --against refuses what was rolled back, held against a file or a commit", async () => {
    // GIVEN a lock whose second generation is committed
    await lock([]);
    const first = lockFile();
    await lock(["--renew", "jetty"]);
    writeFileSync(join(project, "known.json"), lockFile());
    git("init", "--quiet");
    git("add", "trust.lock.staging.json");
    git("-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "--quiet", "-m", "lock");
    git(
      "tag",
      "before-any-lock",
      git("commit-tree", "-m", "empty", git("hash-object", "-t", "tree", "-w", "/dev/null")),
    );
    for (const base of ["known.json", "HEAD", "before-any-lock"]) {
      expect(await lock(["--check", "--against", base])).toMatchObject({
        exitCode: 0,
        error: "read what the stacks declare (0.0 s)\n",
      });
    }

    // WHEN somebody puts the first one back, signed as it is
    writeFileSync(join(project, "trust.lock.staging.json"), first);

    // THEN the memory tells
    expect((await lock(["--check"])).exitCode).toBe(0);
    for (const base of ["known.json", "HEAD"]) {
      const { exitCode, stale } = await lockJson(["--check", "--against", base]);
      expect(exitCode).toBe(1);
      expect(stale).toEqual([
        {
          id: "jetty",
          reason: `generation 1 takes the place of generation 2: the lock was rolled back in ${base}`,
        },
      ]);
    }
    for (const nothing of ["no-such-ref", "--output=leak"]) {
      const { exitCode, error } = await lock(["--check", `--against=${nothing}`]);
      expect(exitCode).toBe(2);
      expect(error).toMatch(/there is no such file, nor a commit/);
    }
  });

  test("names a missing key and writes nothing", async () => {
    const { exitCode, error } = await lock([], NOW, {});
    expect(exitCode).toBe(2);
    expect(error).toMatch(/env:CDKTF_TRUST_LOCK_KEY/);
    expect(readdirSync(project)).not.toContain("trust.lock.staging.json");
  });

  test("drops what no stack declares any more", async () => {
    await lock([]);
    declare({ shop: [authority("ca"), issued("web", "ca")], billing: [] });
    const { changes } = await lockJson([]);
    expect(changes).toEqual([
      { id: "jetty", action: "removed", generation: 1, reason: "no stack declares it any more" },
    ]);
  });

  test("--check says what is missing and what is too much, changes nothing and needs no key", async () => {
    expect((await lock(["--check"], NOW, {})).exitCode).toBe(1);
    await lock([]);
    expect((await lock(["--check"], NOW, {})).exitCode).toBe(0);
    declare({ shop: [authority("ca"), issued("web", "ca", 30)] });
    const before = lockFile();
    const { exitCode, out } = await lock(["--check"], NOW, {});
    expect(exitCode).toBe(1);
    expect(out).toMatch(/web: it is declared differently.*\n.*jetty: no stack declares it/);
    expect(out).toContain("cdktf-trust lock --environment staging");
    expect(lockFile()).toBe(before);
  });

  test("--renew and --renew-within make new generations", async () => {
    await lock([]);
    expect((await lockJson(["--renew", "jetty"])).changes).toMatchObject([{ id: "jetty", generation: 2 }]);
    expect((await lockJson(["--renew-within", "20"], daysLater(75))).changes).toMatchObject([
      { id: "web", generation: 2 },
      { id: "jetty", generation: 3 },
    ]);
    const { exitCode, error } = await lock(["--renew", "nobody"]);
    expect(exitCode).toBe(2);
    expect(error).toMatch(/nobody: there is no such identity.*ca, web, jetty/);
  });

  test("an authority that two stacks share is renewed once", async () => {
    declare({
      shop: [authority("ca"), issued("web", "ca")],
      billing: [authority("ca"), issued("bill", "ca")],
    });
    await lock([]);
    const { changes } = await lockJson(["--renew", "ca"]);
    expect(changes).toMatchObject([
      { id: "ca", generation: 2 },
      { id: "web", generation: 2 },
      { id: "bill", generation: 2 },
    ]);
  });

  test("names --observe for an identity that stays on its host", async () => {
    declare({ shop: [identity("existing", { kind: "existing", storeId: "s", alias: "jetty" })] });
    const { exitCode, error } = await lock([]);
    expect(exitCode).toBe(2);
    expect(error).toContain("cdktf-trust lock --observe --environment staging");
  });

  test("--observe reads the host and pins what it found there", async () => {
    // GIVEN a store that holds jetty
    const { open } = pin([selfSigned("jetty")], newLock());
    const { chain, privateKey } = resolveIdentity(open.lock, "jetty", open);
    if (privateKey === undefined) throw new Error("a key was expected");
    const entry = {
      kind: "identity",
      alias: "jetty",
      key: { kind: "clear", pkcs8: privateKey },
      chain,
    } as const;
    mkdirSync(join(project, "host", "conf"), { recursive: true });
    writeFileSync(
      join(project, "host", "conf", "keystore"),
      writeStore(setEntry(createStore("jks"), entry), KEYS.OPS_KEY),
    );
    declare(
      {
        shop: [identity("existing", { kind: "existing", storeId: "s", alias: "jetty" }), selfSigned("made")],
      },
      {
        hosts: [{ kind: "local", id: "h", root: "host", platform: "posix" }],
        stores: [
          {
            id: "s",
            hostId: "h",
            path: "/conf/keystore",
            profile: "jks",
            password: "env:OPS_KEY",
            ifMissing: "fail",
          },
        ],
      },
    );

    // WHEN it is observed
    const first = await lockJson(["--observe"]);

    // THEN it is pinned beside what is made, and stays so without the host
    expect(first.changes).toMatchObject([
      { id: "existing", action: "observed", generation: 1 },
      { id: "made", action: "added", generation: 1 },
    ]);
    expect((await lockJson(["--observe"])).changes).toEqual([]);
    rmSync(join(project, "host"), { recursive: true });
    expect((await lock(["--check"])).exitCode).toBe(0);
    expect((await lock([])).exitCode).toBe(0);
    const before = lockFile();
    expect((await lock(["--observe"])).error).toMatch(/h:\/conf\/keystore: the file is missing/);
    expect((await lock(["--check", "--observe"])).error).toMatch(/h:\/conf\/keystore: the file is missing/);
    expect(lockFile()).toBe(before);
  });

  test("--check sees a certificate that was renewed by hand, without a lock key", async () => {
    const place = join(project, "host", "conf");
    const lay = (seed: string): void => {
      const { open } = pin([selfSigned("jetty")], newLock(), { randomBytes: seededRandom(seed) });
      const { chain, privateKey } = resolveIdentity(open.lock, "jetty", open);
      const key = { kind: "clear", pkcs8: privateKey ?? Buffer.alloc(0) } as const;
      const entry = { kind: "identity", alias: "jetty", key, chain } as const;
      writeFileSync(join(place, "keystore"), writeStore(setEntry(createStore("jks"), entry), KEYS.OPS_KEY));
    };
    mkdirSync(place, { recursive: true });
    lay("first");
    declare(
      { shop: [identity("existing", { kind: "existing", storeId: "s", alias: "jetty" })] },
      {
        hosts: [{ kind: "local", id: "h", root: "host", platform: "posix" }],
        stores: [
          {
            id: "s",
            hostId: "h",
            path: "/conf/keystore",
            profile: "jks",
            password: "env:OPS_KEY",
            ifMissing: "fail",
          },
        ],
      },
    );
    await lock(["--observe"]);
    const { CDKTF_TRUST_LOCK_KEY: _, ...others } = KEYS;
    expect((await lock(["--check", "--observe"], NOW, others)).exitCode).toBe(0);
    lay("second");
    const before = lockFile();
    for (const words of [["--check"], ["--check", "--observe"]]) {
      const { exitCode, out } = await lock(words, NOW, others);
      expect(exitCode).toBe(1);
      expect(out).toMatch(/existing: .*CN=jetty.example.com .* was replaced by CN=jetty.example.com/);
      expect(out).toContain("cdktf-trust lock --observe --environment staging");
    }
    expect(lockFile()).toBe(before);
  });

  test("a recipient for deploy jobs opens the lock and cannot change it", async () => {
    await lock([]);
    await lock(["--add-recipient", "env:OPS_KEY", "--recipient-id", "deploy", "--role", "open"]);
    const before = lockFile();
    const { exitCode, error } = await lock(["--renew", "jetty", "--key", "env:OPS_KEY"]);
    expect(exitCode).toBe(2);
    expect(error).toMatch(/"deploy" may open the lock and not change it/);
    expect(lockFile()).toBe(before);
  });

  function git(...words: readonly string[]): string {
    return execFileSync("git", words, { cwd: project, encoding: "utf8" }).trim();
  }

  test("adds a recipient, who removes the first one", async () => {
    await lock([]);
    expect(await lockJson(["--add-recipient", "env:OPS_KEY", "--recipient-id", "ops"])).toMatchObject({
      exitCode: 0,
      recipients: ["CDKTF_TRUST_LOCK_KEY", "ops"],
    });
    const removal = await lock(["--remove-recipient", "CDKTF_TRUST_LOCK_KEY", "--key", "env:OPS_KEY"]);
    expect(removal).toMatchObject({ exitCode: 0, error: "" });
    expect(removal.out).toContain("recipients: ops");
    const { exitCode, error } = await lock(["--renew", "jetty"]);
    expect(exitCode).toBe(2);
    expect(error).toMatch(/none of its recipients \(ops\)/);
    expect((await lockJson(["--renew", "jetty", "--key", "env:OPS_KEY"])).exitCode).toBe(0);
  });

  test("--new-key writes a key that nobody else can read, shows it nowhere, and never replaces one", async () => {
    const { exitCode, out } = await lock(["--new-key", "ops.key"]);
    expect(exitCode).toBe(0);
    const key = readFileSync(join(project, "ops.key"), "utf8").trim();
    expect(out).not.toContain(key);
    expect(statSync(join(project, "ops.key")).mode & 0o777).toBe(0o600);
    expect((await lock(["--new-key", "ops.key"])).exitCode).toBe(2);
    expect(readFileSync(join(project, "ops.key"), "utf8").trim()).toBe(key);
    expect((await lockJson(["--key", "file:ops.key"])).exitCode).toBe(0);
  });

  test.each([
    ["a literal key", ["--key", "hunter2hunter2hunter2"], /by reference/],
    ["two commands in one", ["--check", "--renew", "web"], /--check and --renew do not go together/],
    ["a recipient's name without a recipient", ["--recipient-id", "ops"], /goes with --add-recipient/],
    ["a base without a check", ["--against", "HEAD"], /--against goes with --check/],
    ["a recipient of no lock", ["--add-recipient", "env:OPS_KEY"], /does not exist yet/],
  ])("refuses %s", async (_, words, message) => {
    const { exitCode, error } = await lock(words);
    expect(exitCode).toBe(2);
    expect(error).toMatch(message);
    expect(error).not.toContain("hunter2");
  });

  test("takes the key's reference from the context of cdktf.json", async () => {
    const file = join(project, "cdktf.json");
    const settings = JSON.parse(readFileSync(file, "utf8"));
    settings.context.environments = { staging: { lockKey: "env:OPS_KEY" } };
    writeFileSync(file, JSON.stringify(settings));
    await lock([]);
    expect(loadLock(project, "staging").lock?.recipients.map(({ id }) => id)).toEqual(["OPS_KEY"]);
  });
});
