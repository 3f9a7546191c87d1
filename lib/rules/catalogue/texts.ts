import type { NextStep, Strictness } from "./rule";

/* Texts that more than one rule has: of logs, and of our own. */

export const PATH_BUILDING_FAILED =
  "PKIX path building failed: unable to find valid certification path to requested target";

export const VALIDITY_CHECK_FAILED = "PKIX path validation failed: validity check failed";

export const NO_LOCAL_ISSUER = "unable to get local issuer certificate";

export const NO_TRUST_ANCHORS = "the trustAnchors parameter must be non-empty";

export const ALIAS_DOES_NOT_EXIST = "Alias <…> does not exist";

export const NO_CERTIFICATE_CAME = [
  "Empty client certificate chain",
  "bad_certificate",
  "handshake_failure",
] as const;

/** The handshake that we make ourselves is OpenSSL's, also where Javas meet. */
export const OPENSSL_DISAGREES: Strictness = {
  when: "a Java verifies and takes it, and OpenSSL, with which the handshake is rehearsed, does not",
  because: "other clients and servers refuse it, and green means that Java and OpenSSL agree",
};

/** A trusted leaf ends the matter for Java. */
export const TRUSTED_LEAF: Strictness = {
  when: "a Java trusts exactly that certificate, and then looks at no dates",
  because: "every other client refuses it, and so does Java once its issuer is trusted in its place",
};

/* Where to go on from a line of a log. */

const KEYS = "--keystore FILE --keystore-password env:NAME";
const TRUST = "--truststore FILE --truststore-password env:NAME";

/** Commands that show more than a line of a log; what is in capitals, the reader knows. */
export const LOOK = {
  server: "cdktf-trust diagnose HOST:PORT --servername NAME",
  trust: `cdktf-trust diagnose HOST:PORT --servername NAME ${TRUST}`,
  keys: `cdktf-trust diagnose HOST:PORT --servername NAME ${KEYS}`,
  list: "cdktf-trust store list FILE --password env:NAME",
  check: "cdktf-trust store check FILE --password env:NAME",
} as const;

/** A step after a text that says all its own side knows. */
export function toldHere(command: string, unshown: string): NextStep {
  return { log: "here", command, unshown };
}

/** A step after a text whose reason stands in the other side's log. */
export function toldByPeer(command: string, unshown: string): NextStep {
  return { log: "peer", command, unshown };
}
