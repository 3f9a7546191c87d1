import { type ActivationPlan, type TrustPlan, planIndex } from "../../model";
import { shellQuote } from "../../text";

/** What makes a running endpoint read its files again, as an order; undefined where nothing is declared for it. */
export function activationRemedy(plan: TrustPlan, endpointId: string): string | undefined {
  const orders = (plan.activations ?? [])
    .filter(({ endpointIds }) => endpointIds.includes(endpointId))
    .flatMap((activation) => activationOrder(plan, activation) ?? []);
  return orders.length === 0 ? undefined : `${orders.join("; ")}; then verify again`;
}

/** What activates a product, as an order; undefined where nothing has to be done. */
export function activationOrder(plan: TrustPlan, { hostId, label, way }: ActivationPlan): string | undefined {
  switch (way.kind) {
    case "none":
      return undefined;
    case "manual":
      return `activate ${label} on ${hostId}: ${way.text}`;
    case "run": {
      const platform = planIndex(plan).host(hostId)?.platform ?? "posix";
      const commands = way.steps.map(
        ({ argv, on }) =>
          `\`${argv.map((word) => shellQuote(platform, word)).join(" ")}\`${on === "host" ? "" : " (where deploys run)"}`,
      );
      return `activate ${label} on ${hostId}: run ${commands.join(", then ")}`;
    }
  }
}
