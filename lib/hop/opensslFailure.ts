import type { Finding } from "../model";
import type { HandshakeFailure } from "./handshake";
import type { HopMaterial } from "./hopMaterial";

/** Cause of a failed handshake, by OpenSSL's code: rule, what it means, what to do. */
interface Explanation {
  readonly rule: string;
  readonly cause: (presenter: string, verifier: string) => string;
  readonly remedy: string;
}

const unknownIssuer: Explanation = {
  rule: "issuer-not-trusted",
  cause: (presenter, verifier) =>
    `the chain that the ${presenter} presents does not lead to anything the ${verifier} trusts ("unable to get local issuer certificate", in Java "PKIX path building failed")`,
  remedy:
    "put the intermediate certificates into the presented chain, or the root of that chain among the trusted certificates",
};

const selfSigned: Explanation = {
  rule: "issuer-not-trusted",
  cause: (presenter, verifier) =>
    `the ${presenter}'s certificate ends in a self-signed one that the ${verifier} does not trust ("self signed certificate", in Postman "Self-signed SSL certificates are blocked")`,
  remedy:
    "add exactly that certificate (or its root) to what the other side trusts; do not switch verification off",
};

const weakAlgorithm: Explanation = {
  rule: "algorithm-refused",
  cause: (presenter) =>
    `OpenSSL refuses the ${presenter}'s certificate for its key size or signature algorithm`,
  remedy: "issue it again with RSA 2048 or more, or EC P-256, and SHA-256",
};

const explanations: Readonly<Record<string, Explanation>> = {
  UNABLE_TO_GET_ISSUER_CERT: unknownIssuer,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownIssuer,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownIssuer,
  DEPTH_ZERO_SELF_SIGNED_CERT: selfSigned,
  SELF_SIGNED_CERT_IN_CHAIN: selfSigned,
  CERT_SIGNATURE_FAILURE: {
    rule: "signature-invalid",
    cause: (presenter) =>
      `a signature in the ${presenter}'s chain does not verify: an issuer of the same name but with another key`,
    remedy: "put the issuer that really signed it into the chain and among the trusted certificates",
  },
  INVALID_CA: {
    rule: "issuer-is-no-authority",
    cause: (presenter) =>
      `a certificate in the ${presenter}'s chain issued another without being an authority`,
    remedy: "issue the authority again with basic constraints CA:TRUE and key usage keyCertSign",
  },
  PATH_LENGTH_EXCEEDED: {
    rule: "path-length-exceeded",
    cause: (presenter) =>
      `an authority in the ${presenter}'s chain allows fewer authorities below it than there are`,
    remedy: "issue the certificate from a higher authority, or the authority again with a larger path length",
  },
  INVALID_PURPOSE: {
    rule: "usage-not-allowed",
    cause: (presenter) =>
      `the ${presenter}'s certificate is not meant for this side of TLS ("unsupported certificate purpose")`,
    remedy:
      "issue it with extended key usage serverAuth for a server, clientAuth for a client, and key usage digitalSignature",
  },
  NAME_MISMATCH: {
    rule: "name-not-covered",
    cause: (presenter) => `the ${presenter}'s certificate is not valid for the address that is called`,
    remedy:
      "issue the certificate with the address as a subject alternative name (an IP address as iPAddress), or call it by a name it has",
  },
  NO_CLIENT_CERTIFICATE: {
    rule: "no-client-certificate",
    cause: () =>
      'the server requires a client certificate and the client sends none ("Empty client certificate chain", "bad_certificate", "handshake_failure")',
    remedy: "bind an identity to the client whose issuer the server trusts",
  },
  ERR_OSSL_X509_KEY_VALUES_MISMATCH: {
    rule: "key-does-not-match",
    cause: () => "a private key does not belong to its certificate",
    remedy: "take key and certificate from the same request",
  },
  ERR_SSL_EE_KEY_TOO_SMALL: weakAlgorithm,
  ERR_SSL_CA_KEY_TOO_SMALL: weakAlgorithm,
  ERR_SSL_CA_MD_TOO_WEAK: weakAlgorithm,
  CA_MD_TOO_WEAK: weakAlgorithm,
  CA_KEY_TOO_SMALL: weakAlgorithm,
  EE_KEY_TOO_SMALL: weakAlgorithm,
};

/** Names the cause of a failed handshake in the operator's words. */
export function explainFailure({ hopId }: HopMaterial, failure: HandshakeFailure): Finding {
  const [presenter, verifier] = failure.side === "server" ? ["client", "server"] : ["server", "client"];
  const explanation = explanations[failure.code];
  const message =
    explanation === undefined
      ? `the handshake fails (${failure.code}): ${failure.message}`
      : `${explanation.cause(presenter, verifier)}; ${explanation.remedy}`;
  return { level: "error", rule: explanation?.rule ?? "handshake-failed", subject: hopId, message };
}
