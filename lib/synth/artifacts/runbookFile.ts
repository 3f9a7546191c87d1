import { isLeftOut, type TrustPlan } from "../../model";
import { hostRunbook, type HostRunbookProps } from "./hostRunbook";

/** Of a stack's output, where its runbooks were asked for. */
export const RUNBOOK_FILE = "runbooks.json";

/** A host's runbook, as `cdktf-trust runbook` reads it. */
export interface WrittenRunbook {
  readonly host: string;
  readonly kind: "local" | "ssh" | "manual";
  /** Markdown. */
  readonly text: string;
  /** Identities that the lock does not hold yet, so that the steps with them are missing. */
  readonly missing: readonly string[];
}

/** The runbooks of all hosts that something is delivered to. */
export function hostRunbooks(props: HostRunbookProps): WrittenRunbook[] {
  return props.plan.hosts.flatMap((host): WrittenRunbook[] => {
    if (host.kind === "outside") return [];
    const missing = identitiesOn(host.id, props.plan).filter((id) => props.identity(id) === undefined);
    return [{ host: host.id, kind: host.kind, text: hostRunbook(host, props), missing }];
  });
}

/** Identities that a host's steps are about. */
function identitiesOn(hostId: string, { stores, entries, runbooks }: TrustPlan): string[] {
  const here = new Set(stores.filter((store) => store.hostId === hostId).map(({ id }) => id));
  const delivered = entries.filter((entry) => here.has(entry.storeId) && !isLeftOut(entry));
  const steps = runbooks.filter((runbook) => runbook.hostId === hostId).flatMap((runbook) => runbook.steps);
  const shown = steps.flatMap(({ shows }) => shows?.identityId ?? []);
  return [...new Set([...delivered.map(({ identityId }) => identityId), ...shown])];
}
