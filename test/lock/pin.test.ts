import { mkdtempSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type OpenLock,
  StaleLockError,
  formatLock,
  pinIdentities,
  pinnedIdentity,
  pruneLock,
  resolveIdentity,
} from "../../lib/lock";
import type { IdentityPlan } from "../../lib/model";
import { generateKey, parseCertificate, publicKeyMatches, toPem } from "../../lib/pki";
import { describeWith, tool } from "../support/tools";
import {
  ENVIRONMENT,
  NOW,
  authority,
  daysLater,
  identity,
  issued,
  newLock,
  pin,
  pinOptions,
  seededRandom,
  selfSigned,
  thrownBy,
} from "./support";

const FLEET = [
  issued("web", "intermediate"),
  authority("intermediate", "root"),
  authority("root"),
  selfSigned("jetty"),
];

describe("pinning identities", () => {
  let empty: OpenLock;

  beforeAll(() => {
    empty = newLock();
  });

  test("makes what is missing, authorities first", () => {
    const { open, changes } = pin(FLEET, empty);
    expect(changes.map(({ id, action, generation }) => [id, action, generation])).toEqual([
      ["root", "added", 1],
      ["intermediate", "added", 1],
      ["web", "added", 1],
      ["jetty", "added", 1],
    ]);
    const web = resolveIdentity(open.lock, "web", open);
    const [leaf, issuer, root] = web.chain.map(parseCertificate);
    if (leaf === undefined || issuer === undefined || root === undefined)
      throw new Error("three were expected");
    expect(leaf.isSignedBy(issuer) && issuer.isSignedBy(root) && root.isSelfSigned).toBe(true);
    expect(web.anchor.equals(root.der)).toBe(true);
    expect(publicKeyMatches(leaf, web.privateKey ?? Buffer.alloc(0))).toBe(true);
    expect(leaf.notBefore.toISOString()).toBe("2026-03-01T11:00:00.000Z");
  });

  test("changes nothing that is pinned as declared, and does not open the lock for it", () => {
    const { open, lock } = pin(FLEET, empty);
    const again = pinIdentities(pinOptions(FLEET, open, { open: neverOpened, frozen: true }));
    expect(again.lock).toBe(lock);
    expect(again.changes).toEqual([]);
  });

  test("is the same for the same randomness, clock and keys", () => {
    // Ed25519 signatures are deterministic (RFC 8032); the key comes from outside.
    const key = generateKey("ed25519");
    const texts = [1, 2].map(() => {
      const { lock } = pin([selfSigned("a", { keyAlgorithm: "ed25519" })], newLock(), {
        makerOf: (id) => ({ makeKey: () => key, randomBytes: seededRandom(id) }),
      });
      return formatLock(lock);
    });
    expect(texts[0]).toBe(texts[1]);
  });

  test("a changed declaration gets a new generation with a new key, and keeps the old certificate", () => {
    const before = pin(FLEET, empty);
    const { open, changes } = pin(
      [...FLEET.slice(0, 3), selfSigned("jetty", { validityDays: 30 })],
      before.open,
    );
    expect(changes).toMatchObject([{ id: "jetty", action: "renewed", generation: 2 }]);
    expect(open.privateKey("jetty")).not.toEqual(before.open.privateKey("jetty"));
    const jetty = open.lock.identities.get("jetty");
    expect(jetty?.previous?.generation).toBe(1);
    expect(jetty?.previous?.chain).toEqual(before.lock.identities.get("jetty")?.chain);
    expect(open.privateKey("web")).toEqual(before.open.privateKey("web"));
  });

  test("a new authority reissues what it issued, down to the leaves", () => {
    const before = pin(FLEET, empty);
    const { changes, lock } = pin(FLEET, before.open, { renew: new Set(["root"]) });
    expect(changes.map(({ id, generation }) => [id, generation])).toEqual([
      ["root", 2],
      ["intermediate", 2],
      ["web", 2],
    ]);
    expect(lock.identities.get("web")?.chain[2]).toEqual(lock.identities.get("root")?.chain[0]);
  });

  test("an authority that was removed and declared again is another one", () => {
    const before = pin(FLEET, empty);
    const pruned = pruneLock(before.lock, [
      { identities: FLEET.filter(({ id }) => id !== "root"), stores: [] },
    ]);
    const { changes } = pin(FLEET, before.open.withLock(pruned.lock));
    expect(changes.map(({ id }) => id)).toEqual(["root", "intermediate", "web"]);
  });

  test("what expired is made anew", () => {
    const before = pin(FLEET, empty);
    expect(pin(FLEET, before.open, { now: daysLater(89) }).changes).toEqual([]);
    const { changes } = pin(FLEET, before.open, { now: daysLater(90) });
    expect(changes).toMatchObject([
      { id: "web", reason: expect.stringContaining("expired on 2026-05-30") },
      { id: "jetty", reason: expect.stringContaining("expired on 2026-05-30") },
    ]);
  });

  test("what expires soon is made anew where that is asked for", () => {
    const before = pin(FLEET, empty);
    expect(pin(FLEET, before.open, { now: daysLater(60), renewWithinDays: 29 }).changes).toEqual([]);
    const { changes } = pin(FLEET, before.open, { now: daysLater(60), renewWithinDays: 30 });
    expect(changes).toMatchObject([
      { id: "web", reason: "generation 1 expires on 2026-05-30" },
      { id: "jetty", reason: "generation 1 expires on 2026-05-30" },
    ]);
  });

  test("a certificate does not outlive its issuer", () => {
    const { lock } = pin([authority("ca", undefined, 10), issued("web", "ca", 90)], empty);
    const [leaf, issuer] = lock.identities.get("web")?.chain.map(parseCertificate) ?? [];
    expect(leaf?.notAfter).toEqual(issuer?.notAfter);
  });

  test.each<[string, IdentityPlan[], RegExp]>([
    [
      "an issuer that is not declared",
      [issued("web", "nobody")],
      /"web": its issuer "nobody" is not declared/,
    ],
    ["authorities that issue each other", [authority("a", "b"), authority("b", "a")], /issue itself/],
    [
      "an issuer that is no authority",
      [selfSigned("ca"), issued("web", "ca")],
      /"web".*not a certificate authority/,
    ],
    [
      "a path length that is used up",
      [identity("root", { ...authorityRequest(), pathLength: 0 }), authority("intermediate", "root")],
      /"intermediate".*path length/,
    ],
  ])("refuses %s", (_, identities, message) => {
    const error = thrownBy(() => pin(identities, empty));
    expect(error).toMatchObject({ code: "cannot-pin" });
    expect(error.message).toMatch(message);
  });

  test("names the command for an existing identity that was never observed", () => {
    const existing = identity("jetty", { kind: "existing", storeId: "keystore", alias: "jetty" });
    const error = thrownBy(() => pin([existing, selfSigned("a")], empty));
    expect(error).toMatchObject({ code: "not-observed" });
    expect(error.message).toMatch(/"jetty".*cdktf-trust lock --observe --environment staging/);
  });

  test("pinned identities are summarised for the plan, without the key", () => {
    const { lock } = pin(FLEET, empty);
    const web = pinnedIdentity(lock, "web");
    expect(web?.generation).toBe(1);
    expect(web?.chain.map(({ subject }) => subject)).toEqual([
      "CN=web.example.com, O=Example",
      "CN=intermediate CA",
      "CN=root CA",
    ]);
    expect(web?.anchor.subject).toBe("CN=root CA");
    expect(pinnedIdentity(lock, "nobody")).toBeUndefined();
    expect(resolveIdentity(lock, "web").privateKey).toBeUndefined();
  });

  test("prune removes what no stack declares, and only that", () => {
    const { lock } = pin(FLEET, empty);
    const stores = [
      {
        id: "s",
        hostId: "h",
        path: "/kept",
        profile: "jks",
        password: "env:X",
        ifMissing: "fail",
      },
    ] as const;
    const observed = {
      ...lock,
      observations: new Map([
        ["h:/kept", { anchors: new Map() }],
        ["h:/gone", { anchors: new Map() }],
      ]),
    };
    const pruned = pruneLock(observed, [
      { identities: FLEET.slice(0, 2), stores },
      { identities: FLEET.slice(2, 3), stores: [] },
    ]);
    expect(pruned.changes).toMatchObject([{ id: "jetty", action: "removed", generation: 1 }]);
    expect([...pruned.lock.identities.keys()].sort()).toEqual(["intermediate", "root", "web"]);
    expect([...pruned.lock.observations.keys()]).toEqual(["h:/kept"]);
    expect(pruneLock(pruned.lock, [{ identities: FLEET, stores }]).lock).toBe(pruned.lock);
  });
});

