import { explainCertificate, explainHop, lookUp } from "../../../lib/check";
import type { CertificateSummary, PinnedIdentity, TrustPlan } from "../../../lib/model";
import { mutualPlan } from "../../verify/live/liveWorld";

const now = new Date("2026-11-30T12:00:00Z");

function certificate(name: string, issuer: string, letter: string): CertificateSummary {
  return {
    subject: `CN=${name}`,
    issuer: `CN=${issuer}`,
    serialNumber: letter,
    notBefore: "2026-01-01T00:00:00Z",
    notAfter: name === "Root" ? "2036-01-01T00:00:00Z" : "2026-12-10T12:00:00Z",
    keyAlgorithm: "EC P-256",
    subjectAltNames: [],
    sha1: Array.from({ length: 20 }, () => `${letter}1`).join(":"),
    sha256: Array.from({ length: 32 }, () => `${letter}${letter}`).join(":"),
  };
}

const root = certificate("Root", "Root", "A");
const server = certificate("server", "Root", "B");
const client = certificate("client", "Root", "C");

function pinned(leaf: CertificateSummary): PinnedIdentity {
  return { generation: 3, chain: [leaf], anchor: root, anchorPem: "" };
}

/** A server and a client of one authority, each trusted through it. */
function plan(): TrustPlan {
  const base = mutualPlan(8443);
  const [identity] = base.identities;
  if (identity === undefined) throw new Error("the plan has an identity");
  const [anchor] = base.entries.filter(({ kind }) => kind === "anchor");
  if (anchor?.kind !== "anchor") throw new Error("the plan has an anchor");
  return {
    ...base,
    identities: [
      { ...identity, pinned: pinned(server) },
      { ...identity, id: "client identity", pinned: pinned(client) },
    ],
    entries: [
      ...base.entries,
      {
        ...anchor,
        id: "client key",
        kind: "key",
        storeId: "client keystore",
        alias: "client",
        identityId: "client identity",
      },
      {
        ...anchor,
        id: "clients",
        storeId: "server truststore",
        alias: "clients",
        identityId: "client identity",
      },
    ],
  };
}

describe("explain", () => {
  const declared = plan();

  test("a leaf: where it stands, who presents it, what breaks, until when", () => {
    expect(explainCertificate(declared, server.sha256, now)).toMatchObject({
      subject: "CN=server",
      daysLeft: 10,
      identityId: "identity",
      generation: 3,
      renewal: "here",
      places: [{ hostId: "server", path: "/opt/server/keystore", alias: "server", use: "presented" }],
      reliedOnBy: [
        {
          hop: "Client → localhost:8443",
          role: "server-presents",
          breaks: true,
          why: "the server has nothing else to present",
        },
      ],
    });
  });

  test("an authority: both sides of the call rely on it", () => {
    const explained = explainCertificate(declared, root.sha256, now);
    expect(explained?.places.map(({ hostId, alias, use }) => `${hostId} ${alias} ${use}`)).toEqual([
      "client server trusted",
      "server clients trusted",
    ]);
    expect(explained?.reliedOnBy.map(({ role, breaks }) => `${role} ${breaks}`)).toEqual([
      "client-trusts true",
      "server-trusts true",
    ]);
  });

  test("an anchor beside another one of the same chain does not break the call", () => {
    const [anchor] = declared.entries.filter(({ id }) => id === "anchor");
    if (anchor?.kind !== "anchor") throw new Error("the plan has an anchor");
    const both = {
      ...declared,
      entries: [...declared.entries, { ...anchor, id: "leaf", alias: "leaf", part: "leaf" as const }],
    };
    const reliance = explainCertificate(both, root.sha256, now)?.reliedOnBy.find(
      ({ role }) => role === "client-trusts",
    );
    expect(reliance).toMatchObject({ breaks: false });
  });

  test("a hop: what it needs, and until when it works", () => {
    const [hop] = declared.hops;
    if (hop === undefined) throw new Error("the plan has a hop");
    const { needs, ...explained } = explainHop(declared, hop, now);
    expect(explained).toEqual({
      hopId: "client -> server",
      hop: "Client → localhost:8443",
      clientHostId: "client",
      serverHostId: "server",
      expires: "2026-12-10T12:00:00Z",
    });
    expect(needs.map(({ subject, role }) => `${subject} ${role}`).sort()).toEqual([
      "CN=Root client-trusts",
      "CN=Root server-trusts",
      "CN=client client-presents",
      "CN=server server-presents",
    ]);
  });
});

describe("what a word means", () => {
  const declared = plan();

  test.each(["client -> server", "Client → localhost:8443", "localhost:8443", "localhost", "Client"])(
    "%s is the hop",
    (word) => expect(lookUp(declared, word)).toMatchObject({ kind: "hop", hop: { id: "client -> server" } }),
  );

  test.each([
    ["clients", root],
    ["identity", server],
    ["BB:BB:BB:BB", server],
    ["cccccccc", client],
    ["A1:A1:A1:A1", root],
    [server.sha256, server],
  ])("%s is one certificate", (word, { sha256 }) =>
    expect(lookUp(declared, word)).toEqual({ kind: "certificate", sha256 }),
  );

  test("an alias of several certificates is told with words that mean one", () => {
    const found = lookUp(declared, "server");
    expect(found).toEqual({
      kind: "several",
      candidates: [
        { word: server.sha256, what: "CN=server" },
        { word: root.sha256, what: "CN=Root" },
      ],
    });
  });

  test("a word that means nothing gets the closest, and what there is", () => {
    expect(lookUp(declared, "cleint")).toMatchObject({
      kind: "unknown",
      closest: "client",
      known: { hops: ["Client → localhost:8443"], aliases: ["server", "client", "clients"] },
    });
    expect(lookUp(declared, "DEADBEEF00")).toMatchObject({ kind: "unknown" });
  });
});
