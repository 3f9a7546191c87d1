import { receivedAlert } from "../alert";
import { anyOf } from "./anyOf";
import { MAXIMUM_BUILT_INTERMEDIATES, MAXIMUM_CHAIN, MAXIMUM_MESSAGE } from "../limits";
import type { Rules } from "./rule";
import {
  LOOK,
  NO_LOCAL_ISSUER,
  NO_TRUST_ANCHORS,
  OPENSSL_DISAGREES,
  PATH_BUILDING_FAILED,
  toldHere,
} from "./texts";

/** The chain that is presented, and what is trusted. */
export const trustRules = {
  "no-anchor": {
    cause:
      "a side that verifies certificates trusts nothing: its truststore is empty or missing, was opened without its password, or is none that Java reads (made by `openssl pkcs12 -nokeys`)",
    remedy:
      "put the anchor into the truststore that is really used, with this tool or keytool; name that truststore where none is named",
    says: [NO_TRUST_ANCHORS, NO_LOCAL_ISSUER],
    pattern: /trustAnchors parameter must be non-empty/i,
    next: toldHere(LOOK.list, "which truststore the process opened"),
  },
  "authority-key-differs": {
    cause:
      "a trusted certificate has the name of the issuer, but not the key or serial number that the presented chain names",
    remedy: "trust the very certificate that it was issued under, or issue it again under the trusted one",
    says: ["Path does not chain with any of the trust anchors"],
    pattern: /Path does not chain with any of the trust anchors/i,
    next: toldHere(LOOK.trust, "which key the trusted certificate has"),
  },
  "signature-invalid": {
    cause:
      "a certificate was not signed by the key of the issuer that it names: there is another of the same name",
    remedy: "put the issuer that really signed it into the chain and among the trusted certificates",
    ours: OPENSSL_DISAGREES,
    pattern: anyOf(
      /CertPath\S*Exception: signature check failed|PKIX path validation failed: .*signature check failed/,
      /SignatureException: Signature does not match/,
      /certificate signature failure/,
      /CERT_SIGNATURE_FAILURE/,
    ),
    says: [
      "CertPathValidatorException: signature check failed",
      "SignatureException: Signature does not match",
    ],
    next: toldHere(LOOK.trust, "which two authorities of one name there are"),
  },
  "anchor-is-no-authority": {
    cause:
      "a trusted certificate issued what is presented without being an authority, as when a self-signed certificate of keytool is renewed with the same key and the old one stays trusted; of several of one name and key Java takes any, so one such spoils the others",
    remedy:
      "trust the new certificate itself and remove the old one; an issuer needs basic constraints CA:TRUE and, with a key usage, keyCertSign",
    says: ["TrustAnchor with subject … is not a CA certificate"],
    pattern: /TrustAnchor with subject .* is not a CA certificate/i,
    next: toldHere(LOOK.list, "whether another certificate of the same name stands beside it"),
  },
  "anchor-expired": {
    level: "warning",
    cause:
      "a trusted certificate is outside its dates: Java does not look at them but for old version 1 roots (an error there), others do",
    remedy: "renew it",
  },
  "next-generation-refused": {
    level: "warning",
    cause:
      "an identity is announced, and a call would fail once its next generation is served: the other side trusts it, and cannot use it",
    remedy:
      "correct what is declared of the identity (algorithm, names, usages) or of the other side, and announce it anew: `cdktf-trust rotate ID --back`, then `cdktf-trust rotate ID`",
  },
  "issuer-is-no-authority": {
    cause: "a presented certificate issued another one without being an authority",
    remedy: "issue the authority again with basic constraints CA:TRUE and the key usage keyCertSign",
    says: ["basic constraints check failed", "CA key usage check failed"],
    pattern: /basic constraints check failed|CA key usage check failed|INVALID_CA|invalid CA certificate/i,
    next: toldHere(LOOK.server, "which certificate of the chain it is"),
  },
  "path-length-exceeded": {
    cause: "more authorities stand below one than it allows",
    remedy:
      "issue the certificate from a higher authority, or that authority again with a larger path length",
    ours: OPENSSL_DISAGREES,
    says: ["pathLenConstraint violated"],
    pattern: /pathLenConstraint violated|path length constraint exceeded|PATH_LENGTH_EXCEEDED/i,
    next: toldHere(LOOK.server, "which authority of the chain sets the limit"),
  },
  "name-not-permitted": {
    cause:
      "a name is outside the name constraints of a presented authority; a common name that looks like a host name counts, in client certificates, too",
    remedy:
      "issue the certificate with a name inside the constraints; for a client a common name with a space in it will do",
    says: ["name constraints check failed"],
    pattern: /name constraints check failed/i,
    next: toldHere(LOOK.server, "which authority of the chain sets the constraint"),
  },
  "policy-refused": {
    cause:
      "an authority requires a certificate policy (policy constraints) that a certificate below it does not carry on, or policy qualifiers are critical, which Java refuses",
    remedy:
      "issue the certificates below that authority with a policy that it allows, or the authority again without requiring one",
    says: [
      "non-null policy tree required and policy tree is null",
      "critical policy qualifiers present in certificate",
    ],
    pattern: /policy tree is null|critical policy qualifiers/i,
    next: toldHere(LOOK.server, "which authority of the chain requires the policy"),
  },
  "message-too-large": {
    cause: `a handshake message is longer than Java reads, ${MAXIMUM_MESSAGE} bytes unless \`jdk.tls.maxHandshakeMessageSize\` says otherwise: hundreds of authorities that a server asks for by name, or huge chains`,
    remedy:
      "trust fewer certificates where clients are checked (a truststore of its own, not cacerts), or raise `jdk.tls.maxHandshakeMessageSize` on the side that reads it",
    says: ["The size of the handshake message (…) exceeds the maximum allowed size"],
    pattern: /size of the handshake message .* exceeds/i,
    next: toldHere(LOOK.server, "whether it is the chain or the list of authorities"),
  },
  revoked: {
    cause: "an authority has revoked a certificate that is presented",
    remedy: "ask the authority why, and have another one issued",
    says: ["Received fatal alert: certificate_revoked", "CertificateRevokedException"],
    pattern: anyOf(
      /CertificateRevokedException/,
      /CERT_REVOKED/,
      /(?:error|problem|failed).* certificate revoked/,
      receivedAlert("certificate_revoked"),
    ),
    next: toldHere(LOOK.server, "which certificate of the chain it is"),
  },
  "revocation-unknown": {
    cause:
      "Java looks up whether certificates are revoked (`com.sun.net.ssl.checkRevocation`), and a certificate names no place that it would ask: no OCSP responder with `ocsp.enable`, no list with `com.sun.security.enableCRLDP`",
    remedy:
      "have the certificate issued with the address of a responder or a list, switch on the means that it names, or switch the look-up off",
    says: ["Could not determine revocation status", "Certificate does not specify OCSP responder"],
    pattern: /Could not determine revocation status|does not specify OCSP responder/i,
    next: toldHere(LOOK.server, "whether the responder or the list can be reached from there"),
  },
  "revocation-looked-up": {
    level: "warning",
    cause:
      "Java looks up whether certificates are revoked, so the handshake needs an answer from the addresses that are named; nothing was asked here",
    remedy: "see that the machine reaches these addresses",
  },
  "chain-too-long": {
    cause: `a chain is longer than Java takes: ${MAXIMUM_CHAIN.server} certificates from a server, ${MAXIMUM_CHAIN.client} from a client, ${MAXIMUM_BUILT_INTERMEDIATES} intermediates in disorder`,
    remedy:
      "store the chain in order, leaf first, each issuer after what it issued, without the root and without strangers",
  },
  "verify-depth-exceeded": {
    cause:
      "a client's chain has more intermediates than the server takes (nginx: `ssl_verify_depth`, 1 where nothing is said); OpenSSL 1.0 counts the anchor, too",
    remedy:
      "let the server take more (`verifyDepth` of the declared server, `ssl_verify_depth` in nginx), or issue the certificate from a higher authority",
    says: [NO_LOCAL_ISSUER, "certificate chain too long"],
    pattern: /certificate chain too long|CERT_CHAIN_TOO_LONG/i,
    next: toldHere(LOOK.server, "how deep the side that refuses looks"),
  },
  "anchor-is-no-root": {
    cause:
      "a trusted certificate is an intermediate: Java and curl take any trusted certificate for the end of a path, OpenSSL otherwise and Node look for a root",
    remedy: "trust the root of the chain as well",
    says: ["unable to get issuer certificate"],
    pattern: /unable to get issuer certificate|UNABLE_TO_GET_ISSUER_CERT\b/i,
    next: toldHere(LOOK.trust, "which file is trusted"),
  },
  "issuer-not-trusted": {
    cause:
      "the presented chain leads to nothing in the truststore that is really used: its self-signed certificate or root is not there, or an intermediate was not sent",
    remedy:
      "put that certificate or root into the truststore that the other side really uses (Postman: CA certificates), and the intermediates into the presented chain; do not switch verification off",
    ours: OPENSSL_DISAGREES,
    says: [
      PATH_BUILDING_FAILED,
      NO_LOCAL_ISSUER,
      "self signed certificate in certificate chain",
      "Self-signed SSL certificates are blocked",
    ],
    pattern: anyOf(
      /Self-signed SSL certificates are blocked/,
      /DEPTH_ZERO_SELF_SIGNED_CERT/,
      /SELF_SIGNED_CERT_IN_CHAIN/,
      /(?:verif\S*|problem|error)\b.*self[- ]signed certificate/,
      /self[- ]signed certificate in certificate chain/,
      /PKIX path building failed/,
      /unable to find valid certification path/,
      /unable to get (?:local )?issuer certificate/,
      /UNABLE_TO_(?:GET_ISSUER_CERT|VERIFY_LEAF_SIGNATURE)/,
      /unable to verify the first certificate/,
      /No trusted certificate found/,
      /rejected by ChainVerifier/,
      receivedAlert("unknown_ca"),
    ),
    next: toldHere(LOOK.trust, "which truststore the process opened"),
  },
  "verification-failed": {
    cause: "this side refuses what the other one presents, and its text does not say why",
    remedy: "look at the chain with the truststore that this side really uses",
    says: ["certificate verify failed"],
    pattern: /certificate verify failed|CERTIFICATE_VERIFY_FAILED/i,
    next: toldHere(LOOK.trust, "whether it is the issuer, a date, a usage or the name"),
  },
  "missing-intermediate": {
    cause: "a chain ends at a certificate whose issuer is neither sent nor trusted",
    remedy:
      "store the identity with its whole chain, intermediates included; if that issuer is the root, trust it",
    says: [PATH_BUILDING_FAILED, NO_LOCAL_ISSUER],
  },
  "chain-incomplete": {
    level: "warning",
    cause: "an identity of an authority is held without its issuers, so that whoever connects must have them",
    remedy: "hand over the whole chain with its intermediates, so that it can be presented",
  },
  "chain-disordered": {
    level: "warning",
    cause:
      "a stored chain is out of order or holds strangers; from JKS Java presents it so (an error), from PKCS12 it puts the chain together itself",
    remedy: `import it leaf first, each issuer after what it issued; Java itself, as the other side, puts up to ${MAXIMUM_BUILT_INTERMEDIATES} intermediates in order`,
  },
  "no-certificate": {
    cause: "an identity has no certificate",
    remedy: "put the identity into the store with its chain",
  },
} as const satisfies Rules;
