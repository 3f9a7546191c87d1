import { MINIMUM_PASSWORD_LENGTH } from "../limits";
import { receivedAlert } from "../alert";
import { anyOf } from "./anyOf";
import type { Rules } from "./rule";
import { ALIAS_DOES_NOT_EXIST, LOOK, NO_TRUST_ANCHORS, toldHere } from "./texts";

/** Keys, aliases and encryption of stores. */
export const storeRules = {
  "other-identity-presented": {
    cause:
      "Java's default key manager presents another identity of the store than the one that is meant: it goes by key type (EC before RSA), then by the hash of the alias; beside apia, the aliases https, mykey and zzz lose; a server with several certificates on one port goes by the name that a client asks for, and by an address nobody asks",
    remedy:
      "keep one identity in the store, or have the product name the alias; between keys of one type another alias can win, too; call a server with several certificates by a name of the one that is meant",
  },
  "other-issuer-presented": {
    level: "warning",
    cause:
      "a Java before 13 presents another authority than the one that signed: in PKCS12 it takes the first certificate of an issuer's name for the issuer, whatever its key, so that two authorities of one name in a file, such as an authority and the one that follows it, are mixed up",
    remedy:
      "keep the identities of such authorities in stores of their own, have the store in JKS, or take a Java from 13 on",
  },
  "alias-missing": {
    cause:
      'a store has no entry under the alias that is meant; imports from a .pfx without a friendly name become "1"',
    remedy: "see the aliases with `cdktf-trust store list`, and name the one that is there",
    says: [ALIAS_DOES_NOT_EXIST],
    pattern: /Alias <[^>]*> does not exist/i,
    next: toldHere(LOOK.list, "which aliases the store has"),
  },
  "alias-repeated": {
    cause:
      "two entries of a store have aliases that differ in case at most; Java does not tell case, and shows the last",
    remedy: "give each entry of the store its own alias",
  },
  "alias-upper-case": {
    cause:
      "an alias in a JKS or JCEKS store has upper case: Java looks for lower case there and never finds it (a warning where a plan declares it, because it is written in lower case)",
    remedy: "write it in lower case, as keytool shows it",
  },
  "alias-number": {
    level: "warning",
    cause: "an entry has a number for an alias, as imports of a .pfx without a friendly name leave it",
    remedy: "give it a name that says whose it is, before a product refers to it",
  },
  "alias-blank": {
    level: "warning",
    cause: "an alias is empty, or begins or ends with a blank",
    remedy: "rename the entry",
  },
  "key-password-differs": {
    cause:
      "a key has another password than the one that the product uses for all keys of the store; Java's default key manager then opens none of them, those of the neighbours included, and NewSunX509 presents nothing where it chose that one",
    remedy:
      "encrypt every key under the store's password (keytool -importkeystore keeps the old one without -destkeypass), or tell the product both",
    says: ["UnrecoverableKeyException: Cannot recover key"],
    pattern: anyOf(/Cannot recover key/, /Get Key failed/, /UnrecoverableKeyException/, /\bbad decrypt\b/),
    next: toldHere(LOOK.check, "the key of which alias it is"),
  },
  "key-unreadable": {
    cause: "a key cannot be opened for another reason than its password; the message says which",
    remedy: "put the key into the store again",
  },
  "key-beyond-tls": {
    level: "warning",
    cause:
      "a key is of a kind that Java keeps and signs with, and that no TLS of Java up to 26 takes (ML-DSA)",
    remedy: "take RSA or EC for TLS",
  },
  "key-unknown": {
    cause:
      "a PKCS12 store holds a key of a kind that its Java does not know (Ed25519 before Java 15, ML-DSA before 24), which keeps Java from opening the other keys, too",
    remedy: "take RSA or EC, or keep that key in a store of its own",
    says: ["Ed25519 KeyFactory not available", "1.3.101.112 KeyFactory not available"],
    pattern: /KeyFactory not available/i,
    next: toldHere(LOOK.list, "the key of which alias it is"),
  },
  "key-does-not-match": {
    cause: "a private key does not belong to its certificate, which Java notices only in the handshake",
    remedy: "take key and certificate of the same request",
    says: ["Invalid CertificateVerify signature", "key values mismatch"],
    pattern: anyOf(
      /Invalid CertificateVerify (?:message|signature)/,
      /key values mismatch/,
      receivedAlert("decrypt_error"),
    ),
    next: toldHere(LOOK.check, "which of the two is the wrong one"),
  },
  "no-usable-key": {
    cause:
      "a server has no private key that it can use: no key entry, an unencrypted one, or a type that the client does not take",
    remedy: "put the identity into the server's store as a key entry under the store's password",
    says: ["No available authentication scheme", "no cipher suites in common", "no shared cipher"],
    pattern: anyOf(
      /No available authentication scheme/,
      /no cipher suites in common/,
      /no shared cipher/,
      /NO_SHARED_CIPHER/,
      /no suitable signature algorithm/,
    ),
    next: toldHere(LOOK.server, "which kinds of keys the other side takes"),
  },
  "invisible-key": {
    cause: "a PKCS12 store holds keys that are not encrypted, which Java passes over without a word",
    remedy: "import them into a new store, which encrypts them under its password",
  },
  "invisible-certificate": {
    level: "warning",
    cause:
      "a PKCS12 store holds certificates without the attribute that makes Java trust them, as `openssl pkcs12 -nokeys` writes them, so Java does not show them",
    remedy: "import them again, with this tool or keytool",
  },
  "no-entries": {
    level: "warning",
    cause: "a store is empty",
    remedy: "put the entries into it that its readers need",
    says: [NO_TRUST_ANCHORS],
  },
  "weak-password": {
    level: "warning",
    cause: `a store's password is a product's default, a word from a tutorial, or shorter than ${MINIMUM_PASSWORD_LENGTH} characters, so that its keys are as good as plaintext`,
    remedy: "change it where the product allows, and keep the file readable for the product alone",
  },
  "weak-encryption": {
    level: "warning",
    cause: "a store is encrypted with what newer readers refuse (RC2, RC4, DES) or with MD5 and 3DES (JCEKS)",
    remedy: "convert it to the profile modern, or compat where old readers need it",
  },
  "java-unreadable": {
    cause:
      "a store holds one thing for which no Java opens any of it: AES-192, PBES2 with 3DES or two-key 3DES in PKCS12, a certificate with explicit EC parameters, one without a subject whose alternative names are not critical, a secret key in JCEKS that Java did not write",
    remedy: "convert it to the profile modern or compat",
  },
  "password-not-ascii": {
    cause:
      "a PKCS12 store is under a password beyond printable ASCII, with which Java before 25 opens none, and later ones only what is under PBES2",
    remedy: "change the password, or convert the store to JKS, which takes any",
  },
  "integrity-unchecked": {
    level: "warning",
    cause: "a store was opened without a password, so its integrity was not checked",
    remedy: "give the store's password",
  },
  "integrity-unprotected": {
    level: "warning",
    cause:
      "a PKCS12 store has no MAC, so that nobody notices what was changed in it (Java's own cacerts has none)",
    remedy: "convert it to the profile modern or compat, or see to it that nobody else can write the file",
  },
  "integrity-pbmac1": {
    cause:
      "a PKCS12 store is protected by PBMAC1 (RFC 9579), which Java before 25.0.5 and OpenSSL before 3.4 do not know and take for a wrong password or damage",
    remedy: "convert it to the profile modern or compat, unless all its readers are newer",
  },
  "content-against-extension": {
    level: "warning",
    cause:
      "a file's extension says one format and its content is another: a .jks that holds PKCS12, a .p12 that holds JKS",
    remedy: "rename it or convert it",
  },
  "store-unreadable": {
    cause: "a file does not open as a store: wrong password, unknown format, damage; the message says which",
    remedy: "correct the password or the path, or restore the store from a backup; nothing was changed",
  },
} as const satisfies Rules;
