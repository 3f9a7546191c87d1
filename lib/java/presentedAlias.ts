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
 * whose issuers suit the peer is presented; Java 26 and NewSunX509 take the fittest of a type first.
 *
 * @see sun.security.ssl.SunX509KeyManagerImpl, sun.security.ssl.X509KeyManagerImpl
 */
export function presentationOrder(
  store: Store,
  { rules = javaRules(), keyTypes = KEY_TYPES, fitness, accepts = () => true }: Presentation = {},
): IdentityEntry[] {
  const identities = new Map<string, IdentityEntry>();
  for (const alias of aliasesAsJava(store)) {
    const entry = identityUnder(store, alias);
    if (entry !== undefined) identities.set(alias, entry);
  }
  const { order, picks } = rules.keyManager;
  const aliases = order === "hash" ? hashMapOrder([...identities.keys()]) : [...identities.keys()];
  const ordered = aliases.flatMap((alias) => identities.get(alias) ?? []).filter(accepts);
  return keyTypes.flatMap((type) => {
    const candidates = ordered.filter((entry) => keyTypeOfIdentity(entry) === type);
    return picks === "first" || fitness === undefined ? candidates : fittestFirst(candidates, fitness, rules);
  });
}

function fittestFirst(
  entries: readonly IdentityEntry[],
  fitness: FitnessUse,
  rules: JavaRules,
): readonly IdentityEntry[] {
  return entries
    .flatMap((entry) => {
      const unfitness = fitnessOf(entry.chain.map(parsed), fitness, rules);
      return unfitness === undefined ? [] : [{ entry, unfitness }];
    })
    .sort((one, other) => one.unfitness - other.unfitness)
    .map(({ entry }) => entry);
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
