import { orderChain, type Certificate } from "../pki";
import { refusedDates } from "./dates";
import { explainGap } from "./gap";
import { refusal, type Refusal } from "./refusal";

/**
 * What OpenSSL or Node would refuse about a presented chain at a point in time: its dates, those of the anchor
 * included, and a chain that leads to no anchor. The rest is left to the handshake, which is theirs.
 *
 * @param chain as presented, leaf first
 */
export function refusedByOpenssl(
  chain: readonly Certificate[],
  anchors: readonly Certificate[],
  now: Date,
): Refusal | undefined {
  const [leaf] = chain;
  if (leaf === undefined) return explainGap(chain, anchors, "no peer certificate available");
  if (anchors.length === 0) {
    return refusal(
      "no-anchor",
      'nothing is trusted where the certificate is checked ("unable to get local issuer certificate")',
      "name the file that holds the anchor",
    );
  }
  const path = orderChain(leaf, [...anchors, ...chain.slice(1)]);
  const end = path.findIndex((certificate) => anchors.some(({ sha256 }) => sha256 === certificate.sha256));
  if (end < 0) return explainGap(chain, anchors, "unable to get local issuer certificate");
  return path.flatMap((certificate) => refusedDates(certificate, now) ?? [])[0];
}
