import { type PendingRequest, pendingRequests, withIssued } from "../../../lock";
import { type TrustPlan, joinPlans, planIndex } from "../../../model";
import { day } from "../../../model/day";
import { type CliIo, type ExitCode, printJson, printLines, printText } from "../../io";
import { formatTable } from "../../table";
import { declaredPlans, lockContext } from "../context";
import type { RequestFlags } from "./flags";
import { requiredLock } from "./waiting";

/** Says what waits for a certificate, since when, and which hops wait with it. */
export async function listRequests(io: CliIo, flags: RequestFlags): Promise<ExitCode> {
  const context = lockContext(io, flags);
  const pending = [...pendingRequests(requiredLock(context))];
  const [first, ...others] = pending.length === 0 ? [] : await declaredPlans(io, context, flags);
  const plan = first === undefined ? undefined : joinPlans([first, ...others]);
  const requests = pending.map(([id, request]) => ({
    id,
    ...facts(request),
    hops: plan === undefined ? [] : hopsOf(plan, id),
  }));
  if (flags.json) {
    printJson(io, { lock: context.shownPath, environment: context.environment, requests });
    return 0;
  }
  if (requests.length === 0) {
    printLines(io, `${context.shownPath}: nothing waits for a certificate`);
    return 0;
  }
  const rows = requests.map(({ id, since, generation, subject, hops }) => [
    id,
    day(since),
    String(generation),
    subject,
    hops.join(", ") || "no hop",
  ]);
  printText(io, formatTable(["identity", "since", "generation", "asks for", "for"], rows));
  return 0;
}

function facts({ at, generation, request, privateKey }: PendingRequest) {
  return {
    since: at,
    generation,
    subject: request.subject.commonName,
    names: request.names,
    newKey: privateKey !== undefined,
  };
}

/** Hops that present the identity, or what it issues, at either end. */
function hopsOf(plan: TrustPlan, identityId: string): string[] {
  const { endpointsOf, bindingsOf, hopsOf: callsOf, hopsWith } = planIndex(plan);
  const hops = withIssued(plan.identities, identityId).flatMap(({ id: presented }) => [
    ...endpointsOf(presented).flatMap(({ id }) => callsOf(id)),
    ...bindingsOf(presented).flatMap(({ id }) => hopsWith(id)),
  ]);
  return [...new Set(hops.map(({ id }) => id))].sort();
}