describe("a frozen lock", () => {
  let before: { open: OpenLock };

  beforeAll(() => {
    before = pin([authority("ca"), issued("web", "ca"), selfSigned("jetty")], newLock());
  });

  test.each<[string, IdentityPlan[], Date, Record<string, RegExp>]>([
    ["declared, not in it", [selfSigned("new")], NOW, { new: /not in the lock/ }],
    [
      "declared differently",
      [selfSigned("jetty", { validityDays: 1 })],
      NOW,
      { jetty: /differently since generation 1/ },
    ],
    ["expired", [selfSigned("jetty")], daysLater(400), { jetty: /generation 1 expired on 2026-05-30/ }],
    [
      "issued by a changed authority",
      [authority("ca", undefined, 1000), issued("web", "ca")],
      NOW,
      { ca: /differently/, web: /its issuer "ca"/ },
    ],
    [
      "existing, never observed",
      [identity("adopted", { kind: "existing", storeId: "s", alias: "a" })],
      NOW,
      { adopted: /not in the lock .*lock --observe/ },
    ],
  ])("is stale where an identity is %s", (_, identities, now, reasons) => {
    const error = thrownBy(() =>
      pinIdentities(pinOptions(identities, before.open, { frozen: true, now, open: neverOpened })),
    );
    expect(error).toBeInstanceOf(StaleLockError);
    if (!(error instanceof StaleLockError)) throw error;
    expect(error.code).toBe("stale-lock");
    expect(error.stale.map(({ id }) => id)).toEqual(Object.keys(reasons));
    for (const { id, reason } of error.stale) expect(reason).toMatch(reasons[id] ?? /^$/);
    const onHosts = identities.some(({ request }) => request.kind === "existing") ? "--observe " : "";
    expect(error.message).toContain(`cdktf-trust lock ${onHosts}--environment ${ENVIRONMENT}`);
  });

  test("that does not exist is stale for everything", () => {
    const error = thrownBy(() =>
      pinIdentities({ ...pinOptions([selfSigned("a")], before.open, { frozen: true }), lock: undefined }),
    );
    expect(error).toBeInstanceOf(StaleLockError);
  });
});

