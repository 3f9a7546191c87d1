/** What came of a real TLS handshake. */
export interface HandshakeResult {
  readonly ok: boolean;
  readonly failure?: HandshakeFailure;
  /** What the server refuses where the client refuses already. */
  readonly furtherFailure?: HandshakeFailure;
  /** For example `TLSv1.3`. */
  readonly protocol?: string;
  /** SHA-256 (`AB:CD:…`) of the leaf that the server presented. */
  readonly serverCertificate?: string;
  /** SHA-256 of the leaf that reached the server; absent where the client sent none. */
  readonly clientCertificate?: string;
  /**
   * Whether a certificate's dates did not suit this machine's clock. It is no failure here: dates are judged
   * by the rules, at the plan's time. OpenSSL then keeps silent about what else it would have refused.
   */
  readonly outsideDates?: boolean;
}

/** Who gave up, and OpenSSL's name for the reason. */
export interface HandshakeFailure {
  /** `client`: it refuses the server; `server`: it refuses the client; `setup`: no handshake could begin. */
  readonly side: "client" | "server" | "setup";
  /** Whose own certificate or key could not be used; of `setup`. */
  readonly presenter?: "client" | "server";
  /** For example `SELF_SIGNED_CERT_IN_CHAIN`, or ours: `NO_CLIENT_CERTIFICATE`, `TIMEOUT`. */
  readonly code: string;
  readonly message: string;
  /** A certificate was read and not accepted; otherwise the handshake broke off. */
  readonly isVerification?: true;
}
