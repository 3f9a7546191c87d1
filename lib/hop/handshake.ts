import type { X509Certificate } from "node:crypto";
import { duplexPair } from "node:stream";
import * as tls from "node:tls";
import { isNativeError } from "node:util/types";
import { systemCode } from "../model/systemCode";
import type { HandshakeFailure, HandshakeResult } from "./handshakeResult";
import type { HopMaterial } from "./hopMaterial";
import { serverNameOf } from "./serverName";
import { clientContext, policyOptions, serverContexts } from "./tlsContexts";

export interface HandshakeOptions {
  /** @default 10000 */
  readonly timeoutMs?: number;
}

/** Verification errors that depend on the clock of this machine. */
const DATE_ERRORS = new Set(["CERT_HAS_EXPIRED", "CERT_NOT_YET_VALID"]);

/** The name that the client asks for where the server presents the same to all; the rules compare names. */
const ANY_NAME = "rehearsal.invalid";

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
  const server = attempt("server", () => serverContexts(material));
  if ("failure" in server) return { ok: false, failure: server.failure };
  const client = attempt("client", () => clientContext(material));
  if ("failure" in client) return { ok: false, failure: client.failure };
  const asksForCertificate = material.server.clientAuthentication !== "none";
  const [clientEnd, serverEnd] = duplexPair();
  const listener = tls.createServer({
    // The connection keeps the listener's security level: the context that is chosen brings certificates alone.
    ...policyOptions(material.server),
    ...server.context.withoutName,
    SNICallback: (name, done) => done(null, server.context.forName(name)),
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
    ...serverNameOption(material),
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
    return failed("server", systemCode(serverError) ?? "UNKNOWN", messageOf(serverError));
  if (clientError !== undefined)
    return failed("client", systemCode(clientError) ?? "UNKNOWN", messageOf(clientError));
  // Once only: Node takes the certificate out of the connection when it is asked for.
  const presented = client.getPeerX509Certificate();
  const received = server?.getPeerX509Certificate();
  const seen = {
    ...(client.getProtocol() === null ? {} : { protocol: String(client.getProtocol()) }),
    ...(presented === undefined ? {} : { serverCertificate: presented.fingerprint256 }),
    ...(received === undefined ? {} : { clientCertificate: received.fingerprint256 }),
  };

  const [meant] = material.server.identity.chain;
  if (presented !== undefined && meant !== undefined && !presented.raw.equals(meant))
    return { ok: false, failure: otherIdentity(presented, material.address), ...seen };

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

function otherIdentity({ subject }: X509Certificate, address: string): HandshakeFailure {
  return {
    side: "server",
    code: "OTHER_IDENTITY",
    message: `a client that calls ${address} is shown ${subject.replaceAll("\n", ", ")}`,
  };
}

function refusal(
  side: "client" | "server",
  message: string,
  code: string | undefined,
): readonly HandshakeFailure[] {
  return code === undefined || DATE_ERRORS.has(code) ? [] : [{ side, code, message, isVerification: true }];
}

/** Java sides ask as Java does, and not at all where they call an address. */
function serverNameOption({ server, client, address }: HopMaterial): { readonly servername?: string } {
  if (server.byName === undefined) return { servername: ANY_NAME };
  const servername = serverNameOf(address, client.runtime);
  return servername === undefined ? {} : { servername };
}

/** Node types it an Error; at run time it is OpenSSL's code. */
function problemOf(socket: tls.TLSSocket): string | undefined {
  if (socket.authorized) return undefined;
  return String(socket.authorizationError);
}

function attempt<Context>(
  presenter: "client" | "server",
  make: () => Context,
): { readonly context: Context } | { readonly failure: HandshakeFailure } {
  try {
    return { context: make() };
  } catch (error) {
    const message = messageOf(error);
    return { failure: { side: "setup", presenter, code: systemCode(error) ?? "UNKNOWN", message } };
  }
}

/** OpenSSL's reason alone: its message also names the thread, which is another in each run. */
function messageOf(error: unknown): string {
  if (!isNativeError(error)) return String(error);
  return "reason" in error && typeof error.reason === "string" ? error.reason : error.message;
}

function failed(side: HandshakeFailure["side"], code: string, message: string): HandshakeResult {
  return { ok: false, failure: { side, code, message } };
}
