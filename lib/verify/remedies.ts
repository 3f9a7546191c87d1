import type { Finding, TrustPlan } from "../model";

/** A finding with the shorter way out, where there is one: a key that was put there from here is put right from here. */
export function withRemedy(plan: TrustPlan, finding: Finding): Finding {
  if (finding.rule !== "key-password-differs" || !isDelivered(plan, finding.subject)) return finding;
  const remedy = `deploy again, which writes the key anew under its declared password; or ${finding.remedy}`;
  return { ...finding, remedy };
}

/** Whether an endpoint or a binding presents a key that the plan puts into its store. */
function isDelivered({ endpoints, bindings, entries }: TrustPlan, presenterId: string): boolean {
  const presenter = [...endpoints, ...bindings].find(({ id }) => id === presenterId);
  if (presenter?.identity.kind !== "store") return false;
  const { storeId, alias } = presenter.identity;
  return entries.some(
    (entry) =>
      entry.kind === "key" && entry.storeId === storeId && entry.alias.toLowerCase() === alias.toLowerCase(),
  );
}
