import { findingLines, hopTable } from "../../../lib/cli/deploy/hopTable";
import type { ProvenHops } from "../../../lib/cli/deploy/prove";
import { textOf } from "../../../lib/cli/screen";
import type { CertificateSummary, TrustPlan } from "../../../lib/model";
import { plan as pairOf } from "../../check/plans";

function certificate(subject: string, notAfter: string): CertificateSummary {
  return {
    subject,
    issuer: "CN=Example Root",
    serialNumber: "1",
    notBefore: "2026-01-01T00:00:00Z",
    notAfter,
    keyAlgorithm: "RSA 2048",
    subjectAltNames: [],
    sha1: "AA",
    sha256: "BB",
  };
}

/** A pair whose anchor expires before the certificate that it issued. */
function pair(): TrustPlan {
  const plan = pairOf();
  const pinned = {
    generation: 1,
    chain: [certificate("CN=server.example", "2028-01-01T00:00:00Z")],
    anchor: certificate("CN=Example Root", "2027-05-06T00:00:00Z"),
    anchorPem: "",
  };
  return { ...plan, identities: plan.identities.map((identity) => ({ ...identity, pinned })) };
}

function tableOf(proven: ProvenHops, columns?: number): string {
  return hopTable(proven, columns).map(textOf).join("\n");
}

describe("the table of hops", () => {
  const plan = pair();
  const verdicts = plan.hops.map(({ id }) => ({
    hopId: id,
    ok: true,
    reason: "trusted through CN=Example Root, which is a long story for a narrow terminal to tell",
    findings: [],
  }));

  test("names the earliest expiry, the anchor's included", () => {
    expect(tableOf({ plan, verdicts, elsewhere: [] })).toContain("2027-05-06");
  });

  test("has room for one cause a hop; what else was found is told below it, each once", () => {
    const [first, second] = ["the chain was cut", "it is PKCS12"].map((message, at) => ({
      level: at === 0 ? ("error" as const) : ("warning" as const),
      rule: at === 0 ? "chain-cut" : "format-differs",
      subject: "keystore",
      message,
      remedy: "deploy again",
    }));
    const findings = [first, second].filter((finding) => finding !== undefined);
    const red = verdicts.map((verdict) => ({ ...verdict, ok: false, findings }));
    const proven = { plan, verdicts: [...red, ...red], elsewhere: [] };

    expect(tableOf(proven)).toContain("FAILS: the chain was cut; deploy again");
    expect(findingLines(proven).map(textOf)).toEqual([
      "warning: keystore [format-differs]: it is PKCS12; deploy again",
    ]);
  });

  test("keeps a cell on one line for tools, and wraps to the terminal for people", () => {
    const wide = tableOf({ plan, verdicts, elsewhere: [] });
    expect(wide).toContain(
      "trusted through CN=Example Root, which is a long story for a narrow terminal to tell",
    );
    const narrow = tableOf({ plan, verdicts, elsewhere: [] }, 100);
    expect(Math.max(...narrow.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
  });
});
