import type { TrustPlan } from "../../model";
import { unknownAtSynth } from "../errors";

/** How CDKTF writes a value that it puts in later. */
const TOKEN = "TfToken[";

/**
 * Refuses a declaration that is made of what is not known at synth, as CDKTF's tokens are: stores are made and hops proven
 * before Terraform runs. Commands of `afterDeploy` are Terraform's to run, so they may have some.
 *
 * @throws SynthError `unknown-at-synth` naming the part
 */
export function requireKnown(plan: TrustPlan): void {
  const endpoints = plan.endpoints.map(({ afterDeploy: _, ...endpoint }) => endpoint);
  for (const [kind, parts] of Object.entries({ ...plan, endpoints })) {
    if (!Array.isArray(parts) || !JSON.stringify(parts).includes(TOKEN)) continue;
    const part = parts.find((each) => JSON.stringify(each).includes(TOKEN)) as Readonly<
      Record<string, unknown>
    >;
    const [member = ""] =
      Object.entries(part).find(([, value]) => JSON.stringify(value)?.includes(TOKEN) === true) ?? [];
    throw unknownAtSynth(
      typeof part["id"] === "string" && !part["id"].includes(TOKEN) ? part["id"] : kind,
      member,
    );
  }
}
