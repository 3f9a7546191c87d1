import {
  type EntryPlan,
  type Finding,
  type IdentityLocation,
  type KeyEntryPlan,
  type StorePlan,
  type TrustPlan,
  javaOf,
  planIndex,
} from "../../model";
import { javaRules, presentedAlias, remedyFor } from "../../java";
import type { Store, StoreEntry } from "../../keystore";
import type { PlanFacts } from "../planFacts";
import { finding, refusal } from "../../rules";

/** Aliases and passwords of the plan's stores, and which identity Java takes from them. */
export function checkStores(plan: TrustPlan, materials: PlanFacts): Finding[] {
  return plan.stores.flatMap((store) => {
    const entries = planIndex(plan).entriesOf(store.id);
    return [
      ...checkPassword(store, materials),
      ...checkAliases(store, entries),
      ...checkKeyPasswords(store, entries, plan, materials),
      ...checkPresentation(store, entries, plan, materials),
    ];
  });
}

function checkPassword({ id }: StorePlan, { weakStoreIds }: PlanFacts): Finding[] {
  if (!weakStoreIds.has(id)) return [];
  const facts =
    "the store's password is a product's default or guessed in no time, so its keys are as good as plaintext";
  return [finding(id, refusal("weak-password", facts))];
}

function checkAliases(store: StorePlan, entries: readonly EntryPlan[]): Finding[] {
  const first = new Map<string, EntryPlan>();
  return entries.flatMap((entry) => {
    const { id, alias } = entry;
    const findings: Finding[] = [];
    const earlier = first.get(alias.toLowerCase());
    if (earlier === undefined) {
      first.set(alias.toLowerCase(), entry);
    } else {
      const facts = `the alias "${alias}" is already ${earlier.id}'s as "${earlier.alias}", and Java does not tell case`;
      findings.push(finding(id, refusal("alias-repeated", facts)));
    }
    if (store.profile === "jks" && alias !== alias.toLowerCase()) {
      const facts = `JKS keeps the alias "${alias}" as "${alias.toLowerCase()}"`;
      findings.push(finding(id, refusal("alias-upper-case", facts), "warning"));
    }
    if (/^\d+$/.test(alias) && entry.kind === "key") {
      const facts = `the alias "${alias}" is what imports from a .pfx without a friendly name become`;
      findings.push(finding(id, refusal("alias-number", facts)));
    }
    return findings;
  });
}

/** Java opens all keys of a store with one password, or none. */
function checkKeyPasswords(
  store: StorePlan,
  entries: readonly EntryPlan[],
  plan: TrustPlan,
  { otherKeyPasswordEntryIds }: PlanFacts,
): Finding[] {
  return entries.flatMap((entry) => {
    if (entry.kind !== "key" || !otherKeyPasswordEntryIds.has(entry.id)) return [];
    const knowing = locationsIn(store, plan).some(
      ({ alias, keyPassword }) => sameAlias(alias, entry.alias) && keyPassword !== undefined,
    );
    const others = entries.some(
      ({ kind, id }) => kind === "key" && id !== entry.id && !otherKeyPasswordEntryIds.has(id),
    );
    const reason = refusal(
      "key-password-differs",
      `the key under "${entry.alias}" has another password than the store; a product that opens all keys with one password then opens none`,
      "leave the key's password out, so that it is the store's, unless the product is told both",
    );
    return [finding(entry.id, reason, knowing && !others ? "warning" : "error")];
  });
}

/** Where Java's key manager picks among several declared identities, the intended one must win. */
function checkPresentation(
  { id, profile }: StorePlan,
  entries: readonly EntryPlan[],
  plan: TrustPlan,
  { chains }: PlanFacts,
): Finding[] {
  const keys = entries.filter((entry): entry is KeyEntryPlan => entry.kind === "key");
  const format = profile === "jks" ? "jks" : "pkcs12";
  const stored = keys.map(({ alias, identityId }): StoreEntry => ({
    kind: "identity",
    alias: format === "jks" ? alias.toLowerCase() : alias,
    key: { kind: "sealed", encryptedPrivateKeyInfo: new Uint8Array() },
    chain: chains.get(identityId) ?? [],
  }));
  const store: Store = { format, profile, integrity: "verified", entries: stored };
  return plan.endpoints.flatMap((endpoint) => {
    const { identity, runtime } = endpoint;
    if (identity.kind !== "store" || identity.storeId !== id) return [];
    if ((identity.chosenBy ?? "java") !== "java" || runtime.kind !== "java") return [];
    const rules = javaRules(javaOf(runtime));
    // Which certificate is the fittest for a call, the hops tell.
    if (rules.keyManager.picks === "fittest") return [];
    const presented = presentedAlias(store, { rules });
    if (presented === undefined || sameAlias(presented, identity.alias)) return [];
    const facts = `Java's default key manager presents "${presented}" from this store, not "${identity.alias}": it goes by key type and by the hash of the alias`;
    const remedy = remedyFor({ store, alias: identity.alias, chosen: presented, presentation: { rules } });
    return [finding(endpoint.id, refusal("other-identity-presented", facts, remedy))];
  });
}

function locationsIn(
  store: StorePlan,
  { endpoints, bindings }: TrustPlan,
): Extract<IdentityLocation, { kind: "store" }>[] {
  return [...endpoints, ...bindings].flatMap(({ identity }) =>
    identity.kind === "store" && identity.storeId === store.id ? [identity] : [],
  );
}

function sameAlias(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
