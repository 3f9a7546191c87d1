import { checkPlan, expiriesOf } from "../../lib/check";
import type { IdentityPlan, IdentityRequest, PinnedIdentity, TrustPlan } from "../../lib/model";
import { parseCertificate, summarise, toPem } from "../../lib/pki";
import { makeAuthority, makeCertificate, type MadeIdentity } from "../support/certificateMaker";
import { now } from "../hop/materials";
import { call, endpoint, plan, planFacts } from "./plans";

const DAY_MS = 86_400_000;
const root = makeAuthority(now, "Root", { toDays: 25 });
const leaf = makeCertificate({ now, subject: "server.example", issuer: root, toDays: 20 });

function pinned({ chain }: MadeIdentity): PinnedIdentity {
  const [anchor] = chain.slice(-1);
  if (anchor === undefined) throw new Error("an identity has a certificate");
  return {
    generation: 1,
    chain: chain.map((der) => summarise(parseCertificate(der))),
    anchor: summarise(parseCertificate(anchor)),
    anchorPem: toPem(anchor, "CERTIFICATE"),
  };
}

function identity(id: string, made: MadeIdentity, request?: IdentityRequest): IdentityPlan {
  const [first] = plan().identities;
  if (first === undefined) throw new Error("a pair has an identity");
  return { id, request: request ?? first.request, pinned: pinned(made) };
}

function issued(changes: Partial<TrustPlan> = {}): TrustPlan {
  const authority: IdentityRequest = {
    kind: "authority",
    subject: { commonName: "Root" },
    keyAlgorithm: "ec-p256",
    validityDays: 365,
  };
  return plan({
    identities: [identity("identity", leaf), identity("authority", root, authority)],
    ...changes,
  });
}

/** What is said of a certificate that the identity of a request has. */
function saidOf(
  request: IdentityRequest,
  made: MadeIdentity = leaf,
  changes: Partial<TrustPlan> = {},
): string {
  const declared = plan({ identities: [identity("identity", made, request)], ...changes });
  return expiriesOf(declared, { now })[0]?.remedy ?? "nothing";
}

describe("certificates that end soon", () => {
  test("are there once each, with all their places and hops, the first to end first", () => {
    const expiries = expiriesOf(issued(), { now });

    expect(expiries.map(({ identityId, daysLeft }) => [identityId, daysLeft])).toEqual([
      ["identity", 20],
      ["authority", 25],
    ]);
    expect(expiries[0]).toMatchObject({
      places: [{ hostId: "server", path: "/opt/server/keystore", alias: "server", use: "presented" }],
      hopIds: [call.id],
      renewal: "here",
    });
    expect(expiries[1]?.message).toMatch(
      /in 25 days: sent along from server:\/opt\/server\/keystore "server"; trusted in client:\/opt\/client\/truststore "server"; needed by Client → server\.example:8443$/,
    );
    expect(expiries[1]?.remedy).toBe(
      "renewed here: run `cdktf-trust lock --renew authority --environment test`, commit the lock and deploy",
    );
  });

  test("are those that end within the days asked for, to the moment", () => {
    const days = (withinDays: number, at = now) => expiriesOf(issued(), { now: at, withinDays }).length;
    expect([19, 20, 24, 25].map((withinDays) => days(withinDays))).toEqual([0, 1, 1, 2]);
    expect(days(0, new Date(now.getTime() + 20 * DAY_MS - 1))).toBe(0);
    expect(days(0, new Date(now.getTime() + 20 * DAY_MS))).toBe(1);
    expect(expiriesOf(issued(), { now: new Date(now.getTime() + 22 * DAY_MS) })[0]).toMatchObject({
      rule: "expired",
      daysLeft: -2,
      message: expect.stringMatching(/^the certificate of CN=server\.example expired on .*: presented from/),
    });
  });

  test("are told in the words of the checks at synth", () => {
    const declared = issued();
    const chains = { identity: leaf.chain, authority: root.chain };
    const warned = checkPlan(declared, planFacts(chains), now).filter(({ rule }) => rule === "expiring");

    expect(warned).toEqual(
      expiriesOf(declared, { now }).map(({ identityId: subject, rule, message, remedy }) => ({
        level: "warning",
        subject,
        rule,
        message,
        remedy,
      })),
    );
  });

  test("one that has ended is an error at synth that says what makes the next one", () => {
    const later = new Date(now.getTime() + 21 * DAY_MS);
    const [found] = checkPlan(issued(), planFacts({ identity: leaf.chain }), later);
    expect(found).toMatchObject({ level: "error", rule: "expired" });
    expect(found?.remedy).toContain("; renewed here: run `cdktf-trust lock --renew identity");
  });

  test("say what makes the next one, by where they came from", () => {
    const imported = { kind: "imported", file: "given/server.p12" } as const;
    const existing = { kind: "existing", storeId: "keystore", alias: "server" } as const;
    const own = makeCertificate({ now, subject: "own", toDays: 3 });

    expect(saidOf(imported)).toBe(
      "not renewed here, because it is imported from given/server.p12: get the next one from CN=Root, put it into that " +
        "file, run `cdktf-trust lock --environment test`, commit the lock and deploy",
    );
    expect(saidOf(existing)).toContain(
      '(server:/opt/server/keystore "server"): get the next one from CN=Root, put it there, run `cdktf-trust lock --observe',
    );
    expect(saidOf(existing, own)).toContain("make the next one there, run");
    expect(saidOf({ kind: "certificate", file: "given/bank.pem" })).toMatch(
      /^not renewed here, because it is a partner's, from given\/bank\.pem: ask the partner .* deploy, before the partner changes over$/,
    );
    // The lock of the environment local is not committed.
    expect(saidOf(imported, leaf, { environment: "local" })).toMatch(/--environment local` and deploy$/);
  });

  test("an adopted certificate stands where its key stays, whether or not anything is put there", () => {
    const request = { kind: "existing", storeId: "keystore", alias: "jetty" } as const;
    const identities = [identity("identity", leaf, request)];
    const [first] = expiriesOf(plan({ identities, entries: [] }), { now });
    expect(first?.places).toEqual([
      { hostId: "server", path: "/opt/server/keystore", alias: "jetty", use: "presented" },
    ]);
  });

  test("a partner's anchor is needed by the calls to the partner", () => {
    const bank = { kind: "certificate", file: "bank.pem" } as const;
    const { identityId: _own, ...others } = endpoint;
    const partner = {
      ...others,
      identity: { kind: "outside", leadsTo: { identityId: "bank", part: "anchor" } },
    } as const;
    const [first] = expiriesOf(
      plan({ identities: [identity("bank", root, bank)], entries: [], endpoints: [partner] }),
      { now },
    );
    expect(first).toMatchObject({ identityId: "bank", renewal: "partner", hopIds: [call.id] });
  });

  test("files count as places, and one line names three of many", () => {
    const files = ["a", "b", "c", "d", "e"].map((name) => ({
      id: name,
      hostId: "client",
      path: `/etc/${name}.crt`,
      mode: 0o644,
      content: { kind: "anchors", anchors: [{ identityId: "identity", part: "anchor" }] } as const,
    }));
    const authority = expiriesOf(issued({ files }), { now })[1];
    expect(authority?.places).toHaveLength(7);
    expect(authority?.message).toContain(
      'trusted in client:/opt/client/truststore "server", client:/etc/a.crt, client:/etc/b.crt and 3 more; needed',
    );
  });
});
