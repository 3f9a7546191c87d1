import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createStore, setEntry, writeStore } from "../../lib/keystore";
import { LockSession, type UpdateOptions, resolveIdentity, updateLock } from "../../lib/lock";
import { type TrustPlan, placeOf } from "../../lib/model";
import {
  ENVIRONMENT,
  NOW,
  PASSPHRASE,
  PROJECT,
  filesOf,
  identity,
  newLock,
  pin,
  seededRandom,
  selfSigned,
  pinnedSigners,
  thrownBy,
} from "./support";

const TRUSTSTORE = "/conf/truststore";

describe("updating a lock", () => {
  let projectDirectory: string;
  let partner: Buffer;

  beforeAll(() => {
    const { lock } = pin([selfSigned("partner")], newLock());
    partner = resolveIdentity(lock, "partner").anchor;
  });

  beforeEach(() => {
    projectDirectory = mkdtempSync(join(tmpdir(), "lock-update-"));
    mkdirSync(join(projectDirectory, "host", "conf"), { recursive: true });
    writeFileSync(join(projectDirectory, "cdktf.json"), "{}");
    const entry = { kind: "anchor", alias: "corporate", certificate: partner } as const;
    const bytes = writeStore(setEntry(createStore("jks"), entry), PASSPHRASE);
    writeFileSync(join(projectDirectory, "host", TRUSTSTORE), bytes);
  });

  function options(overrides: Partial<UpdateOptions> = {}): UpdateOptions {
    const resolveSecret = () => PASSPHRASE;
    const randomBytes = seededRandom("update");
    return {
      plans: [plan()],
      session: new LockSession({
        projectDirectory,
        project: PROJECT,
        environment: ENVIRONMENT,
        signers: pinnedSigners(projectDirectory),
        resolveSecret,
        randomBytes,
      }),
      projectDirectory,
      observe: true,
      prune: true,
      now: NOW,
      randomBytes,
      readFile: filesOf({ "partner.crt": partner }),
      resolveSecret,
      ...overrides,
    };
  }

  test("notes at once that a partner's certificate is trusted already", async () => {
    const { lock, observations } = await updateLock(options());
    expect(observations).toMatchObject([{ alias: "corporate", action: "found" }]);
    expect(lock?.observations.get(placeOf("h", TRUSTSTORE))?.anchors.size).toBe(1);
    expect(await updateLock(options())).toMatchObject({ changes: [], observations: [] });
  });

  test("keeps what other stacks declare unless all plans are at hand", async () => {
    await updateLock(options());
    const other = { ...plan(), identities: [selfSigned("other")], entries: [], stores: [] };
    const kept = await updateLock(options({ plans: [other], prune: false }));
    expect([...(kept.lock?.identities.keys() ?? [])].sort()).toEqual(["other", "partner"]);
    const pruned = await updateLock(options({ plans: [other] }));
    expect([...(pruned.lock?.identities.keys() ?? [])]).toEqual(["other"]);
    expect(pruned.lock?.observations.size).toBe(0);
  });

  test("writes nothing where one of several stacks fails", async () => {
    await updateLock(options());
    const session = options().session;
    const before = readFileSync(session.path, "utf8");
    const failing = { ...plan(), identities: [identity("x", { kind: "certificate", file: "missing.crt" })] };
    const good = { ...plan(), identities: [selfSigned("good")] };
    const error = await updateLock(options({ plans: [good, failing], observe: false })).catch(
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ code: "cannot-pin" });
    expect(readFileSync(session.path, "utf8")).toBe(before);
    expect(thrownBy(() => session.open().privateKey("good"))).toMatchObject({ code: "not-in-lock" });
  });
});

function plan(): TrustPlan {
  return {
    formatVersion: 2,
    toolVersion: "0.1.0",
    systems: [],
    project: "test",
    environment: ENVIRONMENT,
    stack: "shop",
    hosts: [{ kind: "local", id: "h", root: "host", platform: "posix" }],
    identities: [identity("partner", { kind: "certificate", file: "partner.crt" })],
    stores: [
      { id: "s", hostId: "h", path: TRUSTSTORE, profile: "jks", password: "env:STORE", ifMissing: "fail" },
    ],
    entries: [
      {
        kind: "anchor",
        id: "entry",
        storeId: "s",
        alias: "partner",
        identityId: "partner",
        part: "anchor",
        unlessAlreadyTrusted: true,
        onForeign: "refuse",
      },
    ],
    endpoints: [],
    bindings: [],
    hops: [],
    files: [],
    configFiles: [],
    runbooks: [],
    fingerprints: [],
  };
}
