import { judgeHop } from "../../../lib/hop";
import type { JavaRuntimePlan } from "../../../lib/model";
import { groupBy } from "../../../lib/model/groupBy";
import { parsed } from "../../../lib/pki";
import type { BuiltHop } from "./buildHop";
import type { JavaVerdict } from "./javaJudge";

/** How the verdict of a hop compares with what a Java did. */
export interface Comparison {
  readonly index: number;
  /**
   * - `agrees`: both let the handshake come about, or neither does, and the same certificates are presented
   * - `wrongly-green`: no error is found, and Java refuses, or presents something else
   * - `other-reason`: an error is found, though not the one for which Java refuses
   * - `stricter`: an error is found, and Java lets it pass
   * - `other-certificate`: both let it pass, with another certificate than was said
   */
  readonly outcome: "agrees" | "wrongly-green" | "other-reason" | "stricter" | "other-certificate";
  /** Rules that refuse. */
  readonly rules: readonly string[];
  readonly verdict: JavaVerdict;
}

/** Compares what the rules say of a hop with what its Javas did. */
export function compare(
  index: number,
  hop: BuiltHop,
  verdict: JavaVerdict,
  server: JavaRuntimePlan,
  client: JavaRuntimePlan = server,
): Comparison {
  const material = hop.material(server, client);
  const { accepted, findings, presents } = judgeHop(material);
  const rules = findings.filter(({ level }) => level === "error").map(({ rule }) => rule);
  const isOtherExpected = rules.some((rule) => rule === "other-identity-presented");
  const [served] = material.server.identity.chain;
  const [sent] = presents?.chain ?? [];
  const isServedAsMeant = served !== undefined && verdict.served === parsed(served).sha256;
  const isSentAsSaid = verdict.presented === (sent === undefined ? undefined : parsed(sent).sha256);
  const outcome = (): Comparison["outcome"] => {
    if (rules.length === 0 && !(verdict.ok && isServedAsMeant && isSentAsSaid)) return "wrongly-green";
    if (accepted && !verdict.ok) return "other-reason";
    if (!accepted) return verdict.ok ? "stricter" : "agrees";
    return (isServedAsMeant || isOtherExpected) && isSentAsSaid ? "agrees" : "other-certificate";
  };
  return { index, outcome: outcome(), rules, verdict };
}

/** How often each outcome came about, and by which rules the two differ. */
export function tableOf(who: string, compared: readonly Comparison[]): string {
  const numbers = [...groupBy(compared, ({ outcome }) => outcome)]
    .map(([outcome, all]) => `${all.length} ${outcome}`)
    .join(", ");
  const differing = compared.filter(({ outcome }) => outcome !== "agrees");
  const reasons = [...groupBy(differing, ({ outcome, rules }) => `${outcome} ${rules.join(" + ")}`)]
    .map(
      ([what, all]) =>
        `  ${all.length} ${what}: hops ${all
          .map(({ index }) => index)
          .slice(0, 8)
          .join(" ")}\n`,
    )
    .join("");
  return `${who}: ${numbers}\n${reasons}`;
}
