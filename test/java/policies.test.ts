import { refusedPolicies } from "../../lib/java/policies";
import { parseCertificate } from "../../lib/pki";
import { makeAuthority, makeCertificate } from "../support/certificateMaker";
import { policies, policyConstraints, qualifiedPolicy } from "../support/madeExtensions";

const now = new Date("2026-01-01T00:00:00Z");
const ONE = "1.3.6.1.4.1.99999.10.1";
const root = makeAuthority(now, "Root");

/** A leaf below an authority with these extensions, and what Java says of the path. */
function said(authority: readonly Buffer[], leaf: readonly Buffer[]): string | undefined {
  const issuer = makeCertificate({
    now,
    subject: "Issuing",
    authority: true,
    issuer: root,
    extensions: [...authority],
  });
  const end = makeCertificate({ now, subject: "leaf", issuer, extensions: [...leaf] });
  return refusedPolicies([end.der, issuer.der].map((der) => parseCertificate(der)))?.rule;
}

describe("certificate policies", () => {
  test("matter only where an authority requires one", () => {
    expect(said([policies([ONE])], [])).toBeUndefined();
    expect(said([policies([ONE]), policyConstraints({ explicit: 0 })], [policies([ONE])])).toBeUndefined();
    expect(said([policies([ONE]), policyConstraints({ explicit: 0 })], [])).toBe("policy-refused");
  });

  test("with critical qualifiers are refused", () => {
    expect(said([policies([ONE])], [qualifiedPolicy(ONE)])).toBe("policy-refused");
  });
});
