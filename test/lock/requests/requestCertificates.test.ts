import {
  type Lock,
  type OpenLock,
  formatLock,
  mergeLocks,
  openLock,
  pinIdentities,
  pruneLock,
  readLock,
  renameIdentities,
  requestAnew,
  requestOf,
  rolledBack,
} from "../../../lib/lock";
import { parseCertificateRequest } from "../../../lib/pki";
import {
  ENVIRONMENT,
  NOW,
  PASSPHRASE,
  newLock,
  pin,
  pinOptions,
  planWith,
  seededRandom,
  selfSigned,
  thrownBy,
} from "../support";
import { requested } from "./requested";

function waiting(lock: Lock, id: string) {
  const request = requestOf(lock, id);
  if (request === undefined) throw new Error(`${id} was expected to wait`);
  return request;
}

describe("a certificate that is requested", () => {
  let first: OpenLock;

  beforeAll(() => {
    first = pin([requested("web")], newLock()).open;
  });

  test("is asked for once, with what is declared, and is in no lock yet", () => {
    const { changes } = pin([requested("web")], newLock());
    expect(changes).toEqual([
      { id: "web", action: "requested", generation: 1, reason: "it is declared and not in the lock" },
    ]);
    const { csr, at, generation } = waiting(first.lock, "web");
    expect({ at, generation }).toEqual({ at: NOW.toISOString(), generation: 1 });
    const asked = parseCertificateRequest(csr);
    expect(asked).toMatchObject({
      isSignatureValid: true,
      extendedKeyUsages: ["serverAuth"],
      subjectAltNames: [
        { kind: "dns", value: "web.example.com" },
        { kind: "ip", value: "10.0.0.7" },
      ],
    });
    expect(asked.subject.toString()).toBe("CN=web.example.com, O=Example");
    expect(first.lock.identities.has("web")).toBe(false);
    expect(pinIdentities(pinOptions([requested("web")], first, { frozen: true })).changes).toEqual([]);
  });

  test("reads back as it was written, and its key opens", () => {
    const text = formatLock(first.lock);
    expect(formatLock(readLock(text, ENVIRONMENT))).toBe(text);
    expect(readLock(text, ENVIRONMENT)).toEqual(first.lock);
    const opened = openLock(readLock(text, ENVIRONMENT), PASSPHRASE);
    const request = waiting(opened.lock, "web");
    if (request.privateKey === undefined) throw new Error("a key was expected");
    expect(opened.openKey("web", request, request.privateKey).length).toBeGreaterThan(0);
    expect(() => opened.openKey("other", request, request.privateKey as never)).toThrow(
      /private key of "other"/,
    );
  });

  test.each<[string, (text: string) => string, string]>([
    ["another time", (text) => text.replace(NOW.toISOString(), "2026-03-02T12:00:00.000Z"), "altered-lock"],
    ["another subject", (text) => text.replace("CN=web.example.com, O=Example", "CN=other"), "damaged-lock"],
    [
      "text in the place of the request",
      (text) => text.replace("BEGIN CERTIFICATE REQUEST", "BEGIN X"),
      "damaged-lock",
    ],
    [
      "a name of what is declared",
      (text) => text.replace('"value": "10.0.0.7"', '"value": "10.0.0.8"'),
      "altered-lock",
    ],
    ["two that are requested", twice, "damaged-lock"],
  ])("with %s is refused", (_, change, code) => {
    expect(thrownBy(() => readLock(change(formatLock(first.lock))))).toMatchObject({ code });
  });

  test("is asked for anew where the declaration changed, and not where a default did", () => {
    const defaulted = requested("web", { defaulted: ["commonName", "keyAlgorithm"] });
    const { open } = pin([defaulted], newLock());
    const called = requested("web", {
      defaulted: ["commonName", "keyAlgorithm"],
      subject: { commonName: "elsewhere", organization: "Example" },
      keyAlgorithm: "rsa-2048",
    });
    expect(pin([called], open).changes).toEqual([]);
    const named = requested("web", { names: [{ kind: "dns", value: "new.example.com" }] });
    expect(pin([named], first).changes).toMatchObject([
      {
        action: "requested",
        reason: expect.stringMatching(/declared differently since .* requested: its names/),
      },
    ]);
  });

  test("waits beside what is served, and goes where it is declared otherwise", () => {
    const { open } = pin([selfSigned("web")], newLock());
    const { open: asked, changes } = pin([requested("web")], open);
    expect(changes).toMatchObject([
      { action: "requested", generation: 2, reason: "it is requested, and was self-signed" },
    ]);
    expect(asked.lock.identities.get("web")).toMatchObject({ kind: "self-signed", generation: 1 });
    expect(asked.privateKey("web")).toEqual(open.privateKey("web"));
    const text = formatLock(asked.lock);
    expect(readLock(text, ENVIRONMENT)).toEqual(asked.lock);
    const pruned = pruneLock(asked.lock, [planWith([selfSigned("web")])]);
    expect(pruned.changes).toMatchObject([
      { action: "removed", reason: "its certificate is requested no more" },
    ]);
    expect(requestOf(pruned.lock, "web")).toBeUndefined();
    expect(pruned.lock.identities.has("web")).toBe(true);
  });

  test("goes with its identity", () => {
    const { lock, changes } = pruneLock(first.lock, [planWith([])]);
    expect(changes).toMatchObject([{ id: "web", action: "removed", generation: 1 }]);
    expect(lock.waiting).toBeUndefined();
  });

  test("opens for those who stay when a recipient goes, and under its new name", () => {
    const two = first.addRecipient("ops", "the passphrase of operations", "open", seededRandom("ops"));
    const left = two.removeRecipient("ops", seededRandom("leaves"));
    const moved = renameIdentities(left, (id) => `shop/${id}`, seededRandom("moves"));
    expect(moved.renamed).toEqual([{ from: "web", to: "shop/web" }]);
    const signed = left.withLock(moved.lock).signed(seededRandom("sign"));
    const opened = openLock(readLock(formatLock(signed.lock), ENVIRONMENT), PASSPHRASE);
    const request = waiting(opened.lock, "shop/web");
    if (request.privateKey === undefined) throw new Error("a key was expected");
    expect(opened.openKey("shop/web", request, request.privateKey).length).toBeGreaterThan(0);
    expect(opened.lock.waiting?.get("shop/web")?.formerIds).toEqual(["web"]);
  });

  test("in the place of what was pinned is a lock that was rolled back", () => {
    const { lock } = pin([selfSigned("web")], newLock());
    expect(rolledBack(lock, first.lock)).toEqual([
      { id: "web", reason: "a request takes the place of generation 1: the lock was rolled back" },
    ]);
    expect(rolledBack(first.lock, lock)).toEqual([]);
  });

  test("of two branches is decided by people", () => {
    const branch = (seed: string): Lock => {
      const { request } = requested("web");
      if (request.kind !== "requested") throw new Error("a request was expected");
      const { lock } = requestAnew(first, "web", request, { now: NOW, randomBytes: seededRandom(seed) });
      return first.withLock(lock).signed(seededRandom("sign")).lock;
    };
    const ours = branch("ours");
    const merged = mergeLocks(first.lock, ours, branch("theirs"));
    expect(merged.conflicts).toMatchObject([
      { part: "identity", key: "web", reason: expect.stringContaining("`cdktf-trust lock request new web`") },
    ]);
    expect(readLock(formatLock(merged.lock), ENVIRONMENT)).toEqual(ours);
    const other = pin([selfSigned("jetty")], first).lock;
    expect(mergeLocks(first.lock, ours, other)).toMatchObject({ conflicts: [] });
  });
});

function twice(text: string): string {
  const document = JSON.parse(text) as { identities: { web: { generations: object[] } } };
  document.identities.web.generations.push(...document.identities.web.generations);
  return JSON.stringify(document);
}
