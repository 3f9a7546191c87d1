import {
  Certificate,
  CertificateAuthority,
  Host,
  HttpsCallbackEndpoint,
  Keystore,
  Secret,
  TruststoreEntry,
} from "../../lib";
import { trustsAnewIn } from "../../lib/rotation";
import { planOf } from "../support/planOf";
import { rotating } from "./support";

const keyAlgorithm = "ec-p256";
const CA = "stack/Issuing";
const WEB = "stack/Web/Certificate";

function planTrusting(part: "anchor" | "leaf" | undefined) {
  return planOf((stack) => {
    const password = Secret.env("STORE");
    const store = (id: string) =>
      new Keystore(stack, id, { host: Host.local(id), path: `/opt/${id}.p12`, password });
    const root = new CertificateAuthority(stack, "Root", { commonName: "Root", keyAlgorithm });
    const issuer = new CertificateAuthority(stack, "Issuing", {
      commonName: "I",
      keyAlgorithm,
      issuer: root,
    });
    const web = new HttpsCallbackEndpoint(stack, "Web", {
      names: ["web.example.com"],
      port: 8443,
      identity: store("keys").entry("web"),
      certificate: Certificate.issuedBy(issuer, { keyAlgorithm }),
    });
    if (part !== undefined)
      new TruststoreEntry(stack, "Trusts", { truststore: store("trust"), alias: "web", trusts: web, part });
  });
}

/** The generations of an identity, of which the rotation of `head` made the second. */
function trustedAnew(part: "anchor" | "leaf" | undefined, head: string, id: string): boolean {
  const plan = planTrusting(part);
  const lock = rotating(plan, [head], "announced");
  const identity = lock.identities.get(id);
  if (identity?.rotation === undefined) throw new Error(`${id} was expected to be announced`);
  return trustsAnewIn([plan], lock)(id, identity, identity.rotation.other);
}

test.each<["anchor" | "leaf" | undefined, string, string, boolean]>([
  ["anchor", "stack/Root", WEB, true],
  ["anchor", WEB, WEB, false],
  ["leaf", WEB, WEB, true],
  // Nothing trusts the authority itself; what it issued is trusted by its root, or by its very certificate.
  ["anchor", "stack/Root", CA, true],
  ["anchor", CA, CA, false],
  ["leaf", CA, CA, true],
  [undefined, "stack/Root", WEB, false],
])("where the %s is trusted and %s rotates, %s is trusted anew: %s", (part, head, id, expected) => {
  expect(trustedAnew(part, head, id)).toBe(expected);
});

test("nobody has to trust anew where no stack is declared", () => {
  const lock = rotating(planTrusting("anchor"), [WEB], "announced");
  const web = lock.identities.get(WEB);
  expect(web !== undefined && trustsAnewIn([], lock)(WEB, web, web)).toBe(false);
});
