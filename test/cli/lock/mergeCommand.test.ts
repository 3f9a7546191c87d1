import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Evidence,
  type Lock,
  type OpenLock,
  announce,
  formatLock,
  openLock,
  readLock,
  withEvidence,
} from "../../../lib/lock";
import {
  ENVIRONMENT,
  PASSPHRASE,
  PROJECT,
  newLock,
  pin,
  pinOptions,
  seededRandom,
  selfSigned,
} from "../../lock/support";
import { v1Text } from "../../lock/v1";
import { LocalProject } from "../../support/localProject";
import { describeWith } from "../../support/tools";
import { CliSandbox } from "../cliRun";

const LOCK = `trust.lock.${ENVIRONMENT}.json`;
const OPS = "the passphrase of operations";

/** As docs/lock.md says it, with this repository's program for `npx cdktf-trust`. */
const DRIVER = `"${process.execPath}" "${LocalProject.program}" lock merge`;

function settingsFor(...locks: readonly OpenLock[]): string {
  const lockSigner = locks.map(({ signer }) => signer);
  const context = { project: PROJECT, environments: { [ENVIRONMENT]: { lockSigner } } };
  return JSON.stringify({ app: "true", context });
}

describeWith("git", "git merge with the driver", () => {
  let repository: string;
  /** Folder of the project in the repository. */
  let folder: string;
  let base: OpenLock;

  beforeAll(() => {
    const { open } = pin([selfSigned("web"), selfSigned("jetty")], newLock());
    base = open.addRecipient("ops", OPS, "open", seededRandom("ops"));
  });

  function lay(driver = `${DRIVER} %O %A %B`, where = "."): void {
    repository = mkdtempSync(join(tmpdir(), "lock-merge-"));
    folder = join(repository, where);
    mkdirSync(folder, { recursive: true });
    git("init", "--quiet", "--initial-branch=main");
    git("config", "merge.cdktf-trust.driver", driver);
    writeFileSync(join(repository, ".gitattributes"), "trust.lock.*.json merge=cdktf-trust\n");
    writeFileSync(join(folder, "cdktf.json"), settingsFor(base));
    commit(base.lock, "base");
  }

  afterEach(() => rmSync(repository, { recursive: true, force: true }));

  function git(...words: readonly string[]): { status: number | null; output: string } {
    const identity = { GIT_AUTHOR_NAME: "t", GIT_AUTHOR_EMAIL: "t@example.com" };
    const { status, stdout, stderr } = spawnSync("git", words, {
      cwd: repository,
      encoding: "utf8",
      env: {
        ...process.env,
        ...identity,
        GIT_COMMITTER_NAME: "t",
        GIT_COMMITTER_EMAIL: "t@example.com",
        GIT_CONFIG_GLOBAL: "/dev/null",
      },
    });
    return { status, output: `${stdout}${stderr}` };
  }

  function commit(lock: Lock | string, message: string): void {
    writeFileSync(join(folder, LOCK), typeof lock === "string" ? lock : formatLock(lock));
    git("add", "--all");
    expect(git("commit", "--quiet", "--message", message).status).toBe(0);
  }

  /** Two branches, of which main takes in the other. */
  function merge(ours: Lock | string, theirs: Lock | string): { status: number | null; output: string } {
    git("checkout", "--quiet", "-b", "feature");
    commit(theirs, "theirs");
    git("checkout", "--quiet", "main");
    commit(ours, "ours");
    return git("merge", "--no-edit", "feature");
  }

  function text(): string {
    return readFileSync(join(folder, LOCK), "utf8");
  }

  function added(seed: string, id: string): Lock {
    return pin([selfSigned(id)], base, { randomBytes: seededRandom(seed) }).lock;
  }

  function renewed(seed: string, id: string): Lock {
    return pin([selfSigned(id)], base, { renew: new Set([id]), randomBytes: seededRandom(seed) }).lock;
  }

  test("two branches that each add an identity merge, which as text they do not always", () => {
    lay();
    expect(merge(added("a", "orders"), added("b", "billing"))).toMatchObject({ status: 0 });
    const lock = readLock(text(), ENVIRONMENT);
    expect([...lock.identities.keys()]).toEqual(["billing", "jetty", "orders", "web"]);
    expect(text()).toBe(formatLock(lock));
    const open = openLock(lock, PASSPHRASE);
    for (const id of lock.identities.keys()) expect(open.privateKey(id).length).toBeGreaterThan(0);
    expect(git("status", "--porcelain").output).toBe("");
  });

  test("renewals of different identities merge", () => {
    lay();
    expect(merge(renewed("a", "web"), renewed("b", "jetty"))).toMatchObject({ status: 0 });
    expect([...readLock(text()).identities.values()].map(({ generation }) => generation)).toEqual([2, 2]);
  });

  test("one identity that both renewed stops the merge, names it and what to run, and leaves a lock that reads", () => {
    lay();
    const ours = renewed("a", "web");
    const { status, output } = merge(ours, renewed("b", "web"));
    expect(status).toBe(1);
    expect(output).toMatch(/identity web: both sides changed it; .*`cdktf-trust lock --renew web`/);
    expect(output).toMatch(/CONFLICT/);
    expect(git("status", "--porcelain").output).toBe(`UU ${LOCK}\n`);
    expect(text()).toBe(formatLock(ours));
    expect(readdirSync(repository).sort()).toEqual([".git", ".gitattributes", "cdktf.json", LOCK]);
  });

  test("a recipient who was removed on one side: keys of the other side are named, the removal holds", () => {
    lay();
    const fewer = base.removeRecipient("ops", seededRandom("fewer")).lock;
    const { status, output } = merge(added("a", "orders"), fewer);
    expect(status).toBe(1);
    expect(output).toMatch(/identity orders: ours changed it, and theirs removed a recipient/);
    const lock = readLock(text(), ENVIRONMENT);
    expect(lock.recipients.map(({ id }) => id)).toEqual(["ci"]);
    expect(openLock(lock, PASSPHRASE).privateKey("web").length).toBeGreaterThan(0);
  });

  test("a recipient who was removed on one side merges with a removal on the other", () => {
    lay();
    const fewer = base.removeRecipient("ops", seededRandom("fewer")).lock;
    const left = new Map([...base.lock.identities].filter(([id]) => id !== "web"));
    expect(merge({ ...base.lock, identities: left }, fewer)).toMatchObject({ status: 0 });
    const lock = readLock(text(), ENVIRONMENT);
    expect([...lock.identities.keys()]).toEqual(["jetty"]);
    expect(openLock(lock, PASSPHRASE).privateKey("jetty").length).toBeGreaterThan(0);
  });

  test("a side that somebody else signed, or altered, or nobody signed, is refused and ours stays", () => {
    const other = pin([selfSigned("web")], newLock(seededRandom("mallory"))).lock;
    const altered = formatLock(added("b", "billing")).replace(
      '"generations"',
      '"evidence": [],\n"generations"',
    );
    for (const [theirs, message] of [
      [other, /the lock is signed by ed25519:.* pins ed25519:/],
      [altered.replace(/"nonce": "..../, '"nonce": "AAAA'), /is not as it was signed|damaged/],
      [
        v1Text().replace('"environment": "local"', `"environment": "${ENVIRONMENT}"`),
        /only signed parts are merged/,
      ],
    ] as const) {
      lay();
      const ours = added("a", "orders");
      const { status, output } = merge(ours, theirs);
      expect(status).toBe(1);
      expect(output).toMatch(message);
      expect(text()).toBe(formatLock(ours));
      expect(git("status", "--porcelain").output).toContain(`UU ${LOCK}`);
    }
  });

  test("a project in a folder of the repository is found from there", () => {
    lay(`cd trust && ${DRIVER} ../%O ../%A ../%B`, "trust");
    expect(merge(added("a", "orders"), added("b", "billing"))).toMatchObject({ status: 0 });
    expect([...readLock(text()).identities.keys()]).toEqual(["billing", "jetty", "orders", "web"]);
  });
});

describeWith("git", "git merge with what lock merge --install wrote", () => {
  let directory: string;
  let base: OpenLock;

  beforeAll(() => {
    base = pin([selfSigned("web"), selfSigned("jetty")], newLock()).open;
  });

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "lock-install-"));
  });

  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  /** A clone whose project, with this program installed as npm installs it, is in a folder of it. */
  function lay(folder: string): string {
    const project = join(directory, "clone", folder);
    mkdirSync(join(project, "node_modules/.bin"), { recursive: true });
    const program = join(project, "node_modules/.bin/cdktf-trust");
    writeFileSync(program, `#!/bin/sh\nexec "${process.execPath}" "${LocalProject.program}" "$@"\n`, {
      mode: 0o755,
    });
    writeFileSync(join(project, "cdktf.json"), settingsFor(base));
    writeFileSync(join(project, "package.json"), "{}");
    writeFileSync(join(project, LOCK), formatLock(base.lock));
    git(join(directory, "clone"), "init", "--quiet", "--initial-branch=main");
    writeFileSync(join(directory, "clone/.gitignore"), "node_modules\n");
    commit(project, "base");
    return project;
  }

  function git(where: string, ...words: readonly string[]): string {
    const { status, stdout, stderr } = spawnSync("git", words, {
      cwd: where,
      encoding: "utf8",
      env: {
        ...process.env,
        ...Object.fromEntries(
          ["GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"].map((name) => [
            name,
            "t",
          ]),
        ),
        GIT_CONFIG_GLOBAL: "/dev/null",
      },
    });
    if (status !== 0) throw new Error(`git ${words.join(" ")}: ${stdout}${stderr}`);
    return stdout;
  }

  function commit(project: string, message: string, lock?: Lock): void {
    if (lock !== undefined) writeFileSync(join(project, LOCK), formatLock(lock));
    git(project, "add", "--all", ":/");
    git(project, "commit", "--quiet", "--message", message);
  }

  async function install(project: string, ...words: readonly string[]) {
    const sandbox = new CliSandbox();
    try {
      return await sandbox.runIn(project, "lock", "merge", "--install", ...words);
    } finally {
      sandbox.remove();
    }
  }

  function renewed(id: string): Lock {
    return pin([selfSigned(id)], base, { renew: new Set([id]), randomBytes: seededRandom(id) }).lock;
  }

  test.each(["", "it's a/trust"])(
    "in folder %j merges two branches that both renewed, in a worktree as well, and shows locks in words",
    async (folder) => {
      const project = lay(folder);
      const installed = await install(project);
      expect(installed).toMatchObject({ exitCode: 0, stderr: "" });
      expect(installed.stdout).toMatch(
        /^merge\.cdktf-trust\.name: written: [^]*^\.gitattributes: written: /m,
      );
      commit(project, "attributes");
      const again = JSON.parse((await install(project, "--json")).stdout);
      expect(again.settings.map(({ state }: { state: string }) => state)).toEqual(
        Array(4).fill("there already"),
      );
      expect(git(project, "status", "--porcelain")).toBe("");

      git(project, "checkout", "--quiet", "-b", "theirs");
      commit(project, "theirs", renewed("jetty"));
      git(project, "checkout", "--quiet", "-b", "ours", "main");
      commit(project, "ours", renewed("web"));
      git(project, "checkout", "--quiet", "main");
      const worktree = join(directory, "another worktree");
      git(project, "worktree", "add", "--quiet", worktree, "ours");
      cpSync(join(project, "node_modules"), join(worktree, folder, "node_modules"), { recursive: true });
      git(worktree, "merge", "--quiet", "--no-edit", "theirs");
      const merged = readLock(readFileSync(join(worktree, folder, LOCK), "utf8"), ENVIRONMENT);
      expect([...merged.identities.values()].map(({ generation }) => generation)).toEqual([2, 2]);

      expect(
        git(worktree, "diff", "main", "ours", "--", `:/${folder === "" ? "" : `${folder}/`}${LOCK}`),
      ).toMatch(/^- {2}generation: 1\n\+ {2}generation: 2$/m);
    },
    60_000,
  );

  test("joins what both branches have of who has read a generation", async () => {
    const project = lay("");
    expect(await install(project)).toMatchObject({ exitCode: 0 });
    const options = pinOptions([selfSigned("web"), selfSigned("jetty")], base);
    const announced = base
      .withLock(announce({ ...options, lock: base.lock, id: "web" }).lock)
      .signed(seededRandom("sign"));
    commit(project, "announced", announced.lock);
    const knowing = (host: string): Lock => {
      const known: Evidence = {
        host,
        path: "/conf/cacerts",
        generation: 2,
        level: "acknowledged",
        at: "2026-03-02T12:00:00Z",
        by: "ops: restarted",
      };
      return announced.withLock(withEvidence(announced.lock, "web", [known])).signed(seededRandom("sign"))
        .lock;
    };
    git(project, "checkout", "--quiet", "-b", "theirs");
    commit(project, "theirs", knowing("flow"));
    git(project, "checkout", "--quiet", "main");
    commit(project, "ours", knowing("ispw"));
    git(project, "merge", "--quiet", "--no-edit", "theirs");
    const lock = readLock(readFileSync(join(project, LOCK), "utf8"), ENVIRONMENT);
    expect(lock.identities.get("web")?.rotation?.evidence.map(({ host }) => host)).toEqual(["flow", "ispw"]);
  }, 60_000);

  test("says what a setting was before, and adds to the attributes that are there", async () => {
    const project = lay("");
    git(project, "config", "merge.cdktf-trust.driver", "npx cdktf-trust lock merge %O %A %B");
    writeFileSync(join(project, ".gitattributes"), "trust.lock.*.json merge=cdktf-trust");
    const { stdout } = await install(project);
    expect(stdout).toMatch(/driver: written: .*\(it was: npx cdktf-trust lock merge %O %A %B\)/);
    expect(readFileSync(join(project, ".gitattributes"), "utf8")).toBe(
      "trust.lock.*.json merge=cdktf-trust\ntrust.lock.*.json diff=cdktf-trust merge=cdktf-trust\n",
    );
  });

  test("is refused outside a repository, and with files", async () => {
    writeFileSync(join(directory, "cdktf.json"), settingsFor(base));
    expect(await install(directory)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("is in no git repository"),
    });
    expect(await install(directory, "base")).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("--install without any"),
    });
  });
});

