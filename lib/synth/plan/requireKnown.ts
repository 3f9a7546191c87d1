import type { TrustPlan } from "../../model";
import { unknownAtSynth } from "../errors";

/** How CDKTF writes a value that it puts in later. */
const TOKEN = "TfToken[";

/**
 * Refuses a declaration that is made of what is not known at synth, as CDKTF's tokens are: stores are made and hops proven
 * before Terraform runs. Our own nouns look at their props; this looks at what anybody adds to a plan. Commands of
 * `afterDeploy` are Terraform's to run, so they may have some.
 *
 * @throws SynthError `unknown-at-synth` naming the part
 */
export function requireKnown(plan: TrustPlan): void {
  const endpoints = plan.endpoints.map((endpoint) => ({ ...endpoint, afterDeploy: [] }));
  for (const [kind, parts] of Object.entries({ ...plan, endpoints })) {
    const part: unknown = Array.isArray(parts) ? parts.find(hasToken) : undefined;
    if (part === undefined) continue;
    const members = Object.entries(part as Readonly<Record<string, unknown>>);
    const id = members.find(([name, value]) => name === "id" && !hasToken(value))?.[1];
    const [member = ""] = members.find(([, value]) => hasToken(value)) ?? [];
    throw unknownAtSynth(typeof id === "string" ? id : kind, member);
  }
}

function hasToken(value: unknown): boolean {
  return value !== undefined && JSON.stringify(value).includes(TOKEN);
}
