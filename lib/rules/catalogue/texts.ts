import type { Strictness } from "./rule";

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
