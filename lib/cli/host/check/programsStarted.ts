import type { TrustPlan } from "../../../model";

/** What plans say of activations, as far as programs are concerned; plans from before have none. */
interface Activating {
  readonly activations?: readonly {
    readonly hostId: string;
    readonly way: {
      readonly kind: string;
      readonly steps?: readonly { readonly argv: readonly string[]; readonly on: "host" | "runner" }[];
    };
  }[];
}

/** The programs that activations start on a host, each once. */
export function programsStarted(plans: readonly (TrustPlan & Activating)[], hostId: string): string[] {
  const steps = plans
    .flatMap(({ activations = [] }) => activations)
    .flatMap((activation) => (activation.hostId === hostId ? (activation.way.steps ?? []) : []));
  return [
    ...new Set(
      steps.flatMap(({ argv: [program], on }) => (on === "host" && program !== undefined ? [program] : [])),
    ),
  ];
}
