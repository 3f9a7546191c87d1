import { orderChain, type Certificate } from "../pki";
import { refusedDates, explainGap, refusal, type Refusal } from "../rules";

/** Through what a chain is trusted, or why not. */
export type OpensslDecision = { readonly anchor: Certificate } | { readonly refusal: Refusal };

/**
 * What OpenSSL or Node would refuse about a presented chain at a point in time: its dates, those of the anchor
 * included, and a chain that leads to no anchor. The rest is left to the handshake, which is theirs.
 *
 * @param chain as presented, leaf first
 */
export function decideAsOpenssl(
  chain: readonly Certificate[],
  anchors: readonly Certificate[],
  now: Date,
): OpensslDecision {
  const [leaf] = chain;
  if (leaf === undefined) return { refusal: explainGap(chain, anchors, "openssl") };
  if (anchors.length === 0) {
    const facts = "nothing is trusted where the certificate is checked";
    const remedy = "name the file that holds the anchor";
    return { refusal: refusal("no-anchor", facts, remedy, { of: "local issuer" }) };
  }
  const path = orderChain(leaf, [...anchors, ...chain.slice(1)]);
  const trusted = new Set(anchors.map(({ sha256 }) => sha256));
  const anchor = path.findLast(({ sha256 }) => trusted.has(sha256));
  if (anchor === undefined) {
    return { refusal: explainGap(chain, anchors, "openssl") };
  }
  const [outdated] = path.flatMap((certificate) => refusedDates(certificate, now) ?? []);
  return outdated === undefined ? { anchor } : { refusal: outdated };
}
