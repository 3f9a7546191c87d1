import type { Certificate } from "../pki";
import { explainGap, MAXIMUM_BUILT_INTERMEDIATES, refusal, type Refusal, refusedDates } from "../rules";
import { type JavaRules, javaRules, type Protocol } from "./javaRules";
import { type PathUse, refusedPath } from "./pathChecks";
import { refusedUsage, type TlsUse } from "./usage";

/** Whether Java accepts a presented chain, and through what. */
export type PathDecision =
  | {
      readonly accepted: true;
      readonly anchor: Certificate;
      /** Certificates between leaf and anchor that were needed, leaf first; the leaf alone where it is the anchor. */
      readonly path: readonly Certificate[];
    }
  | { readonly accepted: false; readonly refusal: Refusal };

/** Who looks at a path, and in which handshake. */
export interface PathOptions {
  /** @default - the strictest of the current releases */
  readonly rules?: JavaRules;
  /** @default - the strictest, TLS 1.3 */
  readonly protocol?: Protocol;
}

/**
 * Decides as JSSE's default trust manager does (JDK classes `X509TrustManagerImpl`, `PKIXValidator`): an anchor
 * that is the presented leaf ends the matter; a chain in order that meets an anchor's name is validated as it
 * was sent; any other is rebuilt from what was sent and the anchors. The two differ, so both are here.
 *
 * @param chain as presented, leaf first
 * @param use what the leaf is presented as
 */
export function acceptChain(
  chain: readonly Certificate[],
  anchors: readonly Certificate[],
  use: TlsUse,
  now: Date,
  { rules = javaRules(), protocol }: PathOptions = {},
): PathDecision {
  const [leaf] = chain;
  if (leaf === undefined) {
    return refuse(refusal("no-certificate", `the ${use} presents no certificate`));
  }
  const maximum = rules.maximumChain[use];
  if (chain.length > maximum) {
    const facts = `the ${use} presents ${chain.length} certificates, ${rules.name} takes ${maximum} at most`;
    return refuse(refusal("chain-too-long", facts));
  }
  if (anchors.length === 0) {
    const facts = `nothing is trusted where the ${use}'s certificate is checked`;
    return refuse(refusal("no-anchor", facts, undefined, { of: "trustAnchors" }));
  }
  if (anchors.some(({ der }) => Buffer.compare(der, leaf.der) === 0))
    return { accepted: true, anchor: leaf, path: [leaf] };

  const asked = { use, now, rules, ...(protocol === undefined ? {} : { protocol }) };
  const decision = decide(chain, leaf, anchors, asked);
  if (!decision.accepted) return decision;
  const usage = refusedUsage(leaf, use);
  return usage === undefined ? decision : refuse(usage);
}

function decide(
  chain: readonly Certificate[],
  leaf: Certificate,
  anchors: readonly Certificate[],
  asked: PathUse,
): PathDecision {
  let top = leaf;
  for (const [at, certificate] of chain.slice(1).entries()) {
    if (!certificate.subject.equals(top.issuer)) return build(chain, leaf, anchors, asked);
    const named = anchors.filter(({ subject }) => subject.equals(certificate.subject));
    if (named.some(({ spki }) => Buffer.compare(spki, certificate.spki) === 0)) {
      // A certificate with an anchor's name and key counts as that anchor.
      return validate(chain.slice(0, at + 1), named, asked);
    }
    top = certificate;
  }
  const named = anchors.filter(({ subject }) => subject.equals(top.issuer));
  return named.length > 0 ? validate(chain, named, asked) : build(chain, leaf, anchors, asked);
}

/** A way from the leaf to an anchor. */
interface Way {
  readonly anchor: Certificate;
  readonly path: readonly Certificate[];
}

/** The chain as it was sent, to each anchor that has the name of its last issuer. */
function validate(sent: readonly Certificate[], named: readonly Certificate[], asked: PathUse): PathDecision {
  const top = sent.at(-1);
  const ways: Way[] = [];
  let reason: Refusal | undefined;
  for (const anchor of named) {
    const problem =
      (top === undefined ? undefined : refusedKeyId(top, anchor)) ?? refusedPath(sent, anchor, asked);
    if (problem === undefined) ways.push({ anchor, path: sent });
    reason ??= problem;
  }
  return choose(ways) ?? refuse(reason ?? explainGap(sent, [], "java"));
}

/**
 * All ways from the leaf to an anchor over what was presented (JDK class `SunCertPathBuilder`): a presented anchor ends
 * its way, and no name stands twice with one key in it.
 */
