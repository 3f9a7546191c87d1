import { anyOf } from "./anyOf";
import type { Rules } from "./rule";
import { OPENSSL_DISAGREES } from "./texts";

/** What logs and live servers tell; the less telling texts last. */
export const connectionRules = {
  "plain-http": {
    cause: "one side speaks plain HTTP and the other TLS: http:// sent to a TLS port, or TLS to a plain one",
    remedy:
      'call the port with https://, and see that the listener is switched to TLS (xMatters: service-gateway ssl="true", then a restart)',
    says: [
      "Unrecognized SSL message, plaintext connection?",
      "Unsupported or unrecognized SSL message",
      "wrong version number",
    ],
    pattern: anyOf(
      /(?:Unrecognized|Unsupported or unrecognized) SSL message/,
      /wrong version number/,
      /ERR_SSL_WRONG_VERSION_NUMBER/,
      /http request/,
    ),
  },
  "wrong-password": {
    cause: "a store does not open: wrong password, or a damaged file",
    remedy: "give the store's password, not the key's; if it is right, fetch the file again in binary mode",
    says: ["Keystore was tampered with, or password was incorrect", "keystore password was incorrect"],
    pattern: /keystore password was incorrect|Keystore was tampered with/i,
  },
  "unknown-format": {
    cause: "a file is no store of the kind that was expected: PEM opened as JKS, or PKCS12 on an old JRE",
    remedy: "see what it is with `cdktf-trust store list`, and convert it with `cdktf-trust store convert`",
    says: ["Invalid keystore format"],
    pattern: /Invalid keystore format/i,
  },
  "damaged-store": {
    cause: "a store is cut short, was sent as text, or is PEM opened as PKCS12",
    remedy: "fetch the file again in binary mode, and convert PEM to a store first",
    says: ["java.io.EOFException", "toDerInputStream rejects tag type …"],
    pattern: /EOFException(?!: SSL peer)|toDerInputStream rejects tag type/i,
  },
  "refused-by-peer": {
    cause:
      "the other side refused the presented certificate: chain, dates, name or usage; only its own log says which",
    remedy: "read the other side's log, or let `cdktf-trust verify` judge the hop",
    says: ["certificate_unknown"],
    pattern: /certificate_unknown|alert certificate unknown/i,
  },
  "no-shared-protocol": {
    cause:
      "no version of TLS is left that both sides speak: OpenSSL 1.0 and old Javas end at TLS 1.2, current ones begin there",
    remedy:
      "let the stricter side speak TLS 1.2 as well, or bring the older one up to date; where openssl.cnf says otherwise, declare `minimumProtocol`",
    says: ["unsupported protocol", "protocol_version", "alert protocol version"],
    pattern: /unsupported[ _]protocol|protocol_version|alert protocol version/i,
  },
  "handshake-failed": {
    cause:
      "a handshake ends for a reason without a name of its own: the server has no usable key, or a required client certificate was not sent",
    remedy:
      "see whether the client presents a certificate at all (its length in the trace is not 0), then the server's log",
    ours: OPENSSL_DISAGREES,
    says: ["handshake_failure"],
    pattern: /handshake_failure|alert handshake failure/i,
  },
  "not-listening": {
    cause: "nothing listens on the port",
    remedy: "start the product, and compare host and port with its configuration",
    says: ["Connection refused", "ECONNREFUSED"],
    pattern: /ECONNREFUSED|Connection refused/i,
  },
  "name-not-resolved": {
    cause: "a host name is not known where the call comes from",
    remedy: "add it to DNS or the hosts file there",
    says: ["UnknownHostException", "Could not resolve host", "ENOTFOUND"],
    pattern: /ENOTFOUND|EAI_AGAIN|UnknownHostException|Could not resolve host/i,
  },
  "no-answer": {
    cause: "the port does not answer: a firewall in between, or the wrong address",
    remedy: "open the port between the two hosts",
    says: ["connect timed out", "ETIMEDOUT"],
    pattern: /ETIMEDOUT|timed? ?out/i,
  },
  "connection-cut": {
    cause:
      "the other side cut the connection; in TLS 1.3 a refused or missing client certificate looks like this",
    remedy: "read the other side's log",
    says: ["Connection reset", "Broken pipe", "SSL peer shut down incorrectly", "socket hang up"],
    pattern: anyOf(
      /ECONNRESET/,
      /Broken pipe/,
      /Connection reset/,
      /SSL peer shut down incorrectly/,
      /Remote host (?:terminated|closed)/,
      /socket hang up/,
    ),
  },
} as const satisfies Rules;
