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