describeWith("openssl", "issued certificates, judged by OpenSSL", () => {
  test.each(["ec-p256", "rsa-2048", "ed25519"] as const)(
    "verify up to their root with %s keys",
    (keyAlgorithm) => {
      const request = { ...authorityRequest(), keyAlgorithm };
      const web = issued("web", "intermediate");
      const { open } = pin(
        [
          identity("root", request),
          identity("intermediate", {
            ...request,
            subject: { commonName: "Between" },
            issuerId: "root",
            pathLength: 0,
          }),
          { ...web, request: { ...web.request, keyAlgorithm } } as IdentityPlan,
        ],
        newLock(),
        { now: new Date(), randomBytes: seededRandom("openssl") },
      );
      const { chain, anchor, privateKey } = resolveIdentity(open.lock, "web", open);
      const directory = mkdtempSync(join(tmpdir(), "lock-"));
      const file = (name: string, text: string): string => {
        const path = join(directory, name);
        writeFileSync(path, text);
        return path;
      };
      const [leaf = Buffer.alloc(0), ...issuers] = chain;
      const leafFile = file("leaf.pem", toPem(leaf, "CERTIFICATE"));
      const rootFile = file("root.pem", toPem(anchor, "CERTIFICATE"));
      const chainFile = file("chain.pem", issuers.map((der) => toPem(der, "CERTIFICATE")).join(""));
      const expected = "-x509_strict -purpose sslserver -verify_hostname web.example.com".split(" ");
      const verdict = openssl("verify", ...expected, "-CAfile", rootFile, "-untrusted", chainFile, leafFile);
      expect(verdict).toContain(": OK");
      const keyFile = file("key.pem", toPem(privateKey ?? Buffer.alloc(0), "PRIVATE KEY"));
      expect(openssl("pkey", "-in", keyFile, "-pubout")).toBe(
        openssl("x509", "-in", leafFile, "-noout", "-pubkey"),
      );
    },
  );
});

function openssl(...args: string[]): string {
  const run = spawnSync(tool("openssl"), args, { encoding: "utf8" });
  return run.stdout + run.stderr;
}

function authorityRequest() {
  return {
    kind: "authority",
    subject: { commonName: "Root" },
    keyAlgorithm: "ec-p256",
    validityDays: 3650,
  } as const;
}

function neverOpened(): OpenLock {
  throw new Error("the lock was not expected to be opened");
}
