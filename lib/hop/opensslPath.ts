import { orderChain, type Certificate } from "../pki";
import { refusedDates, explainGap, refusal, type Refusal } from "../rules";
import type { ClientSide, ServerSide } from "./hopMaterial";
import { refusedPath } from "./opensslLevel";
import { CURRENT_OPENSSL, type OpensslPolicy } from "./opensslPolicy";

/** Through what a chain is trusted, or why not. */
export type OpensslDecision =
  | {
      readonly anchor: Certificate;
      /** What was looked at, leaf first, the anchor included. */
      readonly path: readonly Certificate[];
    }
  | { readonly refusal: Refusal };

/** How an OpenSSL verifies. */
export interface OpensslVerifier {
  /** @default - that of a current distribution */
  readonly opensslPolicy?: OpensslPolicy;
  /** Whether any trusted certificate ends a path; otherwise it must be a root. */
  readonly takesPartialChains: boolean;
  /** Intermediates that a path may have. @default - as many as there are */
  readonly verifyDepth?: number;
}

/**
 * Whether a side takes any certificate for an anchor (`X509_V_FLAG_PARTIAL_CHAIN`): Java does, and curl where all of
 * a client's programs are curl; OpenSSL by default and Node do not.
 */
export function takesPartialChains(side: ServerSide | ClientSide): boolean {
  if (side.runtime === "java") return true;
  const programs = "programs" in side ? side.programs : undefined;
  return programs !== undefined && programs.length > 0 && programs.every((program) => program === "curl");
}

/**
 * What OpenSSL or Node would refuse about a presented chain at a point in time: its dates, those of the anchor
 * included, keys and signatures below its security level, more intermediates than its verify depth, and a chain that
 * leads to no anchor. The rest is left to the handshake, which is theirs.
 *
 * @param chain as presented, leaf first
 */
export function decideAsOpenssl(
  chain: readonly Certificate[],
  anchors: readonly Certificate[],
  now: Date,
  { opensslPolicy = CURRENT_OPENSSL, takesPartialChains: isPartial, verifyDepth }: OpensslVerifier,
): OpensslDecision {
  const [leaf] = chain;
  if (leaf === undefined) return { refusal: explainGap(chain, anchors, "openssl") };
  if (anchors.length === 0) {
    const facts = "nothing is trusted where the certificate is checked";
    const remedy = "name the file that holds the anchor";
    return { refusal: refusal("no-anchor", facts, remedy, { of: "local issuer" }) };
  }
  const whole = orderChain(leaf, [...anchors, ...chain.slice(1)]);
  const trusted = new Set(anchors.map(({ sha256 }) => sha256));
  const isTrusted = ({ sha256 }: Certificate) => trusted.has(sha256);
  // A trusted issuer ends a partial chain; a trusted leaf ends it too, but what is sent above it is checked with it.
  const firstIssuer = whole.findIndex((certificate, at) => at > 0 && isTrusted(certificate));
  const path = isPartial && firstIssuer > 0 ? whole.slice(0, firstIssuer + 1) : whole;
  const anchor = path.findLast(isTrusted);
  if (anchor === undefined) {
    return { refusal: explainGap(chain, anchors, "openssl") };
  }
  if (!isPartial && !anchor.isSelfIssued) return { refusal: notRoot(anchor) };
  const [outdated] = path.flatMap((certificate) => refusedDates(certificate, now) ?? []);
  const problem = outdated ?? refusedPath(path, opensslPolicy) ?? tooDeep(path, verifyDepth, opensslPolicy);
  return problem === undefined ? { anchor, path } : { refusal: problem };
}

function notRoot(anchor: Certificate): Refusal {
  return refusal(
    "anchor-is-no-root",
    `the trusted ${anchor.toString()} is no root, and OpenSSL looks for the root, ${anchor.issuer.toString()}`,
    undefined,
    { of: "get issuer" },
  );
}

/** `SSL_CTX_set_verify_depth`: neither the leaf counts nor, from 1.1 on, the anchor. */
function tooDeep(
  path: readonly Certificate[],
  verifyDepth: number | undefined,
  { era }: OpensslPolicy,
): Refusal | undefined {
  const intermediates = Math.max(0, path.length - 2);
  const counted = era === 1 && path.length > 1 ? intermediates + 1 : intermediates;
  if (verifyDepth === undefined || counted <= verifyDepth) return undefined;
  return refusal(
    "verify-depth-exceeded",
    `the chain has ${intermediates} intermediates, and the server's verify depth is ${verifyDepth}`,
  );
}
