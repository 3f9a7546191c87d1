import { concurrently, type Found } from "../hop";
import { type OwnershipRecord, isOwed } from "../hosts";
import { type ActivationPlan, type TrustPlan, ownerOf, placeOf, readBy, stackOf } from "../model";
import { groupBy } from "../model/groupBy";
import { type HostAccess, HostReader } from "./hostReader";
import { activationOrder } from "./live";

/** A product that has still to read what was delivered to it. */
export interface OwedActivation {
  /** As the plan names it. */
  readonly activationId: string;
  /** For people: what reads the files. */
  readonly label: string;
  readonly hostId: string;
  /** `HOST:PATH` of what it has not read yet. */
  readonly places: readonly string[];
  /** What to do, as an order. */
  readonly remedy: string;
}

/** What is owed by the records on the hosts, and which of these could not be read. */
export interface Owed {
  readonly owed: readonly OwedActivation[];
  /** One line each. */
  readonly unread: readonly string[];
}

/** Records read at a time. */
const CONCURRENCY = 8;

/** Looks into the records beside the files that products read, and changes nothing. */
export async function owedActivations(plan: TrustPlan, access: HostAccess): Promise<Owed> {
  const reader = new HostReader(plan, access);
  const files = (plan.activations ?? [])
    .filter(({ way }) => way.kind === "run")
    .flatMap((activation) => filesOf(plan, activation).map((file) => ({ activation, file })));
  const found = await concurrently(files, CONCURRENCY, async ({ activation, file }) => ({
    activation,
    place: placeOf(file.hostId, file.path),
    record: await reader.ownership(file.hostId, file.path),
  }));
  const unread = found.flatMap(({ place, record }) =>
    record !== undefined && "finding" in record ? [`${place}: ${record.finding.message}`] : [],
  );
  const owing = found.filter(({ activation, record }) => isAnyOwed(plan, activation, record));
  const owed = [...groupBy(owing, ({ activation }) => activation)].map(
    ([activation, same]): OwedActivation => ({
      activationId: activation.id,
      label: activation.label,
      hostId: activation.hostId,
      places: same.map(({ place }) => place),
      remedy: `deploy again, or ${activationOrder(plan, activation) ?? "activate it"}`,
    }),
  );
  return { owed, unread: [...new Set(unread)] };
}

function filesOf(plan: TrustPlan, activation: ActivationPlan) {
  const ids = new Set(readBy(activation));
  return [...plan.stores, ...plan.files, ...plan.configFiles].filter(({ id }) => ids.has(id));
}

/** Of activations that run the same, the last one that was proven has read what the others are to read. */
function isAnyOwed(
  plan: TrustPlan,
  activation: ActivationPlan,
  found: Found<OwnershipRecord> | undefined,
): boolean {
  if (found === undefined || "finding" in found) return false;
  const record = found.value;
  const owner = ownerOf({ ...plan, stack: stackOf(activation.id) });
  const known = Object.entries(record.activations ?? {}).flatMap(([key, { steps }]) =>
    key.startsWith(`${owner} `) ? [{ name: key.slice(owner.length + 1), steps }] : [],
  );
  return [...groupBy(known, ({ steps }) => steps).values()].some((same) =>
    same.every(({ name }) => isOwed(record, owner, name)),
  );
}
