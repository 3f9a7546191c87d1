import { checkPlan } from "../../lib/check";
import type { BindingPlan, PinnedIdentity } from "../../lib/model";
import { parseCertificate, publicRootCertificates, summarise, toPem } from "../../lib/pki";
import { makeCertificate } from "../support/certificateMaker";
import { makeWorld, now } from "../hop/materials";
import { plan, planFacts } from "./plans";

const { root, intermediate } = makeWorld();
const { chain, der } = makeCertificate({
  now,
  subject: "server.example",
  names: ["DNS:server.example"],
  issuer: intermediate,
  extendedKeyUsage: ["serverAuth", "clientAuth"],
});
const binding: BindingPlan = {
  id: "binding",
  identityId: "identity",
  identity: { kind: "store", storeId: "keystore", alias: "server" },
};

function warnings(anchor: Parameters<typeof summarise>[0], bindings: readonly BindingPlan[]): string[] {
  const pinned: PinnedIdentity = {
    generation: 1,
    chain: [summarise(parseCertificate(der))],
    anchor: summarise(anchor),
    anchorPem: toPem(anchor.der, "CERTIFICATE"),
  };
  const [identity] = plan().identities;
  if (identity === undefined) throw new Error("an identity was expected");
  return checkPlan(
    plan({ identities: [{ ...identity, pinned }], bindings }),
    planFacts({ identity: chain }),
    now,
  )
    .filter(({ rule }) => rule === "client-certificate-of-public-authority")
    .map(({ level, subject, message }) => `${level} ${subject}: ${message}`);
}

describe("a client identity under a public root", () => {
  const [publicRoot] = publicRootCertificates();
  if (publicRoot === undefined) throw new Error("Node ships public roots");

  test("is warned of while it is still valid", () => {
    expect(warnings(publicRoot, [binding])).toEqual([
      `warning binding: the client certificate of CN=server.example comes from the public authority ${publicRoot.toString()}`,
    ]);
  });

  test("is not warned of where a server presents it, or where the root is private", () => {
    expect(warnings(publicRoot, [])).toEqual([]);
    expect(warnings(parseCertificate(root.der), [binding])).toEqual([]);
  });
});
