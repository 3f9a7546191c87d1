import { ANY_POLICY, type Certificate } from "../pki";
import { refusal, type Refusal } from "../rules";

/** A policy that is valid so far, and those that may carry it on in the next certificate. */
interface PolicyNode {
  readonly id: string;
  readonly expected: ReadonlySet<string>;
}

/**
 * Certificate policies along a path (RFC 5280, 6.1.2 to 6.1.5; JDK class `PolicyChecker`), where every policy is
 * welcome at the start, as in JSSE: then they matter only where some authority requires one. Of the tree of the RFC its
 * lowest row is enough for that.
 *
 * @param path leaf first, without the anchor, whose own constraints Java does not look at
 */
export function refusedPolicies(path: readonly Certificate[]): Refusal | undefined {
  let row: readonly PolicyNode[] | undefined = [{ id: ANY_POLICY, expected: new Set([ANY_POLICY]) }];
  let explicit = path.length + 1;
  let mapping = path.length + 1;
  let any = path.length + 1;
  for (const [below, certificate] of [...path.entries()].toReversed()) {
    const isLeaf = below === 0;
    const said = certificate.policies;
    // Where no policy is valid any more Java does not look at them.
    if (row !== undefined && said.hasCriticalQualifiers)
      return refusePolicies(certificate, "has critical policy qualifiers", "qualifiers");
    const mayBeAny = any > 0 || (!isLeaf && certificate.isSelfIssued);
    row = row === undefined || said.ids === undefined ? undefined : nextRow(row, said.ids, mayBeAny);
    if (isLeaf) {
      if (!certificate.isSelfIssued) explicit = Math.max(0, explicit - 1);
      if (said.requireExplicit === 0) explicit = 0;
    } else if (row !== undefined && said.mappings.length > 0) {
      if (said.mappings.flat().includes(ANY_POLICY))
        return refusePolicies(certificate, "maps any policy, which is not allowed", "tree");
      row = mapped(row, said.mappings, mapping > 0);
    }
    if (explicit === 0 && row === undefined)
      return refusePolicies(certificate, "needs a valid certificate policy, and has none", "tree");
    if (isLeaf) continue;
    if (!certificate.isSelfIssued) {
      explicit = Math.max(0, explicit - 1);
      mapping = Math.max(0, mapping - 1);
      any = Math.max(0, any - 1);
    }
    explicit = Math.min(explicit, said.requireExplicit ?? explicit);
    mapping = Math.min(mapping, said.inhibitMapping ?? mapping);
    any = Math.min(any, said.inhibitAny ?? any);
  }
  return undefined;
}

/** RFC 5280, 6.1.3 (d). */
function nextRow(
  row: readonly PolicyNode[],
  ids: readonly string[],
  mayBeAny: boolean,
): readonly PolicyNode[] | undefined {
  const hadAny = row.some(({ id }) => id === ANY_POLICY);
  const named = ids.filter(
    (id) => id !== ANY_POLICY && (hadAny || row.some(({ expected }) => expected.has(id))),
  );
  const carried =
    ids.includes(ANY_POLICY) && mayBeAny
      ? row.flatMap(({ expected }) => [...expected]).filter((id) => !named.includes(id))
      : [];
  const next = [...new Set([...named, ...carried])].map((id) => ({ id, expected: new Set([id]) }));
  return next.length === 0 ? undefined : next;
}

/** RFC 5280, 6.1.4 (b): policies take the names of the subject's domain or, where mapping has ended, go. */
function mapped(
  row: readonly PolicyNode[],
  mappings: readonly (readonly [issuer: string, subject: string])[],
  isAllowed: boolean,
): readonly PolicyNode[] | undefined {
  const subjects = new Map<string, Set<string>>();
  for (const [issuer, subject] of mappings) {
    subjects.set(issuer, (subjects.get(issuer) ?? new Set()).add(subject));
  }
  if (!isAllowed) {
    const left = row.filter(({ id }) => !subjects.has(id));
    return left.length === 0 ? undefined : left;
  }
  const known = row.map((node): PolicyNode => {
    const expected = subjects.get(node.id);
    return expected === undefined ? node : { id: node.id, expected };
  });
  if (!row.some(({ id }) => id === ANY_POLICY)) return known;
  const added = [...subjects].filter(([issuer]) => !row.some(({ id }) => id === issuer));
  return [...known, ...added.map(([id, expected]) => ({ id, expected }))];
}

function refusePolicies(certificate: Certificate, what: string, of: string): Refusal {
  return refusal("policy-refused", `${certificate.toString()} ${what}`, undefined, { of });
}