describe("cdktf-trust lock merge", () => {
  let sandbox: CliSandbox;
  let base: OpenLock;

  beforeEach(() => {
    sandbox = new CliSandbox();
    base = pin([selfSigned("web")], newLock()).open;
    writeFileSync(sandbox.path("cdktf.json"), settingsFor(base));
    writeFileSync(sandbox.path("ours"), formatLock(base.lock));
    writeFileSync(sandbox.path("theirs"), formatLock(pin([selfSigned("orders")], base).lock));
    writeFileSync(sandbox.path("base"), "");
  });

  afterEach(() => sandbox.remove());

  test("needs no key, takes an empty base, and says for tools what it came to", async () => {
    const { exitCode, stdout, stderr } = await sandbox.run(
      "lock",
      "merge",
      "base",
      "ours",
      "theirs",
      "--json",
    );
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(JSON.parse(stdout)).toEqual({ environment: ENVIRONMENT, identities: 2, conflicts: [] });
    expect(readFileSync(sandbox.path("ours"))).toEqual(readFileSync(sandbox.path("theirs")));
  });

  test.each([
    ["a missing file", ["base", "ours", "nothing"], /nothing cannot be read \(ENOENT\)/],
    ["a side that is no lock", ["base", "ours", "base"], /base: the lock is damaged/],
    ["a base that is no lock", ["cdktf.json", "ours", "theirs"], /cdktf\.json: the lock/],
  ])("refuses %s and changes nothing", async (_, files, message) => {
    const before = readFileSync(sandbox.path("ours"));
    const { exitCode, stderr } = await sandbox.run("lock", "merge", ...files);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(message);
    expect(readFileSync(sandbox.path("ours"))).toEqual(before);
    expect(existsSync(sandbox.path(".local"))).toBe(false);
  });
});
