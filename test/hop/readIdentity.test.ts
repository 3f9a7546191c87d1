import { HopReader, type HopSource, type ReadHop } from "../../lib/hop";
import { createStore, readStore, setEntry, writeStore } from "../../lib/keystore";
import type { RuntimePlan, StoreProfile } from "../../lib/model";
import { call, endpoint, plan } from "../check/plans";
import { makeCertificate, type MadeIdentity } from "../support/certificateMaker";
import { now } from "./materials";

/** An authority that was made anew under its old name, and what each of the two has issued. */
const before = issuedBy(makeCertificate({ now, subject: "Authority", authority: true }));
const after = issuedBy(makeCertificate({ now, subject: "Authority", authority: true }));

function issuedBy(issuer: MadeIdentity): MadeIdentity {
  return makeCertificate({ now, subject: "server", names: ["DNS:server.example"], issuer });
}

/** A hop to a server whose store holds both, the older first; the newer is presented. */
function readFrom(profile: StoreProfile, runtime: RuntimePlan): ReadHop {
  const entries = Object.entries({ old: before, new: after });
  const made = entries.reduce(
    (store, [alias, { chain, pkcs8 }]) =>
      setEntry(store, { kind: "identity", alias, chain, key: { kind: "clear", pkcs8 } }),
    createStore(profile),
  );
  const bytes = writeStore(made, "changeit");
  const declared = plan({
    hosts: [{ id: "server", kind: "local", platform: "posix", root: "hosts/server" }],
    stores: [
      {
        id: "store",
        hostId: "server",
        path: "/opt/store",
        profile,
        password: "env:STORE",
        ifMissing: "create",
      },
    ],
    endpoints: [{ ...endpoint, runtime, identity: { kind: "store", storeId: "store", alias: "new" } }],
    hops: [{ ...call, anchors: { kind: "public-roots" } }],
  });
  const source: HopSource = {
    store: () => ({ value: { store: readStore(bytes, "changeit") } }),
    file: () => undefined,
    secret: () => ({ value: "changeit" }),
  };
  const [hop] = declared.hops;
  if (hop === undefined) throw new Error("no hop");
  return new HopReader(declared, source, now).read(hop);
}

const [leaf, issuer] = after.chain;
const [, namesake] = before.chain;

describe("an identity beside one of another authority of the same name", () => {
  test.each([
    ["modern", { kind: "java", release: 17 }],
    ["modern", { kind: "java" }],
    ["jks", { kind: "java", release: 8 }],
  ] as const)("comes from %s with its own in %j", (profile, runtime) => {
    const { material, findings } = readFrom(profile, runtime);
    expect(material?.server.identity.chain).toEqual([leaf, issuer]);
    expect(findings).toEqual([]);
  });

  test.each([8, 11])("comes from PKCS12 with the first in Java %i, which is said", (release) => {
    const { material, findings } = readFrom("modern", { kind: "java", release });
    expect(material?.server.identity.chain).toEqual([leaf, namesake]);
    expect(findings).toEqual([
      expect.objectContaining({
        rule: "other-issuer-presented",
        level: "warning",
        message: expect.stringContaining(
          `server:/opt/store: Java ${release} takes the first certificate of CN=Authority`,
        ),
      }),
    ]);
  });
});
