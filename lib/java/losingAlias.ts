import { type IdentityEntry, type Store, findEntry } from "../keystore";
import { parsed } from "../pki";
import { fitnessOf } from "./fitness";
import { javaRules } from "./javaRules";
import { KEY_TYPES } from "./limits";
import { asksOnce, keyTypeOfIdentity, type Presentation, presentedAlias } from "./presentedAlias";

/** An identity that Java passes over. */
export interface PassedOver {
  readonly store: Store;
  /** The one that is meant. */
  readonly alias: string;
  /** The one that Java presents. */
  readonly chosen: string;
  /** Those whose key does not open with the password that is used for all of them. @default - none */
  readonly unopenedAliases?: readonly string[];
  readonly presentation?: Presentation;
}

/** What helps where Java presents another identity than the one that is meant; as the remedy of a finding. */
export function remedyFor(passed: PassedOver): string {
  const otherwise = "keep one identity in the store, or have the product name the alias";
  const { store, alias, chosen } = passed;
  const [meant, taken] = [identityUnder(store, alias), identityUnder(store, chosen)];
  if (meant === undefined || taken === undefined) return otherwise;
  const reason = reasonBeyondAliases(meant, passed);
  const winner = reason === undefined ? winningAlias(passed) : undefined;
  if (winner !== undefined)
    return `take an alias that wins over "${chosen}" (for example "${winner}"), ${otherwise}`;
  return `no alias helps, because ${reason ?? reasonBeforeAliases(meant, taken, passed)}, ${otherwise}`;
}

/**
 * An alias under which Java would present the identity that it passes over now; undefined where none would help. Numbers
 * are left out, which say nothing.
 */
export function winningAlias({ store, alias, presentation = {} }: PassedOver): string | undefined {
  const { accepts = () => true } = presentation;
  const meant = identityUnder(store, alias);
  if (meant === undefined) return undefined;
  const others = store.entries.filter((entry) => entry !== meant);
  const known = new Set(others.map((entry) => entry.alias.toLowerCase()));
  const numbered = Array.from({ length: 99 }, (_, index) => `${alias.toLowerCase()}-${index + 1}`);
  return ["server", ...numbered].find((candidate) => {
    if (known.has(candidate)) return false;
    const renamed = { ...meant, alias: candidate };
    const renamedStore = {
      ...store,
      entries: store.entries.map((entry) => (entry === meant ? renamed : entry)),
    };
    return (
      presentedAlias(renamedStore, {
        ...presentation,
        accepts: (entry) => accepts(entry.alias === candidate ? meant : entry),
      }) === candidate
    );
  });
}

/** Why an identity would not be presented even if it were the only one. */
function reasonBeyondAliases(
  meant: IdentityEntry,
  { unopenedAliases = [], presentation = {} }: PassedOver,
): string | undefined {
  const { accepts = () => true, keyTypes = KEY_TYPES } = presentation;
  if (unopenedAliases.some((alias) => isSame(alias, meant.alias)))
    return "its key does not open with the store's password: encrypt it under that one";
  const type = keyTypeOfIdentity(meant);
  if (type === undefined || !keyTypes.includes(type))
    return "no handshake of the two sides uses its key: take RSA 2048 or more, or EC P-256";
  return accepts(meant)
    ? undefined
    : "no issuer in its stored chain is among those that the server asks for: store it with its intermediates and put its issuer into the server's truststore";
}

/** What Java goes by before it looks at aliases. */
function reasonBeforeAliases(
  meant: IdentityEntry,
  taken: IdentityEntry,
  { chosen, presentation = {} }: PassedOver,
): string {
  const { rules = javaRules(), fitness, keyTypes = KEY_TYPES } = presentation;
  const looksAtFitness = rules.keyManager.picks === "fittest" && fitness !== undefined;
  const [ours, theirs] = [meant, taken].map(({ chain }) =>
    looksAtFitness ? fitnessOf(chain.map(parsed), fitness, rules) : 0,
  );
  const isOtherType = keyTypeOfIdentity(meant) !== keyTypeOfIdentity(taken);
  if (ours !== theirs && (!isOtherType || asksOnce(presentation)))
    return "a fitter certificate is taken, by dates, usages, algorithms and names: issue it again fit for this call";
  const goesByType = !asksOnce(presentation) || rules.keyManager.order === "hash" || theirs !== 0;
  if (isOtherType && (goesByType || keyTypeOfIdentity(taken) === keyTypes[0]))
    return `the type of the key under "${chosen}" comes first: give both keys the same type`;
  return "the first in the store is taken: put it before the others";
}

function identityUnder(store: Store, alias: string): IdentityEntry | undefined {
  const entry = findEntry(store, alias);
  return entry?.kind === "identity" ? entry : undefined;
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
