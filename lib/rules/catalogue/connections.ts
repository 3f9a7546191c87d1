import { receivedAlert } from "../alert";
import { anyOf } from "./anyOf";
import type { Rules } from "./rule";
import { LOOK, OPENSSL_DISAGREES, toldByPeer, toldHere } from "./texts";

/** What logs and live servers tell; the less telling texts last. */
export const connectionRules = {
  "plain-http": {
    cause:
      "one side speaks TLS and the other something plain, mostly HTTP: http:// sent to a TLS port, or TLS to a plain one",
    remedy:
      'call the port with https://, and see that the listener is switched to TLS (xMatters: service-gateway ssl="true", then a restart)',
    pattern: anyOf(
      /(?:Unrecognized|Unsupported or unrecognized) SSL message/,
      /SSL routines:[^:]*:(?:wrong version number|http request|https proxy request|unknown protocol)/,
      /^wrong version number/,
      /ERR_SSL_(?:WRONG_VERSION_NUMBER|HTTP_REQUEST)|SSL: WRONG_VERSION_NUMBER/,
      /plain HTTP request (?:was )?sent to HTTPS port/,
      /sent plain HTTP request to HTTPS port/,
      /server gave HTTP response to HTTPS client/,
      /speaking plain HTTP to an SSL-enabled server port/,
    ),
    says: [
      "Unrecognized SSL message, plaintext connection?",
      "Unsupported or unrecognized SSL message",
      "SSL routines::wrong version number",
    ],
    next: toldHere(LOOK.server, "which of the two sides is the plain one"),
  },
  "wrong-password": {
    cause: "a store does not open: wrong password, or a damaged file",
    remedy: "give the store's password, not the key's; if it is right, fetch the file again in binary mode",
    says: ["Keystore was tampered with, or password was incorrect", "keystore password was incorrect"],
    pattern: anyOf(
      /keystore password was incorrect/,
      /Keystore was tampered with/,
      /mac verify (?:failure|error)/,
    ),
    next: toldHere(LOOK.list, "which password is the right one, and whether the file is whole"),
  },
  "unknown-format": {
    cause: "a file is no store of the kind that was expected: PEM opened as JKS, or PKCS12 on an old JRE",
    remedy: "see what it is with `cdktf-trust store list`, and convert it with `cdktf-trust store convert`",
    says: ["Invalid keystore format"],
    pattern: anyOf(
      /Invalid keystore format/,
      /DerInputStream\.getLength\(\): lengthTag=\d+, too big/,
      /Algorithm HmacPBESHA256 not available/,
      /Unrecognized keystore format/,
      /PEM routines:[^:]*:no start line/,
    ),
    next: toldHere(LOOK.list, "of which kind the file is"),
  },
  "damaged-store": {
    cause: "a store is cut short, was sent as text, or is PEM opened as PKCS12",
    remedy: "fetch the file again in binary mode, and convert PEM to a store first",
    pattern: anyOf(
      /keytool error: java\.io\.EOFException/,
      /toDerInputStream rejects tag type/,
      /[Ss]hort read of DER/,
    ),
    says: ["keytool error: java.io.EOFException", "toDerInputStream rejects tag type …"],
    next: toldHere(LOOK.list, "how much of the file is there"),
  },
  "refused-by-peer": {
    cause:
      "the other side refused the presented certificate: chain, dates, name or usage; only its own log says which",
    remedy: "read the other side's log, or let `cdktf-trust verify` judge the hop",
    pattern: anyOf(receivedAlert("certificate_unknown"), receivedAlert("access_denied")),
    says: ["Received fatal alert: certificate_unknown"],
    next: toldByPeer(LOOK.keys, "what the other side dislikes: chain, dates, name or usage"),
  },
  "no-shared-protocol": {
    cause:
      "no version of TLS is left that both sides speak: OpenSSL 1.0 and old Javas end at TLS 1.2, current ones begin there",
    remedy:
      "let the stricter side speak TLS 1.2 as well, or bring the older one up to date; where openssl.cnf says otherwise, declare `minimumProtocol`",
    pattern: anyOf(
      /SSL routines:[^:]*:(?:unsupported protocol|no protocols available)/,
      /^unsupported protocol/,
      /ERR_SSL_UNSUPPORTED_PROTOCOL/,
      /UNSUPPORTED_PROTOCOL\]/,
      receivedAlert("protocol_version"),
      /Fatal \(PROTOCOL_VERSION\)/,
      /No appropriate protocol \(protocol is disabled/,
      /is not accepted by client preferences/,
    ),
    says: [
      "SSL routines::unsupported protocol",
      "Received fatal alert: protocol_version",
      "alert protocol version",
      "No appropriate protocol (protocol is disabled or cipher suites are inappropriate)",
    ],
    next: toldHere(LOOK.server, "which versions the other side speaks"),
  },
  "handshake-failed": {
    cause:
      "a handshake ends for a reason without a name of its own: the server has no usable key, or a required client certificate was not sent",
    remedy:
      "see whether the client presents a certificate at all (its length in the trace is not 0), then the server's log",
    ours: OPENSSL_DISAGREES,
    says: ["handshake_failure"],
    pattern: anyOf(
      receivedAlert("handshake_failure"),
      /(?<!SEND .*|WRITE: .*|failed to send .*)\bhandshake_failure\b/,
      /Fatal \(HANDSHAKE_FAILURE\)/,
      ...["internal_error", "illegal_parameter", "insufficient_security", "unexpected_message"].map(
        receivedAlert,
      ),
    ),
    next: toldByPeer(
      LOOK.keys,
      "whether a client certificate is missing, or no suite or key suits both sides",
    ),
  },
  "name-not-served": {
    cause: "a server has no certificate for the name that the client asks for (SNI), and says so",
    remedy: "call it by a name that it has, or give it a certificate and a virtual host for this one",
    says: ["Received fatal alert: unrecognized_name", "handshake alert: unrecognized_name"],
    pattern: anyOf(receivedAlert("unrecognized_name"), /handshake alert: +unrecognized_name/),
    next: toldByPeer(LOOK.server, "which names the server has"),
  },
  "weak-key-exchange": {
    cause:
      "one side refuses how the other one agrees on keys: Diffie-Hellman below 1024 bits (Java) or 2048 (OpenSSL at level 2), or renegotiation in its old form",
    remedy:
      "let the older side take ECDHE suites, or bring it up to date; do not lower the level of the other",
    says: ["dh key too small", "unsafe legacy renegotiation disabled"],
    pattern: anyOf(
      /dh key too small|DH_KEY_TOO_SMALL/,
      /unsafe legacy renegotiation disabled|UNSAFE_LEGACY_RENEGOTIATION/,
      /DH ServerKeyExchange does not comply to algorithm constraints/,
      /Could not generate DH keypair/,
    ),
    next: toldHere(LOOK.server, "which suites the other side has"),
  },
  "not-listening": {
    cause: "nothing listens on the port",
    remedy: "start the product, and compare host and port with its configuration",
    says: ["Connection refused", "ECONNREFUSED"],
    pattern: /ECONNREFUSED|Connection refused|curl: \(7\) Failed to connect/i,
    next: toldHere(LOOK.server, "whether the product is down, or the port another one"),
  },
  "name-not-resolved": {
    cause: "a host name is not known where the call comes from",
    remedy: "add it to DNS or the hosts file there",
    says: ["UnknownHostException", "Could not resolve host", "ENOTFOUND"],
    pattern: /\b(?:ENOTFOUND|EAI_AGAIN)\b|UnknownHostException|Could not resolve host/i,
    next: toldHere("getent hosts HOST", "which names are known where the call comes from"),
  },
  "no-answer": {
    cause: "the port does not answer: a firewall in between, or the wrong address",
    remedy: "open the port between the two hosts",
    says: ["connect timed out", "ETIMEDOUT"],
    pattern: anyOf(
      /ETIMEDOUT/,
      /connect(?:ion)? timed out/,
      /Failed to connect to .* Timeout/,
      /no connection: timed out/,
    ),
    next: toldHere(LOOK.server, "where on the way the packets are lost"),
  },
  stalled: {
    cause:
      "the port takes the connection and then says nothing: a product that hangs or whose threads are all busy, a proxy in between, or a service that waits for something else than TLS",
    remedy: "see whether the product works at all, and what stands in between",
    says: ["SocketTimeoutException: Read timed out"],
    pattern:
      /SocketTimeoutException: Read timed out|no answer: timed out|TLS handshake timeout|SSL connection timeout/i,
    next: toldByPeer(LOOK.server, "whether TLS had anything to do with it"),
  },
  "connection-cut": {
    cause:
      "the other side cut the connection; in TLS 1.3 a refused or missing client certificate looks like this",
    remedy: "read the other side's log",
    says: ["Connection reset", "Broken pipe", "SSL peer shut down incorrectly", "socket hang up"],
    pattern: anyOf(
      /(?<!ClientAbortException.*)(?:ECONNRESET|Broken pipe|Connection reset)/,
      /SSL peer shut down incorrectly/,
      /Remote host (?:terminated|closed)/,
      /socket hang up/,
      /SSL routines:[^:]*:unexpected eof while reading|^unexpected eof while reading/,
      /SSL_ERROR_SYSCALL/,
      /peer closed connection in SSL handshake/,
    ),
    next: toldByPeer(LOOK.keys, "whether TLS had anything to do with it"),
  },
} as const satisfies Rules;
