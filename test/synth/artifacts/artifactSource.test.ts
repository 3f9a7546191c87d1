import type { FoundStore } from "../../../lib/hop";
import { findEntry } from "../../../lib/keystore";
import type { ResolvedIdentity } from "../../../lib/lock";
import type { SecretReference, TrustPlan } from "../../../lib/model";
import { ArtifactSource } from "../../../lib/synth/artifacts/artifactSource";
import { materialise } from "../../../lib/synth/artifacts/materialise";
import { plan } from "../../check/plans";
import { makeCertificate } from "../../support/certificateMaker";

const now = new Date("2026-06-01T00:00:00Z");
const server = makeCertificate({ now, subject: "server.example" });
const whole: ResolvedIdentity = { chain: server.chain, anchor: server.der, privateKey: server.pkcs8 };
const identity = (id: string) => (id === "identity" ? whole : undefined);
const secret = (reference: SecretReference) => `value of ${reference}`;

/** Ids as synth gives them: a stack's name before the rest. */
function inStack(declared: TrustPlan): TrustPlan {
  const named = (id: string) => `${declared.stack}/${id}`;
  return {
    ...declared,
    stores: declared.stores.map((store) => ({ ...store, id: named(store.id) })),
    entries: declared.entries.map((entry) => ({ ...entry, storeId: named(entry.storeId) })),
    endpoints: [],
    hops: [],
  };
}

function sourceOf(declared: TrustPlan, { withArtifacts = true } = {}): ArtifactSource {
  const made = withArtifacts
    ? materialise({ plan: declared, identity, secret, readFile: () => undefined })
    : [];
  const artifacts = made.map(({ path, bytes }) => ({ path: `${declared.stack}/${path}`, bytes }));
  return new ArtifactSource({ plan: declared, identity, artifacts, secret });
}

function foundIn(source: ArtifactSource, storeId: string): FoundStore {
  const found = source.store(storeId);
  if (found === undefined || !("value" in found)) throw new Error(`${storeId} is expected`);
  return found.value;
}

describe("what hops are made of before a deploy", () => {
  test("is read back from the bytes that are delivered, keys included", () => {
    const { store, keyless } = foundIn(sourceOf(inStack(plan())), "pair/keystore");
    expect(findEntry(store, "server")).toMatchObject({ kind: "identity", chain: [server.der] });
    expect(keyless?.size).toBe(0);
  });

  test("is what the lock knows where no secret is at hand: the key is not there, and said so", () => {
    const source = sourceOf(inStack(plan()), { withArtifacts: false });
    const { store, keyless } = foundIn(source, "pair/keystore");
    expect(findEntry(store, "server")).toMatchObject({ kind: "identity", chain: [server.der] });
    expect([...(keyless ?? [])]).toEqual(["server"]);
    expect(findEntry(foundIn(source, "pair/truststore").store, "server")).toMatchObject({ kind: "anchor" });
  });

  test("holds an adopted identity, whose key stays on its host", () => {
    const declared = inStack(
      plan({
        entries: [],
        identities: [
          { id: "identity", request: { kind: "existing", storeId: "pair/keystore", alias: "jetty" } },
        ],
      }),
    );
    const { store, keyless } = foundIn(sourceOf(declared), "pair/keystore");
    expect(findEntry(store, "jetty")).toMatchObject({ kind: "identity", chain: [server.der] });
    expect([...(keyless ?? [])]).toEqual(["jetty"]);
  });

  test("lacks what is declared nowhere, and identities that the lock lacks", () => {
    const declared = inStack(plan());
    const source = new ArtifactSource({ plan: declared, identity: () => undefined, artifacts: [], secret });
    expect(source.store("pair/unknown")).toBeUndefined();
    expect(source.file("unknown")).toBeUndefined();
    expect(foundIn(source, "pair/keystore").store.entries).toEqual([]);
  });

  test("gives a certificate's file without any secret", () => {
    const declared = inStack(
      plan({
        files: [
          {
            id: "pair/file",
            hostId: "client",
            path: "/opt/client/server.crt",
            mode: 0o644,
            content: { kind: "certificate", identityId: "identity", part: "leaf", encoding: "der" },
          },
        ],
      }),
    );
    expect(sourceOf(declared, { withArtifacts: false }).file("pair/file")).toEqual({
      value: Buffer.from(server.der),
    });
  });
});
