/** What an error text means, and what to do about it. */
export interface Diagnosis {
  /** Stable name of the cause; the rules of `docs/verdicts.md` where they find the same. */
  readonly rule: string;
  readonly cause: string;
  readonly remedy: string;
}

interface KnownText extends Diagnosis {
  readonly pattern: RegExp;
}

/** From the products' documents and measurements; the more telling texts first. */
const knownTexts: readonly KnownText[] = [
  {
    pattern: /(?:Unrecognized|Unsupported or unrecognized) SSL message/i,
    rule: "plain-http",
    cause: "one side speaks plain HTTP and the other TLS: http:// sent to a TLS port, or TLS to a plain one",
    remedy:
      'call the port with https://, and see that the listener is switched to TLS (xMatters: service-gateway ssl="true", then a restart)',
  },
  {
    pattern: /wrong version number|ERR_SSL_WRONG_VERSION_NUMBER|http request/i,
    rule: "plain-http",
    cause: "the listener answers plain HTTP on this port, or was called with http:// on a TLS port",
    remedy: "use the TLS port, or switch the listener to TLS and restart it",
  },
  {
    pattern:
      /Empty (?:client )?certificate chain|bad_certificate|zero-length certificate|peer did not return a certificate|certificate_required|alert certificate required|alert bad certificate/i,
    rule: "client-certificate-not-sent",
    cause:
      "the server requires a client certificate and got none: none is bound, or no issuer in the client's stored chain is among the authorities that the server asks for",
    remedy:
      "bind the identity to the call, store it with its intermediates, and put its issuer into the server's truststore; `cdktf-trust verify` tells which of these it is",
  },
  {
    pattern:
      /Self-signed SSL certificates are blocked|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|self[- ]signed certificate/i,
    rule: "issuer-not-trusted",
    cause: "the client does not know the server's self-signed certificate or private authority",
    remedy:
      "add that certificate to what the client trusts (Postman: CA certificates); do not switch verification off",
  },
  {
    pattern: /trustAnchors parameter must be non-empty/i,
    rule: "no-anchor",
    cause:
      "the truststore that Java opened holds no certificate it trusts, is missing, or was opened without its password",
    remedy:
      "name the right truststore, put the anchor into it, and make PKCS12 truststores with this tool or keytool, not with `openssl pkcs12 -nokeys`",
  },
  {
    pattern:
      /validity check failed|CertificateExpired|CertificateNotYetValid|certificate has expired|CERT_HAS_EXPIRED|not yet valid|CERT_NOT_YET_VALID/i,
    rule: "expired",
    cause: "a certificate of the presented chain is outside its dates, or a clock is wrong",
    remedy:
      "renew the certificate, in the trusting stores too where it is its own anchor; compare the clocks",
  },
  {
    pattern:
      /PKIX path building failed|unable to find valid certification path|unable to get (?:local )?issuer certificate|UNABLE_TO_(?:GET_ISSUER_CERT|VERIFY_LEAF_SIGNATURE)|Path does not chain with any of the trust anchors|unable to verify the first certificate/i,
    rule: "issuer-not-trusted",
    cause:
      "the presented chain leads to nothing in the truststore that is really used: its issuer is not there, or an intermediate was not sent",
    remedy:
      "store the presented identity with its whole chain, and put the root into the truststore of that JVM or process",
  },
  {
    pattern: /Extended key usage does not permit|unsupported certificate purpose|INVALID_PURPOSE/i,
    rule: "usage-not-allowed",
    cause: "the certificate's extended key usage does not allow this side of TLS",
    remedy: "issue it again with serverAuth for a server, clientAuth for a client",
  },
  {
    pattern: /KeyUsage does not allow digital signatures/i,
    rule: "key-usage-not-allowed",
    cause: "the certificate's key usage lacks digitalSignature, which Java wants even for RSA",
    remedy: "issue it again with the key usage digitalSignature",
  },
  {
    pattern: /No subject alternative names present/i,
    rule: "address-only-in-common-name",
    cause: "the client calls an IP address, and the certificate has it at most as common name",
    remedy: "issue the certificate with the address as an iPAddress subject alternative name",
  },
  {
    pattern:
      /No subject alternative (?:DNS )?names? matching|Hostname\/IP does not match|ERR_TLS_CERT_ALTNAME_INVALID|no alternative certificate subject name matches|No name matching/i,
    rule: "name-not-covered",
    cause: "the name or address in the URL is not among the certificate's names",
    remedy: "call a name that the certificate has, or issue it with this one as a subject alternative name",
  },
  {
    pattern: /keystore password was incorrect|Keystore was tampered with/i,
    rule: "wrong-password",
    cause: "the store does not open: wrong password, or a damaged file",
    remedy: "give the store's password, not the key's; if it is right, fetch the file again in binary mode",
  },
  {
    pattern: /Invalid keystore format/i,
    rule: "unknown-format",
    cause: "the file is no store of the kind that was expected: PEM opened as JKS, or PKCS12 on an old JRE",
    remedy: "see what it is with `cdktf-trust store list`, and convert it with `cdktf-trust store convert`",
  },
  {
    pattern: /EOFException|toDerInputStream rejects tag type/i,
    rule: "damaged-store",
    cause: "the store is cut short, was sent as text, or is PEM opened as PKCS12",
    remedy: "fetch the file again in binary mode, and convert PEM to a store first",
  },
  {
    pattern: /Cannot recover key|Get Key failed/i,
    rule: "key-password-differs",
    cause: "a key entry has another password than the one used, so that Java opens none of the store's keys",
    remedy:
      "encrypt every key under the store's password (keytool -importkeystore keeps the old one without -destkeypass)",
  },
  {
    pattern: /Alias <[^>]*> does not exist|Alias \S+ not found/i,
    rule: "alias-missing",
    cause: 'the store has no entry under this alias; a .pfx without a friendly name is imported as "1"',
    remedy: "see the aliases with `cdktf-trust store list`, and name the one that is there",
  },
  {
    pattern: /WS_CLIENT_INVALID_PRIVATE_KEY/,
    rule: "connector-private-key",
    cause:
      "the web service connector got a key in a form it does not take, for example the output of getKeyAndChain",
    remedy: "hand it keyStoreAlias and keyAlias, or set both in the endpoint alias",
  },
  {
    pattern: /ISC\.0064\.9314|Authorization Required/i,
    rule: "not-authorized",
    cause:
      "TLS succeeded, and the application behind it saw neither a client certificate it maps to a user nor a token",
    remedy:
      "map the certificate to its user on the called system (again after each renewal), and see that the call presents it",
  },
  {
    pattern: /No available authentication scheme|no cipher suites in common|no shared cipher/i,
    rule: "no-usable-key",
    cause:
      "the server has no private key it can use: no key entry, an unencrypted one, or a type the client does not take",
    remedy: "put the identity into the server's store as a key entry under the store's password",
  },
  {
    pattern: /certificate_unknown|alert certificate unknown/i,
    rule: "refused-by-peer",
    cause:
      "the other side refused the presented certificate: chain, dates, name or usage; only its own log says which",
    remedy: "read the other side's log, or let `cdktf-trust verify` judge the hop",
  },
  {
    pattern: /handshake_failure|alert handshake failure/i,
    rule: "handshake-failed",
    cause:
      "the server has no usable key, both sides share no protocol, or a required client certificate was not sent",
    remedy:
      "see whether the client presents a certificate at all (its length in the trace is not 0), then the server's log",
  },
  {
    pattern: /ECONNREFUSED|Connection refused/i,
    rule: "not-listening",
    cause: "nothing listens on this port",
    remedy: "start the product, and compare host and port with its configuration",
  },
  {
    pattern: /ENOTFOUND|EAI_AGAIN|UnknownHostException|Could not resolve host/i,
    rule: "name-not-resolved",
    cause: "the host name is not known where the call comes from",
    remedy: "add it to DNS or the hosts file there",
  },
  {
    pattern: /ETIMEDOUT|timed? ?out/i,
    rule: "no-answer",
    cause: "the port does not answer: a firewall in between, or the wrong address",
    remedy: "open the port between the two hosts",
  },
  {
    pattern: /ECONNRESET|Broken pipe|Connection reset|socket hang up/i,
    rule: "connection-cut",
    cause:
      "the other side cut the connection; a refused or missing client certificate looks like this in TLS 1.3",
    remedy: "read the other side's log",
  },
];

/**
 * What a line of a product's log, or the text of an error, means: its cause and what to do. Undefined where the
 * text is not known.
 */
export function diagnose(text: string): Diagnosis | undefined {
  const known = knownTexts.find(({ pattern }) => pattern.test(text));
  return known === undefined ? undefined : { rule: known.rule, cause: known.cause, remedy: known.remedy };
}
