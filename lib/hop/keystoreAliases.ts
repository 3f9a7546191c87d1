import type { IdentityEntry } from "../keystore";
import { judgeHop } from "./judgeHop";
import type { ReadHop } from "./readHop";

/** One identity of a client's keystore that is not sent, and why. */
export interface NotSent {
  readonly alias: string;
  readonly reason: string;
}

/** What Java takes from a store on one side of a hop, whichever alias was taken for the one that is meant. */
export function presentedAlias(
  side: "server" | "client",
  { material }: ReadHop,
  identities: readonly IdentityEntry[],
): string | undefined {
  if (material === undefined) return undefined;
  const judgement = judgeHop(material);
  const leaf = side === "server" ? judgement.serves[0]?.der : judgement.presents?.chain[0];
  if (leaf === undefined) return undefined;
  return identities.find(({ chain }) => chain[0] !== undefined && Buffer.compare(chain[0], leaf) === 0)
    ?.alias;
}

/**
 * Why each identity of a client's keystore stays where it is.
 *
 * @param read the hop with an alias taken for the one that is meant
 */
export function reasonsNotSent(
  identities: readonly IdentityEntry[],
  read: (alias: string) => ReadHop,
): NotSent[] {
  return identities.map(({ alias }) => {
    const { material, findings } = read(alias);
    const all = material === undefined ? findings : judgeHop(material).findings;
    const cause =
      all.find(({ rule }) => rule === "client-certificate-not-sent") ??
      all.find(({ level }) => level === "error");
    return { alias, reason: cause?.message ?? "nothing speaks against it" };
  });
}
