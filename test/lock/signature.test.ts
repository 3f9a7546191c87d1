import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Lock,
  type LockedIdentity,
  LockSession,
  type LockSigner,
  type OpenLock,
  createLock,
  formatLock,
  openLock,
  parseSigners,
  readLock,
} from "../../lib/lock";
import {
  ENVIRONMENT,
  PASSPHRASE,
  PROJECT,
  everyKind,
  newLock,
  pin,
  seededRandom,
  selfSigned,
  thrownBy,
} from "./support";
import { v1Text } from "./v1";

const PLACE = "ispw:/usr/lpp/java/J8.0_64/lib/security/cacerts";
const OPS = "the passphrase of operations";

describe("a signed lock", () => {
  let open: OpenLock;
  let text: string;

  beforeAll(() => {
    open = everyKind();
    text = formatLock(open.lock);
  });

  test("is refused with any one leaf of it changed", () => {
    const leaves = leavesOf(JSON.parse(text), []);
    expect(leaves.length).toBeGreaterThan(140);
    for (const { path, value } of leaves) {
      for (const changed of changesOf(value)) {
        const document = JSON.parse(text);
        setAt(document, path, changed);
        const error = thrownBy(() => readLock(JSON.stringify(document), ENVIRONMENT));
        expect({ path, code: Reflect.get(error, "code") }).toEqual({
          path,
          code: expect.stringMatching(
            /^(altered-lock|damaged-lock|newer-lock|unknown-lock-version|other-environment)$/,
          ),
        });
      }
    }
  });

  test("is refused with any one member or item of it removed", () => {
    for (const { path } of leavesOf(JSON.parse(text), [])) {
      const document = JSON.parse(text);
      removeAt(document, path);
      const error = thrownBy(() => readLock(JSON.stringify(document), ENVIRONMENT));
      expect(["altered-lock", "damaged-lock", "unknown-lock-version"]).toContain(Reflect.get(error, "code"));
    }
  });

  test.each<[string, (lock: Lock) => Lock, RegExp]>([
    [
      "a swapped certificate of an adopted identity",
      withIdentity("adopted", (adopted, { identities }) => ({
        ...adopted,
        chain: identities.get("jetty")?.chain ?? [],
      })),
      /identity "adopted" of the lock is not as it was signed/,
    ],
    [
      "a further certificate in a chain",
      withIdentity("web", (web, { identities }) => ({
        ...web,
        chain: [...web.chain, ...(identities.get("jetty")?.chain ?? [])],
      })),
      /identity "web"/,
    ],
    [
      "an anchor that was added",
      withIdentity("web", (web, { identities }) => ({
        ...web,
        anchor: identities.get("jetty")?.chain[0] ?? new Uint8Array(),
      })),
      /identity "web"/,
    ],
    [
      "another generation before it",
      withIdentity("web", (web, { identities }) => ({
        ...web,
        previous: { generation: 1, chain: identities.get("jetty")?.chain ?? [] },
      })),
      /identity "web"/,
    ],
    [
      "an entry moved to another id",
      (lock) => ({ ...lock, identities: new Map([...lock.identities, ["web", identityOf(lock, "jetty")]]) }),
      /identity "web"/,
    ],
    [
      "an observation moved to another place",
      (lock) => ({
        ...lock,
        observations: new Map([["other:/cacerts", lock.observations.get(PLACE) ?? { anchors: new Map() }]]),
      }),
      /the observation of other:\/cacerts/,
    ],
    [
      "an anchor that a truststore does not hold",
      (lock) => ({
        ...lock,
        observations: new Map([
          [PLACE, { ...lock.observations.get(PLACE), anchors: new Map([["EF:01", "partner"]]) }],
        ]),
      }),
      /the observation of ispw/,
    ],
    ["another project", (lock) => ({ ...lock, project: "elsewhere" }), /the header/],
    [
      "a recipient who was given more",
      (lock) => ({ ...lock, recipients: lock.recipients.map((each) => ({ ...each, id: "mallory" })) }),
      /the header/,
    ],
  ])("is refused with %s", (_, change, message) => {
    const error = thrownBy(() => readLock(formatLock(change(open.lock)), ENVIRONMENT));
    expect(error).toMatchObject({ code: "altered-lock", message: expect.stringMatching(message) });
    expect(error.message).toContain("restore the lock from version control");
  });

  test("an entry of another environment's lock is refused, under the same signer too", () => {
    const production = open.withLock({ ...open.lock, environment: "production" });
    const moved = production.signed(seededRandom("sign")).lock.identities.get("web");
    if (moved === undefined) throw new Error("web was expected");
    const mixed = { ...open.lock, identities: new Map([...open.lock.identities, ["web", moved]]) };
    expect(thrownBy(() => readLock(formatLock(mixed)))).toMatchObject({ code: "altered-lock" });
  });

  test("entries of two branches stand side by side as text", () => {
    const one = pin([selfSigned("one")], newLock()).lock;
    const other = pin([selfSigned("other")], newLock()).lock;
    const merged = { ...one, identities: new Map([...one.identities, ...other.identities]) };
    expect([...readLock(formatLock(merged)).identities.keys()]).toEqual(["one", "other"]);
  });
});

