import { duplexPair } from "node:stream";
import * as tls from "node:tls";
import { isNativeError } from "node:util/types";
import { systemCode } from "../model/systemCode";
import { toPem } from "../pki";
import type { HandshakeFailure, HandshakeResult } from "./handshakeResult";
import type { TrustedAnchors, HopMaterial, PresentedIdentity, ServerSide } from "./hopMaterial";
import { takesPartialChains } from "./opensslPath";
import { CURRENT_OPENSSL } from "./opensslPolicy";

export interface HandshakeOptions {
  /** @default 10000 */
  readonly timeoutMs?: number;
}

/** Verification errors that depend on the clock of this machine. */
const DATE_ERRORS = new Set(["CERT_HAS_EXPIRED", "CERT_NOT_YET_VALID"]);

/** The name by which the client asks for the server's context; the rules compare the address with the certificate. */
const SERVER_NAME = "rehearsal.invalid";

/**
 * Performs a TLS handshake in this process, over memory, between a server and a client made of the material.
 *
 * The server presents exactly the given chain and asks for a client certificate as declared; the client
 * trusts the given anchors only. For a Java side any certificate may be an anchor and algorithms are not limited;
 * an OpenSSL or Node side has the security level and the versions of TLS that it has on its host. Names are left to
 * the rules, dates too.
 * Never throws for what is wrong with the material: that is a `failure`.
 */
export async function shakeHands(
  material: HopMaterial,
  options: HandshakeOptions = {},
): Promise<HandshakeResult> {
  const server = attempt("server", () => serverContext(material));
  if ("failure" in server) return { ok: false, failure: server.failure };
  const client = attempt("client", () => clientContext(material));
  if ("failure" in client) return { ok: false, failure: client.failure };
  const asksForCertificate = material.server.clientAuthentication !== "none";
  const [clientEnd, serverEnd] = duplexPair();
  const listener = tls.createServer({
    // The connection keeps the listener's security level: the context that is chosen brings certificates alone.
    ...policyOptions(material.server),
    SNICallback: (_name, done) => done(null, server.context),
    requestCert: asksForCertificate,
    rejectUnauthorized: false,
  });
  const serverSide = new Promise<ServerOutcome>((resolve) => {
    listener.once("secureConnection", (socket) => resolve({ socket }));
    listener.once("tlsClientError", (error) => resolve({ error }));
  });
  listener.emit("connection", serverEnd);
  const socket = tls.connect({
    socket: clientEnd,
    servername: SERVER_NAME,
    secureContext: client.context,
    rejectUnauthorized: false,
    checkServerIdentity: () => undefined,
  });
  const clientSide = new Promise<Error | undefined>((resolve) => {
    socket.once("secureConnect", () => resolve(undefined));
    socket.on("error", resolve);
  });
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<"timeout">((resolve) => {
    timer = setTimeout(() => resolve("timeout"), options.timeoutMs ?? 10_000);
  });
  try {
    const clientError = await Promise.race([clientSide, timeout]);
    const serverOutcome = clientError === "timeout" ? clientError : await Promise.race([serverSide, timeout]);
    if (clientError === "timeout" || serverOutcome === "timeout") {
      return failed("setup", "TIMEOUT", "the handshake did not end in time");
    }
    return judge(material, socket, clientError, serverOutcome);
  } finally {
    clearTimeout(timer);
    void serverSide.then((side) => side.socket?.destroy());
    socket.destroy();
    clientEnd.destroy();
    serverEnd.destroy();
  }
}

interface ServerOutcome {
  readonly socket?: tls.TLSSocket;
  readonly error?: Error;
}

function judge(
  material: HopMaterial,
  client: tls.TLSSocket,
  clientError: Error | undefined,
  { socket: server, error: serverError }: ServerOutcome,
): HandshakeResult {
  // The server's error first: it knows the cause, the client sees only an alert.
  if (serverError !== undefined)
    return failed("server", systemCode(serverError) ?? "UNKNOWN", serverError.message);
  if (clientError !== undefined)
    return failed("client", systemCode(clientError) ?? "UNKNOWN", clientError.message);
  // Once only: Node takes the certificate out of the connection when it is asked for.
  const presented = client.getPeerX509Certificate();
  const received = server?.getPeerX509Certificate();
  const seen = {
    ...(client.getProtocol() === null ? {} : { protocol: String(client.getProtocol()) }),
    ...(presented === undefined ? {} : { serverCertificate: presented.fingerprint256 }),
    ...(received === undefined ? {} : { clientCertificate: received.fingerprint256 }),
  };

  const { clientAuthentication } = material.server;
  const clientProblem = problemOf(client);
  const serverProblem =
    clientAuthentication === "none" || received === undefined || server === undefined
      ? undefined
      : problemOf(server);
  const [failure, furtherFailure] = [
    ...refusal("client", "the client does not accept the server's certificate", clientProblem),
    ...(clientAuthentication === "require" && received === undefined
      ? [NO_CLIENT_CERTIFICATE]
      : refusal("server", "the server does not accept the client's certificate", serverProblem)),
  ];
  if (failure !== undefined) {
    return { ok: false, failure, ...(furtherFailure === undefined ? {} : { furtherFailure }), ...seen };
  }
  const outsideDates = clientProblem !== undefined || serverProblem !== undefined;
  return { ok: true, ...seen, ...(outsideDates ? { outsideDates } : {}) };
}

