/** Log texts that betray more than one rule. */

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
