import { refusal, type Refusal, type RuleId } from "../rules";
import type { HandshakeFailure } from "./handshakeResult";

/** Cause of a failed handshake, by OpenSSL's code: the rule, what it means here, and which log texts to quote. */
interface Explanation {
  readonly rule: RuleId;
  readonly facts: (presenter: string, verifier: string) => string;
  readonly quoting?: string;
}

const unknownIssuer: Explanation = {
  rule: "issuer-not-trusted",
  facts: (presenter, verifier) =>
    `the chain that the ${presenter} presents does not lead to anything the ${verifier} trusts`,
};

const selfSigned: Explanation = {
  rule: "issuer-not-trusted",
  facts: (presenter, verifier) =>
    `the ${presenter}'s certificate ends in a self-signed one that the ${verifier} does not trust`,
  quoting: "elf",
};

const weakAlgorithm: Explanation = {
  rule: "security-level-refused",
  facts: (presenter) =>
    `OpenSSL refuses the ${presenter}'s certificate for its key size or signature algorithm`,
};

const noProtocol: Explanation = {
  rule: "no-shared-protocol",
  facts: () => "the two sides speak no common version of TLS",
};

const explanations: Readonly<Record<string, Explanation>> = {
  UNABLE_TO_GET_ISSUER_CERT: {
    rule: "anchor-is-no-root",
    facts: (presenter, verifier) =>
      `the ${verifier} trusts an intermediate of the ${presenter}'s chain, and not its root`,
  },
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownIssuer,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownIssuer,
  DEPTH_ZERO_SELF_SIGNED_CERT: selfSigned,
  SELF_SIGNED_CERT_IN_CHAIN: selfSigned,
  CERT_SIGNATURE_FAILURE: {
    rule: "signature-invalid",
    facts: (presenter) =>
      `a signature in the ${presenter}'s chain does not verify: an issuer of the same name but with another key`,
  },
  INVALID_CA: {
    rule: "issuer-is-no-authority",
    facts: (presenter) =>
      `a certificate in the ${presenter}'s chain issued another without being an authority`,
  },
  PATH_LENGTH_EXCEEDED: {
    rule: "path-length-exceeded",
    facts: (presenter) =>
      `an authority in the ${presenter}'s chain allows fewer authorities below it than there are`,
  },
  INVALID_PURPOSE: {
    rule: "usage-not-allowed",
    facts: (presenter) =>
      `the ${presenter}'s certificate, or one in its chain, is not meant for this side of TLS`,
    quoting: "purpose",
  },
  NO_CLIENT_CERTIFICATE: {
    rule: "no-client-certificate",
    facts: () => "the server requires a client certificate and the client sends none",
  },
  OTHER_IDENTITY: {
    rule: "other-identity-presented",
    facts: () => "the server presents another identity to the name that this client asks for",
  },
  ERR_OSSL_X509_KEY_VALUES_MISMATCH: {
    rule: "key-does-not-match",
    facts: () => "a private key does not belong to its certificate",
  },
  ERR_SSL_EE_KEY_TOO_SMALL: weakAlgorithm,
  ERR_SSL_CA_KEY_TOO_SMALL: weakAlgorithm,
  ERR_SSL_CA_MD_TOO_WEAK: weakAlgorithm,
  CA_MD_TOO_WEAK: weakAlgorithm,
  CA_KEY_TOO_SMALL: weakAlgorithm,
  EE_KEY_TOO_SMALL: weakAlgorithm,
  ERR_SSL_UNSUPPORTED_PROTOCOL: noProtocol,
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: noProtocol,
};

/** Names the cause of a failed handshake in the operator's words. */
export function explainFailure(failure: HandshakeFailure): Refusal {
  const presenter = failure.presenter ?? (failure.side === "server" ? "client" : "server");
  const verifier = presenter === "client" ? "server" : "client";
  const explanation = explanations[failure.code];
  if (explanation === undefined) {
    const facts = `the handshake fails (${failure.code}): ${failure.message}`;
    return refusal("handshake-failed", facts, undefined, "none");
  }
  const { rule, facts, quoting } = explanation;
  const quotation = quoting === undefined ? {} : { of: quoting };
  return refusal(rule, facts(presenter, verifier), undefined, quotation);
}
