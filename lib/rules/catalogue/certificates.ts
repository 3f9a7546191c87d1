import { receivedAlert } from "../alert";
import { anyOf } from "./anyOf";
import { CURVES, EXPIRING_WITHIN_DAYS, KEY_BITS } from "../limits";
import type { Rules } from "./rule";
import { LOOK, OPENSSL_DISAGREES, toldHere, TRUSTED_LEAF, VALIDITY_CHECK_FAILED } from "./texts";

const issueAgain = `issue it again with RSA ${KEY_BITS.RSA.weak} or more, or EC P-256, and SHA-256`;

/** What a certificate says of itself: dates, names, usages, algorithms. */
export const certificateRules = {
  "not-yet-valid": {
    cause: "a certificate is not valid yet, or a clock is wrong",
    remedy: "wait until it is, or set the clocks right",
    ours: TRUSTED_LEAF,
    says: [VALIDITY_CHECK_FAILED, "CertificateNotYetValidException", "certificate is not yet valid"],
    pattern: /CertificateNotYetValid|certificate is not yet valid|CERT_NOT_YET_VALID/i,
    next: toldHere(LOOK.server, "which certificate of the chain it is, and whether a clock is wrong"),
  },
  expired: {
    cause: "a certificate is past its last day, or a clock is wrong",
    remedy: "renew it, and where it is its own anchor, trust the new one first; compare the clocks",
    ours: TRUSTED_LEAF,
    says: [VALIDITY_CHECK_FAILED, "CertificateExpiredException", "certificate has expired"],
    pattern: anyOf(
      /PKIX path validation failed: .*validity check failed/,
      /CertPathValidatorException: validity check failed/,
      /CertificateExpiredException/,
      /(?:SSL |peer )?certificate has expired/,
      /CERT_HAS_EXPIRED/,
      receivedAlert("certificate_expired"),
    ),
    next: toldHere(LOOK.server, "which certificate of the chain it is, and whether a clock is wrong"),
  },
  expiring: {
    level: "warning",
    cause: `a certificate ends within ${EXPIRING_WITHIN_DAYS} days`,
    remedy: "renew it in time, and let those who trust it know",
  },
  "certificate-requested": {
    level: "warning",
    cause:
      "the next certificate was requested from somebody else's authority and has not come back; the one before is served until then",
    remedy: "send the request, and complete it with what comes back: `cdktf-trust lock request list`",
  },
  "address-only-in-common-name": {
    cause:
      "a client calls an IP address that only the certificate's common name has; curl takes it, Java and Node do not, so that a smoke test with curl misleads",
    remedy: "issue the certificate with the address as an iPAddress subject alternative name",
    says: ["No subject alternative names present"],
    pattern: /No subject alternative names present/i,
    next: toldHere(LOOK.server, "which names the certificate has"),
  },
  "name-not-covered": {
    cause:
      "the name or address that a client calls is not among the certificate's names (a warning for a declared name that nobody calls)",
    remedy: "issue the certificate with it as a subject alternative name, or call a name that it has",
    says: [
      "No subject alternative DNS name matching … found",
      "No subject alternative names matching IP address … found",
      "ERR_TLS_CERT_ALTNAME_INVALID",
      "no alternative certificate subject name matches target host name '…'",
      "certificate subject name '…' does not match target host name",
      "verify error:num=62:hostname mismatch",
      "verify error:num=64:IP address mismatch",
    ],
    pattern: anyOf(
      /No subject alternative (?:DNS )?names? matching/,
      /Hostname\/IP does not match/,
      /ERR_TLS_CERT_ALTNAME_INVALID/,
      /no alternative certificate subject name matches/,
      /certificate subject name '.*' does not match target host ?name/,
      /(?:verif\S*|SSL|certificate|error)\b.*\b(?:hostname|IP address) mismatch/,
      /No name matching \S+ found/,
      /certificate for <.*> doesn't match any of the subject alternative names/,
    ),
    next: toldHere(LOOK.server, "which names the certificate has"),
  },
  "name-only-in-common-name": {
    level: "warning",
    cause:
      "a certificate has no subject alternative names: Java, curl and Node still take the common name, browsers do not",
    remedy: "issue it again with subject alternative names",
  },
  "usage-not-allowed": {
    cause: "a certificate's extended key usage or Netscape type does not allow this side of TLS",
    remedy: "issue it again with serverAuth for a server, clientAuth for a client, both, or none",
    ours: OPENSSL_DISAGREES,
    says: [
      "Extended key usage does not permit use for TLS … authentication",
      "Netscape cert type does not permit use for SSL …",
      "unsupported certificate purpose",
    ],
    pattern: anyOf(
      /Extended key usage does not permit/,
      /Netscape cert type does not permit/,
      /unsupported certificate purpose|unsuitable certificate purpose/,
      /INVALID_PURPOSE/,
      receivedAlert("unsupported_certificate"),
    ),
    next: toldHere(LOOK.server, "which usages the certificate has"),
  },
  "key-usage-not-allowed": {
    cause: "a certificate's key usage lacks digitalSignature, which Java wants even for RSA",
    remedy: "issue it again with the key usage digitalSignature",
    says: ["KeyUsage does not allow digital signatures"],
    pattern: /KeyUsage does not allow digital signatures/i,
    next: toldHere(LOOK.server, "which usages the certificate has"),
  },
  "algorithm-refused": {
    cause: `the verifying side refuses a key or a signature: Java RSA and DSA below ${KEY_BITS.RSA.refused} bits, curves other than ${[...CURVES].join(", ")}, MD5, SHA-3, what the site's \`java.security\` disables, Ed25519 before Java 15, and in TLS 1.3 DSA signatures and (Java 17.0.16, 21 and 25) SHA-224`,
    remedy: issueAgain,
    ours: {
      when: `a site's \`java.security\` or an OpenSSL at level 0 allows RSA or DSA below ${KEY_BITS.RSA.refused} bits, or a Java up to 15 old curves`,
      because:
        "such short keys can be factored by anybody who cares to, and such curves are unknown to whatever comes next",
    },
    says: ["Algorithm constraints check failed"],
    pattern:
      /Algorithm constraints check failed|Certificates do(?:es)? not conform to algorithm constraints/i,
    next: toldHere(LOOK.trust, "which certificate of the chain it is"),
  },
  "security-level-refused": {
    cause:
      "an OpenSSL refuses a key or a signature below its host's security level, in what it is shown and in what it presents itself: level 2 of Debian, Ubuntu and RHEL wants RSA 2048 or EC 224 and no SHA-1, level 1 of Node up to 22 RSA 1024 and no SHA-1",
    remedy: `${issueAgain}; where the host's openssl.cnf says otherwise, declare it: \`OpenSsl.release("3.0", { securityLevel: 1 })\``,
    says: ["ee key too small", "ca key too small", "ca md too weak"],
    pattern:
      /(?:ee|ca) key too small|ca md too weak|(?:EE|CA) certificate key too weak|(?:EE|CA)_KEY_TOO_SMALL|CA_MD_TOO_WEAK/i,
    next: toldHere(
      LOOK.server,
      "which certificate of the chain it is, and the security level of the side that refuses",
    ),
  },
  "weak-key": {
    level: "warning",
    cause: `a key is RSA or DSA below ${KEY_BITS.RSA.weak} bits, or DSA, which TLS 1.3 does not know`,
    remedy: issueAgain,
  },
  "weak-signature": {
    level: "warning",
    cause: "a certificate is signed with SHA-1 or MD5, which OpenSSL, browsers and newer readers refuse",
    remedy: issueAgain,
  },
  "unknown-critical-extension": {
    cause: "a certificate has a critical extension that Java does not know",
    remedy: "issue it again without that extension, or with the extension not critical",
    says: ["unrecognized critical extension(s)"],
    pattern: /unrecognized critical extension/i,
    next: toldHere(LOOK.server, "which certificate of the chain has the extension"),
  },
  "certificate-unreadable": {
    cause: "a certificate in a store is damaged",
    remedy: "import it again",
  },
} as const satisfies Rules;
