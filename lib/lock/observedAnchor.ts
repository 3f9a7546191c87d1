import { type Certificate, orderChain, publicRootCertificates } from "../pki";
import { certificateOf } from "./certificates";

/**
 * What others must trust to accept a chain as a server holds it: the self-signed certificate itself, else
 * the root of the chain, which servers often leave out.
 *
 * @param chain DER, leaf first
 * @param pool DER of certificates among which the root may be; the public roots count as well
 */
export function findRoot(
  chain: readonly Uint8Array[],
  pool: readonly Uint8Array[],
): { readonly anchor: Uint8Array } | { readonly missingIssuer: string } {
  const own = chain.map(certificateOf);
  const [leaf] = own;
  if (leaf === undefined) return { missingIssuer: "of nothing" };
  const known = [...own, ...pool.map(certificateOf)];
  const top = topOf(leaf, known);
  const root = top.isSelfSigned ? top : topOf(top, publicRootCertificates());
  return root.isSelfSigned ? { anchor: root.der } : { missingIssuer: root.issuer.toString() };
}

function topOf(leaf: Certificate, pool: readonly Certificate[]): Certificate {
  return orderChain(leaf, pool).at(-1) ?? leaf;
}
