import { parsed, PkiError } from "../pki";
import { hashMapOrder, hashtableOrder } from "./aliasOrder";
import type { IdentityEntry, Store } from "../keystore";
import { fitnessOf, type FitnessUse } from "./fitness";
import { type JavaRules, javaRules } from "./javaRules";
import { keyTypeOf } from "./keyType";
import { KEY_TYPES } from "./limits";
import type { KeyType } from "./negotiation";

/** For whom a key manager chooses. */
export interface Presentation {
  /** @default - the strictest of the current releases */
  readonly rules?: JavaRules;
  /** Types that the handshake can use, the first preferred. @default - all */
  readonly keyTypes?: readonly KeyType[];
  /** What a key manager that looks at certificates goes by. @default - it is not known, so all are fit */
  readonly fitness?: FitnessUse;
  /** Which identities the peer takes, for example those of an issuer it trusts. @default - any */
  readonly accepts?: (entry: Pick<IdentityEntry, "alias" | "chain">) => boolean;
}

/**
 * The identities of a store in the order in which Java's key manager considers them: key type first, then the order
 * of a `HashMap` of the aliases. Up to Java 25 it looks at no date, no usage and no server name, so the first one
 * whose issuers suit the peer is presented; Java 26 and NewSunX509 take the fittest of a type first, and of all types
 * where a client asks once.
 *
 * @see sun.security.ssl.SunX509KeyManagerImpl, sun.security.ssl.X509KeyManagerImpl
 */
export function presentationOrder(store: Store, presentation: Presentation = {}): IdentityEntry[] {
  return answers(store, presentation).flat();
}

/**
 * The identity that Java presents. Of what answers a question the first is taken; where its key does not open,
 * there is no answer, and the next type of keys is asked for.
 *
 * @param unopenedAliases those whose key does not open with the password that is used for all of them
 */
export function presentedIdentity(
  store: Store,
  unopenedAliases: readonly string[] = [],
  presentation: Presentation = {},
): IdentityEntry | undefined {
  const { rules = javaRules() } = presentation;
  const isOpen = ({ alias }: IdentityEntry): boolean => !unopenedAliases.includes(alias);
  const candidates = answers(store, presentation);
  // A manager that opens all keys opens none of such a store; what it would present is judged all the same.
  if (rules.keyManager.opensAll) return candidates.flat().find(isOpen);
  return candidates.flatMap(([first]) => first ?? []).find(isOpen);
}

/** What answers each question to the key manager, the first preferred. */
function answers(
  store: Store,
  { rules = javaRules(), keyTypes = KEY_TYPES, fitness, accepts = () => true }: Presentation,
): readonly (readonly IdentityEntry[])[] {
  const identities = new Map<string, IdentityEntry>();
  for (const alias of aliasesAsJava(store)) {
    const entry = identityUnder(store, alias);
    if (entry !== undefined) identities.set(alias, entry);
  }
  const { order, picks } = rules.keyManager;
  const aliases = order === "hash" ? hashMapOrder([...identities.keys()]) : [...identities.keys()];
  const ordered = aliases.flatMap((alias) => identities.get(alias) ?? []).filter(accepts);
  const byType = keyTypes.map((type) => ordered.filter((entry) => keyTypeOfIdentity(entry) === type));
  if (picks === "first" || fitness === undefined) return byType;
  const ranked = ordered.flatMap((entry) => {
    const type = keyTypes.findIndex((known) => known === keyTypeOfIdentity(entry));
    const unfitness = type < 0 ? undefined : fitnessOf(entry.chain.map(parsed), fitness, rules);
    return unfitness === undefined ? [] : [{ entry, type, unfitness }];
  });
  if (asksOnce({ rules, fitness })) {
    // NewSunX509 looks for the first type; failing that any type does, as long as it is fit.
    const rank = ({ type, unfitness }: (typeof ranked)[number]): number =>
      order === "store" && unfitness === 0 ? Math.min(type, 1) : type;
    ranked.sort((one, other) => one.unfitness - other.unfitness || rank(one) - rank(other));
    return [ranked.map(({ entry }) => entry)];
  }
  ranked.sort((one, other) => one.unfitness - other.unfitness);
  return byType.map((ofType) => ranked.flatMap(({ entry }) => (ofType.includes(entry) ? [entry] : [])));
}

/** Whether fitness goes before the type of a key. */
export function asksOnce({ rules = javaRules(), fitness }: Presentation): boolean {
  return rules.keyManager.picks === "fittest" && fitness?.use === "client" && rules.has("asksOnce");
}

/** Alias that a Java server or client presents. */
export function presentedAlias(store: Store, presentation: Presentation = {}): string | undefined {
  return presentationOrder(store, presentation)[0]?.alias;
}

/** What `KeyStore.aliases()` gives: the order of the file in PKCS12, that of a `Hashtable` in JKS and JCEKS. */
function aliasesAsJava(store: Store): string[] {
  const aliases = store.entries.map((entry) => entry.alias);
  return store.format === "pkcs12"
    ? [...new Set(aliases.map((alias) => alias.toLowerCase()))]
    : hashtableOrder(aliases);
}

/** Java looks up the alias in lower case, so that another spelling in JKS is never found. */
function identityUnder(store: Store, alias: string): IdentityEntry | undefined {
  const wanted = alias.toLowerCase();
  const entry =
    store.format === "pkcs12"
      ? store.entries.filter((entry) => entry.alias.toLowerCase() === wanted).at(-1)
      : store.entries.find((entry) => entry.alias === wanted);
  return entry?.kind === "identity" && (store.format === "pkcs12" || alias === wanted) ? entry : undefined;
}

/** The type of an identity's key, as Java asks for it; undefined where it asks for none such. */
export function keyTypeOfIdentity(entry: IdentityEntry): KeyType | undefined {
  const [leaf] = entry.chain;
  if (leaf === undefined) return undefined;
  try {
    const type = keyTypeOf(parsed(leaf));
    return KEY_TYPES.find((known) => known === type);
  } catch (error) {
    // A certificate that cannot be read is none that Java would present.
    if (error instanceof PkiError) return undefined;
    throw error;
  }
}
