import { type Certificate, fingerprint } from "../pki";

/** What one of two servers presents, or a file in place of one. */
export interface Served {
  /** As presented, leaf first. */
  readonly chain: readonly Certificate[];
  /** What it speaks where all versions are offered. @default - a file speaks no TLS */
  readonly protocol?: string;
  /** Subjects of the authorities that it asks for. @default - a file asks for nobody */
  readonly authorities?: readonly string[];
}

/** Something that is not the same on both. */
export interface ServedDifference {
  readonly what:
    "certificate" | "key" | "names" | "ends" | "issuer" | "chain" | "anchor" | "protocol" | "authorities";
  readonly now: string;
  readonly before: string;
}

/** In what two servers differ, old against new: certificate, key, names, last day, issuer, chain, anchor, protocol, authorities. */
export function compareServed(now: Served, before: Served): ServedDifference[] {
  const aspects: readonly (readonly [ServedDifference["what"], (served: Served) => string | undefined])[] = [
    ["certificate", ({ chain }) => leafOf(chain, ({ sha256 }) => `SHA-256 ${sha256}`)],
    ["key", ({ chain }) => leafOf(chain, keyOf)],
    ["names", ({ chain }) => leafOf(chain, namesOf)],
    ["ends", ({ chain }) => leafOf(chain, ({ notAfter }) => notAfter.toISOString().slice(0, 10))],
    ["issuer", ({ chain }) => leafOf(chain, ({ issuer }) => issuer.toString())],
    ["chain", ({ chain }) => chain.map(String).join(" < ")],
    ["anchor", ({ chain }) => anchorOf(chain)],
    ["protocol", ({ protocol }) => protocol],
    ["authorities", ({ authorities }) => authorities?.toSorted().join("; ")],
  ];
  return aspects.flatMap(([what, of]) => {
    const [one, other] = [of(now), of(before)];
    return one === undefined || other === undefined || one === other
      ? []
      : [{ what, now: one, before: other }];
  });
}

function leafOf([leaf]: readonly Certificate[], of: (leaf: Certificate) => string): string {
  return leaf === undefined ? "none" : of(leaf);
}

function keyOf({ keyAlgorithm, spki }: Certificate): string {
  return `${keyAlgorithm}, SHA-256 ${fingerprint("sha256", spki)}`;
}

function namesOf({ subject, subjectAltNames }: Certificate): string {
  const names = subjectAltNames.map(({ value }) => value);
  return names.length === 0 ? `none (${subject.toString()})` : names.toSorted().join(", ");
}

/** What has to be trusted: the root where it is presented, otherwise whoever issued the last certificate. */
function anchorOf(chain: readonly Certificate[]): string {
  const top = chain.at(-1);
  if (top === undefined) return "none";
  return top.isSelfIssued ? `${top.toString()}, SHA-256 ${top.sha256}` : top.issuer.toString();
}
