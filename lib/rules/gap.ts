import type { Certificate } from "../pki";
import { refusal, type Refusal } from "./refusal";

/**
 * Why a presented chain leads to no anchor: says where it ends.
 *
 * @param chain as presented, leaf first
 * @param verifier whose log texts are quoted
 */
export function explainGap(
  chain: readonly Certificate[],
  anchors: readonly Certificate[],
  verifier: "java" | "openssl",
): Refusal {
  const path = presentedPath(chain);
  const top = path.at(-1);
  if (top === undefined) {
    return refusal("no-certificate", "no certificate is presented");
  }
  if (!top.isSelfIssued) {
    return refusal(
      "missing-intermediate",
      `the presented chain ends at ${top.toString()}, and its issuer ${top.issuer.toString()} is neither sent nor trusted`,
      undefined,
      { of: verifier === "java" ? "PKIX" : "local issuer" },
    );
  }
  const who =
    path.length === 1
      ? `the self-signed certificate of ${top.toString()}`
      : `${top.toString()}, the root of the presented chain,`;
  const sameName = anchors.some(({ subject }) => subject.equals(top.subject));
  return refusal(
    "issuer-not-trusted",
    `${who} is not among the trusted certificates`,
    sameName ? "trust this very certificate: the trusted one of the same name has another key" : undefined,
  );
}

/** The presented certificates from the leaf up, as far as each one's issuer was presented; names only. */
function presentedPath(chain: readonly Certificate[]): Certificate[] {
  const [leaf] = chain;
  const path = leaf === undefined ? [] : [leaf];
  for (let current = leaf; current !== undefined && !current.isSelfIssued;) {
    const { issuer } = current;
    const next = chain.find((candidate) => candidate.subject.equals(issuer) && !path.includes(candidate));
    if (next === undefined) break;
    path.push(next);
    current = next;
  }
  return path;
}
