import { keyTypeOfIdentity, type Presentation, presentationOrder } from "../java";
import { type IdentityEntry, type Store, findEntry } from "../keystore";
import { type Certificate, parsed } from "../pki";
import { namedFor } from "./serverName";

/**
 * The identity that a product presents which goes by the name that a client asks for: of the first type of keys with a
 * certificate that has the name, the one with the fewest wildcards. Where none has it, or no name is asked for, it is the
 * one that the product is told.
 *
 * @param aliasWithoutName what the product is told (Jetty's `CertAlias`)
 * @see org.eclipse.jetty.util.ssl.SslContextFactory.Server#sniSelect, SniX509ExtendedKeyManager (9.4 to 12)
 */
export function identityByName(
  store: Store,
  aliasWithoutName: string,
  { fitness, ...presentation }: Presentation,
): IdentityEntry | undefined {
  const serverName = fitness?.serverName;
  const named =
    serverName === undefined
      ? []
      : presentationOrder(store, presentation).filter((entry) => has(leafOf(entry), serverName));
  const [first] = named;
  if (first === undefined) {
    const told = findEntry(store, aliasWithoutName);
    return told?.kind === "identity" ? told : undefined;
  }
  return named
    .filter((entry) => keyTypeOfIdentity(entry) === keyTypeOfIdentity(first))
    .reduce((best, entry) => (wildcards(entry) < wildcards(best) ? entry : best));
}

function leafOf({ chain: [leaf] }: IdentityEntry): Certificate | undefined {
  return leaf === undefined ? undefined : parsed(leaf);
}

function has(leaf: Certificate | undefined, serverName: string): boolean {
  return leaf !== undefined && namedFor([{ names: certificateNames(leaf) }], serverName) !== undefined;
}

/** The names of a certificate as Jetty has them: the common name counts beside the others. */
export function certificateNames({ subject, subjectAltNames }: Certificate): string[] {
  const names = subjectAltNames.filter(({ kind }) => kind === "dns").map(({ value }) => value);
  return [...names, ...(subject.commonName === undefined ? [] : [subject.commonName])];
}

function wildcards(entry: IdentityEntry): number {
  const names = leafOf(entry)?.subjectAltNames ?? [];
  return names.filter(({ kind, value }) => kind === "dns" && value.startsWith("*.")).length;
}