function build(
  chain: readonly Certificate[],
  leaf: Certificate,
  anchors: readonly Certificate[],
  asked: PathUse,
): PathDecision {
  const ways: Way[] = [];
  let reason: Refusal | undefined;
  const extend = (path: readonly Certificate[]): void => {
    const top = path.at(-1) ?? leaf;
    const issues = (candidate: Certificate): boolean =>
      candidate.subject.equals(top.issuer) && !path.some((one) => repeats(candidate, one));
    const issuers = chain.filter((candidate) => issues(candidate) && !anchors.some(isSameAs(candidate)));
    // Java gives up where a self-issued certificate stands below another.
    if (top.isSelfIssued && issuers.some(({ isSelfIssued }) => isSelfIssued)) return;
    for (const anchor of anchors.filter(issues)) {
      const problem = refusedBuiltAnchor(anchor, path, asked.now) ?? refusedPath(path, anchor, asked);
      if (problem === undefined) ways.push({ anchor, path });
      reason ??= problem;
    }
    if (path.length > MAXIMUM_BUILT_INTERMEDIATES) {
      reason ??= refusal(
        "chain-too-long",
        `the presented chain is in disorder and more than ${MAXIMUM_BUILT_INTERMEDIATES} intermediates long, which Java does not put in order`,
      );
      return;
    }
    for (const issuer of issuers) extend([...path, issuer]);
  };
  extend([leaf]);
  return choose(ways) ?? refuse(reason ?? explainGap(chain, anchors, "java"));
}

function isSameAs(one: Certificate): (other: Certificate) => boolean {
  return ({ sha256 }) => sha256 === one.sha256;
}

/** Whether two certificates are of one name, one key and the same alternative names. */
function repeats(one: Certificate, other: Certificate): boolean {
  const namesOf = ({ subjectAltNames }: Certificate) =>
    subjectAltNames.map(({ kind, value }) => `${kind}:${value}`);
  return (
    one.subject.equals(other.subject) &&
    Buffer.compare(one.spki, other.spki) === 0 &&
    namesOf(one).join("\n") === namesOf(other).join("\n")
  );
}

/**
 * Of several ways Java takes the one whose anchor comes first in a hash set, which differs between releases,
 * and only then looks whether that anchor is an authority: so one that is none spoils them all.
 */
function choose(ways: readonly Way[]): PathDecision | undefined {
  const [first] = ways;
  if (first === undefined) return undefined;
  const reason = ways.flatMap(({ anchor }) => refusedAnchor(anchor) ?? [])[0];
  return reason === undefined ? { accepted: true, ...first } : refuse(reason);
}

/** JDK class `AdaptableX509CertSelector`: the topmost certificate's authority key identifier must fit the anchor. */
function refusedKeyId(top: Certificate, anchor: Certificate): Refusal | undefined {
  const { keyId, serialNumber } = top.authorityKeyId ?? {};
  const otherKey = keyId !== undefined && anchor.subjectKeyId !== undefined && keyId !== anchor.subjectKeyId;
  const otherSerial =
    serialNumber !== undefined && anchor.version === 3 && serialNumber !== anchor.serialNumber;
  if (!otherKey && !otherSerial) return undefined;
  return refusal(
    "authority-key-differs",
    `${top.toString()} names its issuer by ${otherKey ? "a key identifier" : "a serial number"} that the trusted ${anchor.toString()} does not have`,
  );
}

function refusedBuiltAnchor(
  anchor: Certificate,
  path: readonly Certificate[],
  now: Date,
): Refusal | undefined {
  const issued = path.at(-1);
  if (anchor.version < 3 && issued !== undefined) {
    if (issued.notBefore >= anchor.notBefore && issued.notAfter <= anchor.notAfter) return undefined;
    return refusal(
      "anchor-expired",
      `the trusted ${anchor.toString()} is of version 1 and not valid as long as what it issued`,
      "renew the root, or store the chain in order",
    );
  }
  return path.length > 1 ? refusedDates(anchor, now) : undefined;
}

function refusedAnchor(anchor: Certificate): Refusal | undefined {
  const { basicConstraints, keyUsage } = anchor;
  const isAuthority =
    anchor.version < 3 || (basicConstraints?.ca === true && (keyUsage?.includes("keyCertSign") ?? true));
  if (isAuthority) return undefined;
  return refusal(
    "anchor-is-no-authority",
    `the trusted ${anchor.toString()} issued what is presented, but is no authority itself`,
    undefined,
    { about: anchor.toString() },
  );
}

function refuse(reason: Refusal): PathDecision {
  return { accepted: false, refusal: reason };
}
