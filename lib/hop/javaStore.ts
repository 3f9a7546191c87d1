import {
  type JavaRules,
  type OfferedIdentity,
  type Presentation,
  type TlsUse,
  presentedAlias,
  remedyFor,
  unreadableStore,
} from "../java";
import { refusal, type Refusal } from "../rules";
import type { JavaKeyStore } from "./hopMaterial";

/** What keeps a Java from opening the keys of a store. */
export function refusedStore(keyStore: JavaKeyStore, side: TlsUse, rules: JavaRules): Refusal[] {
  const { store, storeId, unopenedAliases: unopened = [] } = keyStore;
  const unreadable = unreadableStore(store, storeId, rules);
  const reasons = unreadable === undefined ? [] : [unreadable];
  if (unopened.length === 0 || !rules.keyManager.opensAll) return reasons;
  return [
    ...reasons,
    refusal(
      "key-password-differs",
      `the ${side} cannot start: the key under ${quote(unopened)} in ${storeId} does not open with the password that is used for the store's keys, and Java then opens none of them`,
    ),
  ];
}

/** Why nothing is presented where Java chooses a key that does not open. */
export function lockedChoice(
  { store, storeId, unopenedAliases = [] }: JavaKeyStore,
  side: TlsUse,
  presentation: Presentation,
): Refusal | undefined {
  const chosen = presentedAlias(store, presentation);
  if (chosen === undefined || !unopenedAliases.includes(chosen)) return undefined;
  return refusal(
    "key-password-differs",
    `the ${side} presents nothing: from ${storeId} Java chooses the key under "${chosen}", which does not open with the password that is used for the store's keys`,
  );
}

/** Whether Java presents another alias than the one that was meant. */
export function otherAlias(
  chosen: OfferedIdentity,
  { intendedAlias, aliasWithoutName, store, storeId, unopenedAliases = [] }: JavaKeyStore,
  side: TlsUse,
  presentation: Presentation,
): Refusal | undefined {
  if (chosen.alias.toLowerCase() === intendedAlias.toLowerCase()) return undefined;
  const isThere = store.entries.some(
    ({ kind, alias }) => kind === "identity" && alias.toLowerCase() === intendedAlias.toLowerCase(),
  );
  if (isThere && aliasWithoutName !== undefined)
    return refusal(
      "other-identity-presented",
      `from ${storeId} the ${side} presents "${chosen.alias}", not "${intendedAlias}": the product goes by the name that a client asks for, and takes the certificate that has it`,
      "let one certificate of the store have the name, keep what others present in a store of its own, or call the server by another name",
    );
  return isThere
    ? refusal(
        "other-identity-presented",
        `from ${storeId} the ${side} presents "${chosen.alias}", not "${intendedAlias}": Java's default key manager goes by key type and by the hash of the alias`,
        remedyFor({ store, alias: intendedAlias, chosen: chosen.alias, unopenedAliases, presentation }),
      )
    : refusal(
        "alias-missing",
        `${storeId} has no identity under "${intendedAlias}", and the ${side} presents "${chosen.alias}"`,
        'use the alias that is there: imports from a .pfx without a friendly name become "1"',
        { about: intendedAlias },
      );
}

function quote(aliases: readonly string[]): string {
  return aliases.map((alias) => `"${alias}"`).join(", ");
}
