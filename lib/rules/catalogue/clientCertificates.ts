import { anyOf } from "./anyOf";
import type { Rules } from "./rule";
import { LOOK, NO_CERTIFICATE_CAME, toldByPeer, toldHere } from "./texts";

/** What clients present, and what servers ask for. */
export const clientCertificateRules = {
  "no-client-certificate": {
    cause: "a server requires a client certificate, and the client has no identity bound",
    remedy: "bind an identity to this call whose issuer the server trusts",
    says: NO_CERTIFICATE_CAME,
  },
  "client-certificate-not-sent": {
    cause:
      "a server asks for a client certificate and gets none: none is bound, or no issuer in the client's stored chain is among the authorities that the server asks for; where it only requests one, the handshake succeeds and the call fails later, with 401",
    remedy:
      "bind the identity to the call, store it with its intermediates, and put its issuer into the server's truststore; `cdktf-trust verify` tells which of these it is",
    ours: {
      when: "the server only requests a certificate, and goes on without one",
      because: "the identity that is bound never arrives, and the call fails later, often with 401",
    },
    says: NO_CERTIFICATE_CAME,
    pattern: anyOf(
      /Empty (?:client |server )?certificate chain/,
      /null cert chain/,
      /(?<!SEND .*|WRITE: .*)\bbad_certificate\b/,
      /zero-length certificate/,
      /peer did not return a certificate/,
      /\bcertificate_required\b/,
      /alert certificate required/,
      /alert bad certificate/,
      /client sent no required SSL certificate|No required SSL certificate was sent/,
    ),
    next: toldByPeer(LOOK.keys, "whether no certificate was sent, or one that the server does not take"),
  },
  "asked-after-handshake": {
    level: "warning",
    cause:
      "a server asks for a client certificate only after the handshake, once it sees the request: Java answers that in TLS 1.2, where it is another handshake, and cannot in TLS 1.3, where curl can",
    remedy:
      "let the server ask in the handshake (for the whole port, or for a name of its own), or let Java clients speak TLS 1.2 to it (`jdk.tls.client.protocols`)",
    says: [
      "cannot perform post-handshake authentication",
      "SSL routines:SSL_verify_client_post_handshake:extension not received",
      "verify client post handshake",
    ],
    pattern: /post[- ]handshake auth|SSL_verify_client_post_handshake|verify client post handshake/i,
    next: toldHere(`${LOOK.keys} --path /PATH`, "for which paths the server asks"),
  },
  "client-certificate-of-public-authority": {
    level: "warning",
    cause:
      "a client identity comes from a public authority; these end certificates for clients (Let's Encrypt has, Chrome's root programme by March 2027), so that the next one is not sent, or not accepted",
    remedy:
      "before it is renewed, let a private authority issue it (`Certificate.issuedBy`, or `Certificate.requested` from your own), and put its root into the truststores of the servers",
  },
  "certificate-not-asked-for": {
    level: "warning",
    cause:
      "a client identity is bound, but the server asks for no client certificate, so it is never presented",
    remedy: "let the server request or require one, or drop the binding",
  },
} as const satisfies Rules;
