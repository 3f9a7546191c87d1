import { type Lock, type LockedIdentity, type OpenLock, resolveIdentity } from "../../lib/lock";
import { issueIdentity } from "../../lib/lock/issue";
import { requirePolicy } from "../../lib/lock/lockPolicy";
import type { Policy } from "../../lib/model";
import { type GeneratedKey, generateKey, parseCertificate, toPem } from "../../lib/pki";
import {
  NOW,
  authority,
  daysLater,
  filesOf,
  identity,
  issued,
  newLock,
  pin,
  seededRandom,
  selfSigned,
  thrownBy,
} from "./support";

/** A lock that took an identity of another authority from a file, and who that authority's root is. */
function imported(validityDays: number, now = new Date("2026-04-01T00:00:00Z")) {
  const theirs = pin([authority("root"), issued("web", "root", validityDays)], newLock(), { now });
  const { chain, privateKey, anchor } = resolveIdentity(theirs.lock, "web", theirs.open);
  const pem = [
    ...chain.map((der) => toPem(der, "CERTIFICATE")),
    toPem(privateKey ?? Buffer.alloc(0), "PRIVATE KEY"),
  ];
  const readFile = filesOf({ "web.pem": Buffer.from(pem.join("")) });
  const declared = [identity("web", { kind: "imported", file: "web.pem" })];
  const { lock } = pin(declared, newLock(), { readFile, now });
  return { lock, root: parseCertificate(anchor).sha256 };
}

describe("what is taken in under a policy", () => {
  function problem(after: Lock, policy: Policy, isPublic: (sha256: string) => boolean, before?: Lock) {
    const check = { before, after, policy, environment: "prod", isPublic };
    return thrownBy(() => {
      requirePolicy(check);
      throw new Error("allowed");
    }).message;
  }

  test.each([
    ["by-date", 200, "2026-04-01", "allowed"],
    ["by-date", 201, "2026-04-01", 'publicLifetime "by-date" allows 200'],
    ["by-date", 101, "2027-03-16", 'publicLifetime "by-date" allows 100'],
    ["by-date", 48, "2029-03-16", 'publicLifetime "by-date" allows 47'],
    ["by-date", 398, "2026-03-14", "allowed"],
    ["47-days", 90, "2026-04-01", 'publicLifetime "47-days" allows 47'],
    ["100-days", 100, "2026-04-01", "allowed"],
  ] as const)("%s, %i days from %s: %s", (publicLifetime, days, from, expected) => {
    const { lock, root } = imported(days, new Date(`${from}T12:00:00Z`));
    expect(problem(lock, { publicLifetime }, (sha256) => sha256 === root)).toContain(expected);
  });

  test("what came back for a request is judged as what came in a file is", () => {
    const { lock, root } = imported(900);
    const { file: _, ...web } = lock.identities.get("web") ?? {};
    const requested = { ...web, kind: "requested" } as LockedIdentity;
    const after = { ...lock, identities: new Map([["web", requested]]) };
    const policy = { publicLifetime: "47-days" } as const;
    expect(problem(after, policy, (sha256) => sha256 === root)).toContain("allows 47");
    expect(problem(after, { keyReuse: false }, () => false, { ...lock, identities: new Map() })).toBe(
      "allowed",
    );
  });

  test("a private authority's is left alone, and so is what was there before", () => {
    const { lock, root } = imported(900);
    expect(problem(lock, { publicLifetime: "47-days" }, () => false)).toBe("allowed");
    expect(problem(lock, { publicLifetime: "47-days" }, (sha256) => sha256 === root, lock)).toBe("allowed");
  });

  test("a next certificate for the key of the one before is refused where the policy says so", () => {
    const key = generateKey("ec-p256");
    const first = fromFile(selfIssued(key, NOW), newLock());
    const again = fromFile(selfIssued(key, daysLater(20)), first.open);
    const anew = fromFile(selfIssued(generateKey("ec-p256"), daysLater(20)), first.open);
    expect(again.lock.identities.get("web")?.rotation?.other.generation).toBe(2);
    expect(problem(again.lock, { keyReuse: false }, () => false, first.lock)).toContain(
      "web: generation 2 has the key of",
    );
    expect(problem(again.lock, { keyReuse: true }, () => false, first.lock)).toBe("allowed");
    expect(problem(anew.lock, { keyReuse: false }, () => false, first.lock)).toBe("allowed");
  });

  function selfIssued(key: GeneratedKey, now: Date): string {
    const { request } = selfSigned("web");
    if (request.kind !== "self-signed") throw new Error("a self-signed request was expected");
    const maker = { makeKey: () => key, randomBytes: seededRandom(now.toISOString()) };
    const { certificates } = issueIdentity({ id: "web", request, now, maker });
    const [leaf = new Uint8Array()] = certificates.chain;
    return toPem(leaf, "CERTIFICATE") + toPem(key.pkcs8, "PRIVATE KEY");
  }

  function fromFile(pem: string, open: OpenLock) {
    const readFile = filesOf({ "web.pem": Buffer.from(pem) });
    return pin([identity("web", { kind: "imported", file: "web.pem" })], open, { readFile });
  }
});
