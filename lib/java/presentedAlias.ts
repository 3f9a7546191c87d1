import { parsed, PkiError } from "../pki";
import { hashMapOrder, hashtableOrder } from "./aliasOrder";
import type { IdentityEntry, Store } from "../keystore";
import { keyTypeOf } from "./keyType";
import { KEY_TYPES } from "./limits";

/**
 * The identities of a store in the order in which Java's default key manager (SunX509) considers them: key
 * type first, then the order of a `HashMap` of the aliases. It looks at no date, no usage and no server
 * name, so the first one whose issuers suit the peer is presented.
 *
 * @see sun.security.ssl.SunX509KeyManagerImpl
 */
export function presentationOrder(store: Store): IdentityEntry[] {
  const identities = new Map<string, IdentityEntry>();
  for (const alias of aliasesAsJava(store)) {
    const entry = identityUnder(store, alias);
    if (entry !== undefined) identities.set(alias, entry);
  }
  const ordered = hashMapOrder([...identities.keys()]).flatMap((alias) => identities.get(alias) ?? []);
  return KEY_TYPES.flatMap((type) => ordered.filter((entry) => typeOf(entry) === type));
}

/**
 * Alias that a Java server or client with default settings presents.
 *
 * @param accepts which identities the peer takes, for example those of an issuer it trusts
 * @default accepts any
 */
export function presentedAlias(
  store: Store,
  accepts: (entry: IdentityEntry) => boolean = () => true,
): string | undefined {
  return presentationOrder(store).find(accepts)?.alias;
}

/**
 * An alias under which Java would present the identity that it passes over now; undefined where the type of its key
 * decides, which no alias changes.
 *
 * @param accepts which identities the peer takes
 * @default accepts any
 */
export function winningAlias(
  store: Store,
  alias: string,
  accepts: (entry: IdentityEntry) => boolean = () => true,
): string | undefined {
  const meant = store.entries.find((entry) => entry.alias.toLowerCase() === alias.toLowerCase());
  if (meant?.kind !== "identity") return undefined;
  const others = store.entries.filter((entry) => entry !== meant);
  const taken = new Set(others.map((entry) => entry.alias.toLowerCase()));
  const numbered = Array.from({ length: 99 }, (_, index) => `${alias.toLowerCase()}-${index + 1}`);
  return ["server", "1", ...numbered].find((candidate) => {
    if (taken.has(candidate)) return false;
    const renamed = { ...meant, alias: candidate };
    const isMeant = (entry: IdentityEntry) => (entry.alias === candidate ? accepts(meant) : accepts(entry));
    return presentedAlias({ ...store, entries: [...others, renamed] }, isMeant) === candidate;
  });
}

/** What helps where Java presents another identity than the one that is meant; as the remedy of a finding. */
export function remedyFor(winner: string | undefined, chosen: string): string {
  const others = "keep one identity in the store, or have the product name the alias";
  return winner === undefined
    ? `no alias wins over "${chosen}", because the type of its key comes first: give both keys the same type, ${others}`
    : `take an alias that wins over "${chosen}" (for example "${winner}"), ${others}`;
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

function typeOf(entry: IdentityEntry): (typeof KEY_TYPES)[number] | undefined {
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
