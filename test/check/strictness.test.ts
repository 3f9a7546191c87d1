import { checkPlan } from "../../lib/check";
import type { HopPlan } from "../../lib/model";
import { hop, identityOf, makeWorld, now } from "../hop/materials";
import { makeAuthority, makeCertificate, type MadeCertificateOptions } from "../support/certificateMaker";
import { call, endpoint, plan, planFacts } from "./plans";

const { intermediate } = makeWorld();
const lenient: HopPlan = { ...call, letPassBecause: "it is renewed on Monday" };

function leaf(options: Partial<MadeCertificateOptions>) {
  return makeCertificate({
    now,
    subject: "server.example",
    names: ["DNS:server.example"],
    issuer: intermediate,
    ...options,
  });
}

function levelsOf(chain: readonly Buffer[], hops: readonly HopPlan[], outside = false): string[] {
  const declared = plan({
    hops,
    ...(outside ? { endpoints: [{ ...endpoint, identity: { kind: "outside" } }] } : {}),
  });
  return checkPlan(declared, planFacts({ identity: chain }), now)
    .filter(({ rule }) => rule !== "hop-not-judged")
    .map(({ level, rule }) => `${level} ${rule}`);
}

const expired = leaf({ fromDays: -9, toDays: -1 });

describe("rules over a plan with calls that are not strict", () => {
  test.each<[string, readonly Buffer[], string]>([
    ["dates of a leaf", expired.chain, "expired"],
    ["a short key", leaf({ key: "rsa-768" }).chain, "algorithm-refused"],
    [
      "an authority's short key",
      leaf({ issuer: makeAuthority(now, "Short", { key: "rsa-768" }) }).chain,
      "algorithm-refused",
    ],
    ["the purpose", leaf({ extendedKeyUsage: ["codeSigning"] }).chain, "usage-not-allowed"],
  ])("leave %s to the hop", (_title, chain, rule) => {
    expect(levelsOf(chain, [call])).toContain(`error ${rule}`);
    expect(levelsOf(chain, [lenient])).toContain(`warning ${rule}`);
    expect(levelsOf(chain, [lenient])).not.toContain(`error ${rule}`);
  });

  test("refuse for one call that is strict", () => {
    expect(levelsOf(expired.chain, [lenient, { ...call, id: "another" }])).toContain("error expired");
  });

  test("refuse what nobody presents, and what a partner would have to let pass", () => {
    expect(levelsOf(expired.chain, [])).toContain("error expired");
    expect(levelsOf(expired.chain, [lenient], true)).toContain("error expired");
  });

  test("leave the key usage that only Java wants to the hops that are judged", () => {
    const agreed = leaf({ keyUsage: ["keyAgreement"] });
    const material = {
      ...hop({ server: { identity: identityOf(agreed) }, client: { anchors: [agreed.der] } }),
      hopId: call.id,
    };
    const facts = planFacts({ identity: agreed.chain }, { hops: [material] });

    // Exactly this certificate is trusted, so that Java looks at nothing else.
    expect(checkPlan(plan(), facts, now)).toMatchObject([
      { level: "warning", rule: "key-usage-not-allowed" },
    ]);
    expect(levelsOf(agreed.chain, [call])).toEqual(["error key-usage-not-allowed"]);
  });
});
