import type { IdentityPlan, Policy } from "../../lib/model";
import { underPolicy } from "../../lib/synth/plan/underPolicy";
import { authority, issued, selfSigned, thrownBy } from "../lock/support";

const POLICY: Policy = {
  validityDays: 90,
  authorityValidityDays: 1825,
  keyAlgorithms: ["ec-p384", "rsa-3072"],
};

describe("identities under a policy", () => {
  function defaulted(identity: IdentityPlan): IdentityPlan {
    const request = { ...identity.request, defaulted: ["commonName", "keyAlgorithm", "validityDays"] };
    return { ...identity, request: request as IdentityPlan["request"] };
  }

  test("what nobody declared follows it, and counts as declared from then on", () => {
    const [web, ca] = underPolicy(
      [defaulted(issued("web", "ca", 397)), defaulted(authority("ca"))],
      POLICY,
      "prod",
    );
    const followed = { keyAlgorithm: "ec-p384", defaulted: ["commonName"] };
    expect(web?.request).toMatchObject({ ...followed, validityDays: 90 });
    expect(ca?.request).toMatchObject({ ...followed, validityDays: 1825 });
  });

  test("what is within it stays as it is", () => {
    const identities = [selfSigned("web", { validityDays: 30, keyAlgorithm: "rsa-3072" })];
    expect(underPolicy(identities, POLICY, "prod")).toEqual(identities);
    expect(underPolicy([issued("a", "b", 9999)], undefined, "prod")).toEqual([issued("a", "b", 9999)]);
    const partner: IdentityPlan = { id: "p", request: { kind: "certificate", file: "p.crt" } };
    expect(underPolicy([partner], POLICY, "prod")).toEqual([partner]);
  });

  test("what somebody declared against it is refused, all at once, with what is allowed", () => {
    const error = thrownBy(() =>
      underPolicy(
        [selfSigned("web", { validityDays: 91 }), authority("ca", undefined, 1826)],
        POLICY,
        "prod",
      ),
    );
    expect(error).toMatchObject({ code: "against-policy" });
    expect(error.message).toContain("environments.prod.policy");
    expect(error.message).toContain("web: validityDays is 91, and at most 90 are allowed");
    expect(error.message).toContain("web: keyAlgorithm is ec-p256, and ec-p384, rsa-3072 are allowed");
    expect(error.message).toContain("ca: validityDays is 1826, and at most 1825 are allowed");
  });
});
