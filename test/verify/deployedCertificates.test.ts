import type { FoundStore, HopSource } from "../../lib/hop";
import { createStore, setEntry } from "../../lib/keystore";
import type { FilePlan, IdentityPlan, PinnedIdentity } from "../../lib/model";
import { parseCertificate, summarise, toPem } from "../../lib/pki";
import { deployedCertificates } from "../../lib/verify/deployedCertificates";
import { plan } from "../check/plans";
import { makeWorld, now } from "../hop/materials";
import { makeCertificate, type MadeIdentity } from "../support/certificateMaker";

const { root, server } = makeWorld();
const former = makeCertificate({ now, subject: "former" });
const other = makeCertificate({ now, subject: "other" });

function pinned(made: MadeIdentity): PinnedIdentity {
  const summary = (der: Uint8Array) => summarise(parseCertificate(der));
  return { generation: 1, chain: made.chain.map(summary), anchor: summary(root.der), anchorPem: "" };
}

function identity(id: string, made: MadeIdentity): IdentityPlan[] {
  return plan()
    .identities.slice(0, 1)
    .map((first) => ({ ...first, id, pinned: pinned(made) }));
}

function sourceOf(
  stores: Readonly<Record<string, FoundStore>>,
  files: Readonly<Record<string, string>> = {},
): HopSource {
  const found = <Value>(value: Value | undefined) => (value === undefined ? undefined : { value });
  return {
    store: (id) => found(stores[id]),
    file: (id) => found(files[id] === undefined ? undefined : Buffer.from(files[id])),
    secret: () => ({ value: "" }),
  };
}

const pem = (...certificates: readonly MadeIdentity[]): string =>
  certificates.map(({ der }) => toPem(der, "CERTIFICATE")).join("");

/** Common names by place. */
function placedOf(...[declared, source]: Parameters<typeof deployedCertificates>): string[] {
  return deployedCertificates(declared, source).map(
    ({ certificate, place }) =>
      `${certificate.subject} ${place === undefined ? "-" : `${place.use} ${place.path}`}`,
  );
}

describe("the certificates of a plan on its hosts", () => {
  const declared = plan({ identities: identity("identity", server) });
  const keystore = setEntry(createStore("jks"), {
    kind: "identity",
    alias: "server",
    createdMs: 0,
    key: { kind: "clear", pkcs8: former.pkcs8 },
    chain: [former.der],
  });

  test("are those under the declared aliases, whatever the plan pins", () => {
    const truststore = setEntry(createStore("jks"), {
      kind: "anchor",
      alias: "server",
      createdMs: 0,
      certificate: other.der,
    });
    expect(
      placedOf(declared, sourceOf({ keystore: { store: keystore }, truststore: { store: truststore } })),
    ).toEqual(["CN=former presented /opt/server/keystore", "CN=other trusted /opt/client/truststore"]);
  });

  test("are none where the alias is gone, and as pinned where nobody looked", () => {
    expect(placedOf(declared, sourceOf({ keystore: { store: createStore("jks") } }))).toEqual([
      "CN=Example Root trusted /opt/client/truststore",
    ]);
    const unread = placedOf(declared, sourceOf({}));
    expect(unread.slice(0, 2)).toEqual([
      "CN=server.example presented /opt/server/keystore",
      "CN=Example Issuing chain /opt/server/keystore",
    ]);
    expect(unread).toContain("CN=server.example -");
  });

  test("of a file with several anchors are each identity's own, and what nobody declares any more", () => {
    const anchors: FilePlan = {
      id: "anchors",
      hostId: "client",
      path: "/etc/anchors.crt",
      mode: 0o644,
      content: {
        kind: "anchors",
        anchors: [
          { identityId: "identity", part: "leaf" },
          { identityId: "second", part: "leaf" },
        ],
      },
    };
    const identities = [...identity("identity", server), ...identity("second", other)];
    const files = plan({ identities, entries: [], files: [anchors] });
    const byIdentity = deployedCertificates(files, sourceOf({}, { anchors: pem(server, former, other) })).map(
      ({ identityId, certificate }) => `${identityId} ${certificate.subject}`,
    );
    expect(byIdentity).toEqual([
      "identity CN=server.example",
      "identity CN=former",
      "second CN=former",
      "second CN=other",
    ]);
    // Damage is a finding of the hop.
    expect(placedOf(files, sourceOf({}, { anchors: "damaged" }))).toContain(
      "CN=server.example trusted /etc/anchors.crt",
    );
  });
});