describe("who may sign", () => {
  let projectDirectory: string;
  let signers: readonly LockSigner[];

  beforeEach(() => {
    projectDirectory = mkdtempSync(join(tmpdir(), "lock-signature-"));
    writeFileSync(join(projectDirectory, "cdktf.json"), "{}");
    const first = session();
    first.save(pin([selfSigned("web")], first.open()).lock);
    ({ signers } = first);
  });

  function session(
    pinned: readonly LockSigner[] = [],
    key: string = PASSPHRASE,
    project: string = PROJECT,
  ): LockSession {
    return new LockSession({
      projectDirectory,
      project,
      environment: ENVIRONMENT,
      signers: pinned,
      resolveSecret: () => key,
      randomBytes: seededRandom("session"),
    });
  }

  function write(text: string): void {
    writeFileSync(join(projectDirectory, `trust.lock.${ENVIRONMENT}.json`), text);
  }

  /** All that an attacker has: what is public, and keys of their own. */
  function forged(): Lock {
    const own = createLock({
      project: PROJECT,
      environment: ENVIRONMENT,
      recipientId: "ci",
      passphrase: PASSPHRASE, // stands for wrapping to the victim's public key, which needs no more than that
      randomBytes: seededRandom("mallory"),
    });
    return pin([selfSigned("web")], own).lock;
  }

  test("a lock that was forged from public parts is refused, though the victim's key would open it", () => {
    const lock = forged();
    expect(openLock(lock, PASSPHRASE).privateKey("web").length).toBeGreaterThan(0);
    write(formatLock(lock));
    const error = thrownBy(() => session(signers));
    expect(error).toMatchObject({ code: "other-signer" });
    expect(error.message).toContain(signers[0]);
    expect(error.message).toMatch(/trust\.lock\.staging\.json: the lock is signed by ed25519:/);
  });

  test("a signed lock without a pin is refused, and the message says what to pin", () => {
    const error = thrownBy(() => session());
    expect(error).toMatchObject({ code: "unpinned-signer" });
    expect(error.message).toContain(`"lockSigner": ["${signers[0]}"]`);
  });

  test("one of several pinned signers is enough", () => {
    const other = forged().signer;
    if (other === undefined) throw new Error("a signer was expected");
    const both = [`ed25519:${Buffer.from(other.publicKey).toString("base64")}` as const, ...signers];
    expect(session(both).lock?.identities.size).toBe(1);
  });

  test("the lock of another project is refused", () => {
    expect(thrownBy(() => session(signers, PASSPHRASE, "another"))).toMatchObject({ code: "other-project" });
  });

  test("no new lock takes the place of one that is pinned and gone", () => {
    write("");
    projectDirectory = mkdtempSync(join(tmpdir(), "lock-signature-"));
    expect(thrownBy(() => session(signers).open())).toMatchObject({ code: "signer-without-lock" });
  });

  test("a recipient with the role open reads keys, and changes nothing", () => {
    const first = session(signers);
    const { lock } = first.open().addRecipient("deploy", OPS, "open", seededRandom("add"));
    first.save(lock);
    const deploy = session(signers, OPS);
    expect(deploy.open().privateKey("web")).toEqual(first.open().privateKey("web"));
    const changed = { ...deploy.open().lock, identities: new Map() };
    const error = thrownBy(() => deploy.save(changed));
    expect(error).toMatchObject({ code: "cannot-sign", message: expect.stringContaining('"deploy"') });
    expect(
      thrownBy(() => deploy.open().addRecipient("x", "one more passphrase", "sign", seededRandom("x"))),
    ).toMatchObject({ code: "cannot-sign" });
    expect(session(signers).lock?.identities.size).toBe(1);
  });

  test("whoever could sign and is removed signs nothing that is trusted: the signer is another one", () => {
    const first = session(signers);
    const shared = first.open().addRecipient("ops", OPS, "sign", seededRandom("add"));
    first.save(shared.lock, shared);
    const leaver = session(signers, OPS).open();
    const staying = session(signers);
    const removed = staying.open().removeRecipient("ops", seededRandom("remove"));
    staying.save(removed.lock, removed);

    expect(staying.signers).not.toEqual(signers);
    expect(session(staying.signers).open().privateKey("web")).toEqual(leaver.privateKey("web"));
    write(formatLock(leaver.signed(seededRandom("leaver")).lock));
    expect(thrownBy(() => session(staying.signers))).toMatchObject({ code: "other-signer" });
  });

  test("the last one who may sign stays", () => {
    const open = session(signers).open().addRecipient("deploy", OPS, "open", seededRandom("add"));
    expect(thrownBy(() => open.removeRecipient("CDKTF_TRUST_LOCK_KEY", seededRandom("x"))).message).toContain(
      "only recipient who may sign",
    );
  });

  test("a lock of version 1 is refused once a signer is pinned", () => {
    write(v1Text().replace('"environment": "local"', `"environment": "${ENVIRONMENT}"`));
    const error = thrownBy(() => session(signers));
    expect(error).toMatchObject({ code: "unsigned-lock" });
    expect(session().isSigned).toBe(false);
  });

  test.each([
    ["no list", "ed25519:AAAA"],
    ["an empty list", []],
    ["a short key", ["ed25519:AAAA"]],
    ["a number", [1]],
  ])("%s is no pin", (_, value) => {
    expect(thrownBy(() => parseSigners(value))).toMatchObject({ code: "invalid-lock-signer" });
  });
});

