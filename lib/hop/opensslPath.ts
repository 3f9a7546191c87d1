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
  if (leaf === undefined) return { refusal: explainGap(chain, anchors, "no peer certificate available") };
  if (anchors.length === 0) {
    return {
      refusal: refusal(
        "no-anchor",
        'nothing is trusted where the certificate is checked ("unable to get local issuer certificate")',
        "name the file that holds the anchor",
      ),
    };
  }
  const path = orderChain(leaf, [...anchors, ...chain.slice(1)]);
  const trusted = new Set(anchors.map(({ sha256 }) => sha256));
  const anchor = path.findLast(({ sha256 }) => trusted.has(sha256));
  if (anchor === undefined) {
    return { refusal: explainGap(chain, anchors, "unable to get local issuer certificate") };
  }
  const [outdated] = path.flatMap((certificate) => refusedDates(certificate, now) ?? []);
  return outdated === undefined ? { anchor } : { refusal: outdated };
}
