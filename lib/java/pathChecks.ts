import type { Certificate, NameConstraints } from "../pki";
import { refusal, type Refusal, refusedDates } from "../rules";
import { type AlgorithmUse, refusedAlgorithm } from "./algorithms";
import { constrainedName } from "./constraints";
import type { JavaRules } from "./javaRules";
import { mergeConstraints } from "./mergedConstraints";
import { refusedPolicies } from "./policies";
import type { TlsUse } from "./usage";

/** The same for every certificate of a path. */
export interface PathUse extends AlgorithmUse {
  readonly rules: JavaRules;
}

/** What Java checks on every certificate of a path, from the anchor down (JDK class `PKIXCertPathValidator`). */
export function refusedPath(
  path: readonly Certificate[],
  anchor: Certificate,
  asked: PathUse,
): Refusal | undefined {
  const algorithm = refusedAlgorithm(anchor, "anchor", asked, asked.rules);
  if (algorithm !== undefined) return algorithm;
  let issuer = anchor;
  let authoritiesLeft = Number.POSITIVE_INFINITY;
  // Those of the anchor Java does not look at.
  let constraints: NameConstraints | undefined;
  for (let at = path.length - 1; at >= 0; at -= 1) {
    const certificate = path[at];
    if (certificate === undefined) continue;
    const reason =
      refusedCertificate(certificate, issuer, asked) ??
      refusedNames(certificate, at === 0 ? "leaf" : "authority", constraints, asked.use) ??
      (at === 0 ? undefined : refusedAuthority(certificate, authoritiesLeft));
    if (reason !== undefined) return reason;
    const { nameConstraints: own } = certificate;
    const merged = constraints === undefined || own === undefined ? own : mergeConstraints(constraints, own);
    if (own !== undefined && merged === undefined) return disjointConstraints(certificate);
    constraints = merged ?? constraints;
    if (at > 0) {
      if (!certificate.isSelfIssued) authoritiesLeft -= 1;
      authoritiesLeft = Math.min(
        authoritiesLeft,
        certificate.basicConstraints?.pathLength ?? authoritiesLeft,
      );
    }
    issuer = certificate;
  }
  return refusedPolicies(path);
}

function refusedCertificate(
  certificate: Certificate,
  issuer: Certificate,
  asked: PathUse,
): Refusal | undefined {
  const algorithm = refusedAlgorithm(certificate, "chain", asked, asked.rules);
  if (algorithm !== undefined) return algorithm;
  if (!certificate.isSignedBy(issuer)) {
    return refusal(
      "signature-invalid",
      `${certificate.toString()} was not signed by the key of ${issuer.toString()}, though that is its issuer's name`,
    );
  }
  const dates = refusedDates(certificate, asked.now);
  if (dates !== undefined) return dates;
  const [unknown] = certificate.criticalUnknownExtensions;
  if (unknown === undefined) return undefined;
  return refusal(
    "unknown-critical-extension",
    `${certificate.toString()} has the critical extension ${unknown}, which Java does not know`,
  );
}

function refusedAuthority(certificate: Certificate, authoritiesLeft: number): Refusal | undefined {
  const { basicConstraints, keyUsage } = certificate;
  if (basicConstraints?.ca !== true || keyUsage?.includes("keyCertSign") === false) {
    return refusal(
      "issuer-is-no-authority",
      `${certificate.toString()} issued another certificate without being an authority`,
    );
  }
  if (authoritiesLeft > 0 || certificate.isSelfIssued) return undefined;
  return refusal(
    "path-length-exceeded",
    `${certificate.toString()} stands below an authority that allows no further one`,
  );
}

function disjointConstraints(authority: Certificate): Refusal {
  return refusal(
    "name-not-permitted",
    `${authority.toString()} permits names of a kind of which those above it permit none, and Java then fails, whatever the names below`,
    "issue that authority again with permitted names that are among those of the ones above it, the first of these first",
  );
}

/** Name constraints of presented authorities; one that is self-issued is none below itself. */
function refusedNames(
  certificate: Certificate,
  place: "leaf" | "authority",
  constraints: NameConstraints | undefined,
  use: TlsUse,
): Refusal | undefined {
  if (constraints === undefined || (place === "authority" && certificate.isSelfIssued)) return undefined;
  const name = constrainedName(certificate, constraints);
  if (name === undefined) return undefined;
  return refusal(
    "name-not-permitted",
    `the name ${name} of ${certificate.toString()} is not one that the authorities above it may certify, as Java merges what they permit`,
    remedyForName(certificate, name, use),
  );
}

/** A server needs a name to be called by, which a common name that escapes the constraints is not. */
function remedyForName({ subject, subjectAltNames }: Certificate, name: string, use: TlsUse): string {
  const isCommonName = subject.commonName === name && !subjectAltNames.some(({ value }) => value === name);
  if (!isCommonName) return "issue the certificate with names inside the constraints only";
  return use === "server"
    ? "issue the certificate with a subject alternative name inside the constraints"
    : "issue the certificate with a name inside the constraints, or a common name with a space in it";
}