interface Leaf {
  readonly path: readonly (string | number)[];
  readonly value: unknown;
}

function leavesOf(value: unknown, path: readonly (string | number)[]): Leaf[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => leavesOf(item, [...path, index]));
  if (typeof value !== "object" || value === null) return [{ path, value }];
  return Object.entries(value).flatMap(([name, item]) => leavesOf(item, [...path, name]));
}

/** The value with a character changed; a number one higher. */
function changesOf(value: unknown): unknown[] {
  if (typeof value !== "string") return [Number(value) + 1];
  const at = (index: number): string => {
    const other = value[index] === "A" ? "B" : "A";
    return value.slice(0, index) + other + value.slice(index + 1);
  };
  const some = [at(value.length >> 1)];
  return process.env["SLOW"] === undefined ? some : [...some, at(value.length - 1), `${value} `, "", null];
}

function parentOf(document: unknown, path: Leaf["path"]): Record<string | number, unknown> {
  return path
    .slice(0, -1)
    .reduce((at, name) => at[name] as typeof at, document as Record<string | number, unknown>);
}

function setAt(document: unknown, path: Leaf["path"], value: unknown): void {
  parentOf(document, path)[path.at(-1) ?? ""] = value;
}

function removeAt(document: unknown, path: Leaf["path"]): void {
  const parent = parentOf(document, path);
  const name = path.at(-1) ?? "";
  if (Array.isArray(parent)) parent.splice(Number(name), 1);
  else delete parent[name];
}

function identityOf(lock: Lock, id: string): LockedIdentity {
  const identity = lock.identities.get(id);
  if (identity === undefined) throw new Error(`${id} was expected`);
  return identity;
}

function withIdentity(
  id: string,
  change: (identity: LockedIdentity, lock: Lock) => LockedIdentity,
): (lock: Lock) => Lock {
  return (lock) => ({
    ...lock,
    identities: new Map([...lock.identities, [id, change(identityOf(lock, id), lock)]]),
  });
}
