import { type HopMaterial, type JavaKeyStore, judgeHop } from "../hop";
import type { IdentityEntry } from "../keystore";
import {
  type BindingPlan,
  type EndpointPlan,
  type Finding,
  type HopPlan,
  type TrustPlan,
  planIndex,
} from "../model";
import { parsed } from "../pki";
import { finding, refusal } from "../rules";

/** What a key beside the declared one can do to it where Java picks. */
const CROWDED = new Set(["other-identity-presented", "key-password-differs"]);

/**
 * Names the keys that nobody declares and without which Java would present the declared one, or open it.
 *
 * @param found what the hop's verdict says already; only where a key is in another's way is it judged again without
 */
export function undeclaredKeys(
  plan: TrustPlan,
  hop: HopPlan,
  material: HopMaterial,
  found: readonly Finding[],
): readonly Finding[] {
  if (!found.some(isCrowded)) return [];
  const before = crowdedOf(material);
  const sides = [
    ["server", planIndex(plan).endpoint(hop.endpointId)],
    ["client", planIndex(plan).binding(hop.bindingId)],
  ] as const;
  return sides.flatMap(([side, presenter]) => {
    const { keyStore } = material[side];
    if (keyStore === undefined || presenter?.identity.kind !== "store") return [];
    const { storeId } = presenter.identity;
    const declared = declaredAliases(plan, storeId);
    const added = keyStore.store.entries.filter(
      (entry): entry is IdentityEntry =>
        entry.kind === "identity" && !declared.has(entry.alias.toLowerCase()),
    );
    if (added.length === 0) return [];
    const alone = { ...material, [side]: { ...material[side], keyStore: without(keyStore, added) } };
    return crowdedOf(alone) < before ? added.map((entry) => told(entry, keyStore, side, storeId)) : [];
  });
}

function told(
  { alias, chain }: IdentityEntry,
  { storeId: place, intendedAlias }: JavaKeyStore,
  side: "server" | "client",
  storeId: string,
): Finding {
  const [leaf] = chain;
  const whose =
    leaf === undefined ? "no certificate" : `${parsed(leaf).keyAlgorithm}, ${parsed(leaf).toString()}`;
  const facts =
    `${place} also holds a key under "${alias}" (${whose}), which is not declared here; ` +
    `without such keys the ${side} would present "${intendedAlias}"`;
  return finding(storeId, refusal("key-not-declared", facts));
}

function crowdedOf(material: HopMaterial): number {
  return judgeHop(material).findings.filter(isCrowded).length;
}

function isCrowded({ rule }: Finding): boolean {
  return CROWDED.has(rule);
}

function without(keyStore: JavaKeyStore, added: readonly IdentityEntry[]): JavaKeyStore {
  const { store, unopenedAliases = [] } = keyStore;
  const aliases = new Set(added.map(({ alias }) => alias));
  return {
    ...keyStore,
    store: { ...store, entries: store.entries.filter((entry) => !added.some((one) => one === entry)) },
    unopenedAliases: unopenedAliases.filter((alias) => !aliases.has(alias)),
  };
}

/** Aliases in lower case under which identities of the plan stand, delivered from here or observed there. */
function declaredAliases(plan: TrustPlan, storeId: string): ReadonlySet<string> {
  const placed = planIndex(plan).entriesOf(storeId);
  const presenters: readonly (EndpointPlan | BindingPlan)[] = [...plan.endpoints, ...plan.bindings];
  const presented = presenters.flatMap(({ identity }) =>
    identity.kind === "store" && identity.storeId === storeId ? [identity] : [],
  );
  return new Set([...placed, ...presented].map(({ alias }) => alias.toLowerCase()));
}
