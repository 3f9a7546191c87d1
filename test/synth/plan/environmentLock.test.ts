import { App } from "cdktf";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { StaleLockError } from "../../../lib/lock";
import type { SynthEnvironment } from "../../../lib/synth/plan/environment";
import { EnvironmentLock } from "../../../lib/synth/plan/environmentLock";
import { plan } from "../../check/plans";

const now = new Date("2026-06-01T00:00:00Z");
let projectDirectory: string;

beforeEach(() => {
  projectDirectory = mkdtempSync(join(tmpdir(), "cdktf-trust-lock-"));
  writeFileSync(join(projectDirectory, "cdktf.json"), JSON.stringify({ app: "true", context: {} }));
});
afterEach(() => {
  rmSync(projectDirectory, { recursive: true });
});

function environment(changes: Partial<SynthEnvironment> = {}): SynthEnvironment {
  return {
    name: "local",
    project: "test",
    projectDirectory,
    nullProvider: "embedded",
    artifacts: true,
    frozen: false,
    lockSigners: [],
    planOnly: false,
    runbooksOnly: false,
    adoptState: false,
    takeOver: [],
    acceptsOlderGenerations: false,
    isChosen: () => true,
    ...changes,
  };
}

const lockOf = (changes?: Partial<SynthEnvironment>) => EnvironmentLock.of(new App(), environment(changes));
const declared = plan({ environment: "local" });

describe("the lock of an app's environment", () => {
  test("is one for all stacks of the app", () => {
    const app = new App();
    expect(EnvironmentLock.of(app, environment())).toBe(EnvironmentLock.of(app, environment()));
    expect(EnvironmentLock.of(new App(), environment())).not.toBe(EnvironmentLock.of(app, environment()));
  });

  test("takes up what is declared, once, and gives it with its key", () => {
    // WHEN
    const [identity] = lockOf().pin(declared, now).identities;

    // THEN
    expect(identity?.pinned).toMatchObject({ generation: 1 });
    expect(lockOf().pin(declared, now).identities).toEqual([identity]);
    expect(lockOf().identity("identity")).toMatchObject({
      chain: [expect.any(Uint8Array)],
      privateKey: expect.any(Uint8Array),
    });
  });

  test("asks for no key where no artifacts are made", () => {
    lockOf().pin(declared, now);
    rmSync(join(projectDirectory, ".local/lock.key"));
    expect(lockOf({ artifacts: false }).identity("identity")).toEqual({
      chain: [expect.any(Uint8Array)],
      anchor: expect.any(Uint8Array),
    });
  });

  test("adds nothing where it is frozen, names what it lacks, and writes no lock", () => {
    const frozen = environment({ name: "prod", frozen: true });
    expect(() => EnvironmentLock.of(new App(), frozen).pin(declared, now)).toThrow(StaleLockError);
    expect(() => readFileSync(join(projectDirectory, "trust.lock.prod.json"))).toThrow("ENOENT");
  });

  test("pins as far as it holds, without adding", () => {
    expect(lockOf().pinned(declared).identities[0]?.pinned).toBeUndefined();
    lockOf().pin(declared, now);
    expect(lockOf().pinned(declared).identities[0]?.pinned).toMatchObject({ generation: 1 });
    expect(lockOf().identity("unknown")).toBeUndefined();
  });

  test("warns of an unsigned lock, once for all stacks, and signs that of local", () => {
    // GIVEN a lock of before locks were signed
    mkdirSync(join(projectDirectory, ".local"));
    const former = join(__dirname, "../../fixtures/upgrade/lock-v1");
    for (const name of ["trust.lock.local.json", "lock.key"])
      copyFileSync(join(former, name), join(projectDirectory, ".local", name));

    // WHEN, THEN
    const lock = lockOf();
    expect(lock.findings().map(({ rule }) => rule)).toEqual(["unsigned-lock"]);
    expect(lock.findings()).toEqual([]);
    lock.pin(declared, now);
    expect(lockOf().findings()).toEqual([]);
  });
});
