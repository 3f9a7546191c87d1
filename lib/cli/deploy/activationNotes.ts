import {
  type ActivationPlan,
  type TrustPlan,
  commandsRun,
  isFolder,
  placeOf,
  planIndex,
  readBy,
} from "../../model";
import { groupBy } from "../../model/groupBy";
import { shellQuote } from "../../text";
import type { PlannedChange } from "./plannedChange";

/** What becomes of activations that no command of ours is run for, of products that read what is changed: a line a kind. */
export function activationNotes(plan: TrustPlan, planned: readonly PlannedChange[]): string[] {
  const changed = new Set(planned.map(({ place }) => place));
  const concerned = (plan.activations ?? []).filter((activation) =>
    placesOf(plan, activation).some((place) => changed.has(place)),
  );
  const notes = concerned.flatMap((activation) => noteOf(plan, activation) ?? []);
  return [...groupBy(notes, ({ kind }) => kind)].map(
    ([kind, same]) => `${kind}: ${same.map(({ text }) => text).join("; ")}`,
  );
}

interface Note {
  readonly kind: string;
  readonly text: string;
}

function noteOf(plan: TrustPlan, activation: ActivationPlan): Note | undefined {
  const { label, way } = activation;
  const host = planIndex(plan).host(activation.hostId);
  if (host === undefined) return undefined;
  switch (way.kind) {
    case "none":
      return { kind: "needs no activation", text: `${label} (${way.reason})` };
    case "manual":
      return { kind: "people activate", text: `${label} (${way.text})` };
    case "run":
      return isFolder(host) && commandsRun(activation, host).length === 0
        ? { kind: "not activated, because a folder stands for the machine", text: label }
        : undefined;
  }
}

/** After a destroy, products go on with what they have read. */
export function notesOfDestroy({ activations = [], hosts }: TrustPlan): string[] {
  return activations.flatMap((activation) => {
    const host = hosts.find(({ id }) => id === activation.hostId);
    const steps = host === undefined ? [] : commandsRun(activation, host);
    if (host === undefined || steps.length === 0) return [];
    const commands = steps.map(({ argv }) => argv.map((word) => shellQuote(host.platform, word)).join(" "));
    return [
      `${activation.label} on ${host.id} goes on with what it has read: a destroy activates nothing; afterwards run ${commands.join(", then ")}`,
    ];
  });
}

function placesOf(plan: TrustPlan, activation: ActivationPlan): string[] {
  const ids = new Set(readBy(activation));
  return [...plan.stores, ...plan.files, ...plan.configFiles]
    .filter(({ id }) => ids.has(id))
    .map(({ hostId, path }) => placeOf(hostId, path));
}