const NO_CLIENT_CERTIFICATE: HandshakeFailure = {
  side: "server",
  code: "NO_CLIENT_CERTIFICATE",
  message: "the server requires a client certificate and got none",
};

function refusal(
  side: "client" | "server",
  message: string,
  code: string | undefined,
): readonly HandshakeFailure[] {
  return code === undefined || DATE_ERRORS.has(code) ? [] : [{ side, code, message, isVerification: true }];
}

function serverContext({ server }: HopMaterial): tls.SecureContext {
  return tls.createSecureContext({
    ...identityOptions(server.identity),
    ...(server.clientAuthentication === "none"
      ? {}
      : anchorsOptions(server.clientAnchors, takesPartialChains(server))),
    ...policyOptions(server),
  });
}

function clientContext({ client }: HopMaterial): tls.SecureContext {
  return tls.createSecureContext({
    ...(client.identity === undefined ? {} : identityOptions(unextended(client.identity))),
    ...anchorsOptions(client.anchors, takesPartialChains(client)),
    ...policyOptions(client),
  });
}

/**
 * OpenSSL completes a lone certificate of the client from the client's own anchors, Java does not. A second copy
 * of the leaf keeps it from doing so; verifiers skip it.
 */
function unextended(identity: PresentedIdentity): PresentedIdentity {
  const [leaf] = identity.chain;
  return leaf === undefined || identity.chain.length > 1 ? identity : { ...identity, chain: [leaf, leaf] };
}

function identityOptions({ chain, pkcs8 }: PresentedIdentity): tls.SecureContextOptions {
  return {
    cert: chain.map((der) => toPem(der, "CERTIFICATE")).join(""),
    ...(pkcs8 === undefined ? {} : { key: toPem(pkcs8, "PRIVATE KEY") }),
  };
}

function anchorsOptions(anchors: TrustedAnchors, allowPartialTrustChain: boolean): tls.SecureContextOptions {
  return {
    ca:
      anchors === "public-roots"
        ? [...tls.rootCertificates]
        : anchors.map((der) => toPem(der, "CERTIFICATE")),
    allowPartialTrustChain,
  };
}

/** Java's own limits are rules (`lib/java`); OpenSSL's must not stand before them. */
function policyOptions({
  runtime,
  opensslPolicy = CURRENT_OPENSSL,
}: Pick<ServerSide, "runtime" | "opensslPolicy">): tls.SecureContextOptions {
  if (runtime === "java") return { ciphers: "DEFAULT:@SECLEVEL=0" };
  const { era, securityLevel, minimumProtocol, maximumProtocol } = opensslPolicy;
  return {
    // Level 1 of before 3.0 takes SHA-1, which that of this OpenSSL refuses: there the rules alone decide.
    ciphers: `DEFAULT:@SECLEVEL=${era === 3 ? securityLevel : 0}`,
    minVersion: minimumProtocol,
    maxVersion: maximumProtocol,
  };
}

/** Node types it an Error; at run time it is OpenSSL's code. */
function problemOf(socket: tls.TLSSocket): string | undefined {
  if (socket.authorized) return undefined;
  return String(socket.authorizationError);
}

function attempt(
  presenter: "client" | "server",
  make: () => tls.SecureContext,
): { readonly context: tls.SecureContext } | { readonly failure: HandshakeFailure } {
  try {
    return { context: make() };
  } catch (error) {
    const message = isNativeError(error) ? error.message : String(error);
    return { failure: { side: "setup", presenter, code: systemCode(error) ?? "UNKNOWN", message } };
  }
}

function failed(side: HandshakeFailure["side"], code: string, message: string): HandshakeResult {
  return { ok: false, failure: { side, code, message } };
}
