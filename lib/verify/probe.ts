import { connect, isIP } from "node:net";
import { Duplex, PassThrough } from "node:stream";
import * as tls from "node:tls";
import { isNativeError } from "node:util/types";
import type { PresentedIdentity } from "../hop";
import type { CertificateSummary, TlsProtocol } from "../model";
import { matchesHostName, parseCertificate, parseName, summarise, toPem } from "../pki";
import { diagnose, type Diagnosis, diagnosisOf } from "../check";
import { type CertificateRequest, readServerMessages } from "./messages";
import { TappedLine } from "./tappedLine";

export interface ProbeOptions {
  readonly host: string;
  readonly port: number;
  /** Name that the client asks for. @default - the host */
  readonly servername?: string;
  /** DER of what is trusted, any certificate as in Java. @default - the chain is not judged */
  readonly anchors?: readonly Uint8Array[];
  /** What the client presents where it is asked. @default - nothing */
  readonly identity?: PresentedIdentity;
  /** @default 10000 */
  readonly timeoutMs?: number;
  /** The one version of TLS that is offered. @default - all */
  readonly protocol?: TlsProtocol;
  /** Path of a HEAD request that is sent after the handshake. @default - none is sent */
  readonly path?: string;
  /** Whether to wait for a server that begins another handshake by itself. @default false */
  readonly lingers?: boolean;
  /** Makes the connection that is shaken over. @default - TCP from this machine */
  readonly open?: (host: string, port: number, timeoutMs: number) => Promise<Duplex>;
}

/** What a listening server is seen to do. */
export interface ProbeResult {
  /** Whether the handshake came about, and the server took what the client presented or did not present. */
  readonly ok: boolean;
  /** For example `TLSv1.3`. */
  readonly protocol?: string;
  /** The chain as presented, leaf first. */
  readonly chain: readonly CertificateSummary[];
  /** The same as DER. */
  readonly presented: readonly Uint8Array[];
  readonly asksForCertificate: boolean;
  /** Subjects of the authorities whose certificates it asks for; empty means any. */
  readonly authorities: readonly string[];
  /** The same as DER. */
  readonly authorityNames: readonly Uint8Array[];
  /** All that it asks of a client, in the handshake or after it. @default - it asks for nothing, or it cannot be read */
  readonly request?: CertificateRequest;
  /** Whether it began another handshake after the first one, which in TLS 1.2 asks for a client certificate. */
  readonly beginsAgain: boolean;
  /**
   * What it was seen to do with what the client presented or did not present: it went on, by a ticket, an answer or the
   * end of a handshake of TLS 1.2. False where nothing was seen, or the connection ended.
   */
  readonly goesOn: boolean;
  /** First line of its answer to the request, such as `HTTP/1.1 403 Forbidden`; absent where none came or none was asked for. */
  readonly answer?: string;
  /** Whether the chain leads to the given anchors; absent where none were given. */
  readonly trusted?: boolean;
  /** Whether the leaf is good for the name, and what it has; absent where nothing was presented. */
  readonly name?: { readonly matches: boolean; readonly reason: string };
  /** The listener answers plain HTTP on this port. */
  readonly plainHttp: boolean;
  /** OpenSSL's name for why it does not trust the chain; the handshake goes on nevertheless. */
  readonly untrusted?: string;
  /** What ended the connection, as the client saw it. */
  readonly error?: string;
  /** What the error, or else the lack of trust, means. */
  readonly diagnosis?: Diagnosis;
}

/** Characters of an answer's first line that are kept. */
const MAXIMUM_ANSWER = 100;

/** How long a server that refuses a client certificate in TLS 1.3 is given to say so: so long, or as long as it was slow before. */
const REFUSAL_WAIT_MS = { least: 500, most: 5_000, handshakes: 3 } as const;

/**
 * Makes one TLS connection to a listening server and says what it presents, what it asks for, and whether it
 * takes what the client presents. Sends no request. Never throws for what the server does.
 */
export async function probe(options: ProbeOptions): Promise<ProbeResult> {
  const { host, servername = host, anchors } = options;
  const dialled = dial(options);
  const line = new TappedLine(dialled instanceof Duplex ? dialled : await dialled.catch(closedBy));
  const attempt = await shake(line, servername, options);
  line.close();

  const said = readServerMessages(line.received(), line.secrets);
  const { chain, beginsAgain, request = said.laterRequest } = said;
  const authorities = said.request?.authorities ?? [];
  const protocol = attempt.protocol ?? said.protocol;
  const certificates = chain.map((der) => parseCertificate(der));
  const [leaf] = certificates;
  const plainHttp =
    chain.length === 0 && attempt.error !== undefined && (line.saysHttp() || (await answersHttp(options)));
  const error = plainHttp ? `${attempt.error} (the listener answers plain HTTP)` : attempt.error;
  const diagnosis = plainHttp ? diagnosisOf("plain-http") : diagnose(error ?? attempt.refusal ?? "");
  return {
    ok: attempt.error === undefined && attempt.refusal === undefined,
    ...(protocol === undefined ? {} : { protocol }),
    chain: certificates.map(summarise),
    presented: chain,
    asksForCertificate: said.request !== undefined,
    authorities: authorities.map((name) => parseName(name).toString()),
    authorityNames: authorities,
    ...(request === undefined ? {} : { request }),
    beginsAgain,
    goesOn: attempt.goesOn === true,
    ...(attempt.answer === undefined ? {} : { answer: attempt.answer }),
    ...(anchors === undefined || leaf === undefined ? {} : { trusted: attempt.refusal === undefined }),
    ...(leaf === undefined ? {} : { name: matchesHostName(leaf, servername) }),
    plainHttp,
    ...(attempt.refusal === undefined ? {} : { untrusted: attempt.refusal }),
    ...(error === undefined ? {} : { error }),
    ...(diagnosis === undefined ? {} : { diagnosis }),
  };
}

/** The connection; it ends by itself where nothing comes for too long. */
function dial({ host, port, timeoutMs = 10_000, open }: ProbeOptions): Duplex | Promise<Duplex> {
  const silence = (what: string): Error => new Error(`${what}: timed out after ${timeoutMs} ms`);
  if (open === undefined) {
    const socket = connect({ host, port });
    return socket.setTimeout(timeoutMs, () =>
      socket.destroy(silence(socket.connecting ? "no connection" : "no answer")),
    );
  }
  return open(host, port, timeoutMs).then((stream) => {
    const timer = setTimeout(() => stream.destroy(silence("no answer")), timeoutMs);
    return stream.once("close", () => clearTimeout(timer));
  });
}

/** Stands for a connection that did not come about. */
function closedBy(cause: unknown): Duplex {
  return new PassThrough().destroy(cause instanceof Error ? cause : new Error(String(cause)));
}

interface Attempt {
  readonly protocol?: string;
  /** Why the connection ended. */
  readonly error?: string;
  /** Why the client does not trust the server; the handshake goes on nevertheless. */
  readonly refusal?: string;
  readonly goesOn?: boolean;
  readonly answer?: string;
}

async function shake(line: TappedLine, servername: string, options: ProbeOptions): Promise<Attempt> {
  const { identity, anchors, protocol: only, path, lingers = false } = options;
  const begun = performance.now();
  return await new Promise((resolve) => {
    let socket: tls.TLSSocket;
    try {
      socket = tls.connect({
        socket: line,
        ...(isIP(servername) === 0 ? { servername } : {}),
        ...(anchors === undefined ? {} : { ca: anchors.map((der) => toPem(der, "CERTIFICATE")) }),
        ...(identity?.pkcs8 === undefined
          ? {}
          : {
              cert: identity.chain.map((der) => toPem(der, "CERTIFICATE")).join(""),
              key: toPem(identity.pkcs8, "PRIVATE KEY"),
            }),
        allowPartialTrustChain: true,
        // Old products are to be seen, too; whether they suit is for the rules to say.
        ciphers: "DEFAULT:@SECLEVEL=0",
        minVersion: only ?? "TLSv1",
        ...(only === undefined ? {} : { maxVersion: only }),
        rejectUnauthorized: false,
        checkServerIdentity: () => undefined,
      });
    } catch (error) {
      resolve({ error: textOf(error) });
      return;
    }
    // Asked for while the connection lives: of a failed one Node 20 crashes when asked.
    let protocol: Pick<Attempt, "protocol"> = {};
    socket.on("keylog", (entry: Buffer) => line.takeSecret(entry));
    socket.once("secureConnect", () => {
      const refusal =
        anchors === undefined || socket.authorized ? {} : { refusal: String(socket.authorizationError) };
      const name = socket.getProtocol();
      if (name !== null) protocol = { protocol: name };
      const isOld = name !== "TLSv1.3";
      const outcome: Attempt = { ...protocol, ...refusal, ...(isOld ? { goesOn: true } : {}) };
      if (path !== undefined) {
        socket.once("data", (data: Buffer) => {
          const [answer = ""] = data.toString("latin1").split("\r\n");
          resolve({ ...outcome, goesOn: true, answer: answer.slice(0, MAXIMUM_ANSWER) });
        });
        socket.write(`HEAD ${path} HTTP/1.1\r\nHost: ${servername}\r\nConnection: close\r\n\r\n`);
        return;
      }
      // A ticket comes only after the server has taken the client's certificate.
      let ended: Attempt = outcome;
      socket.once("session", () => {
        ended = { ...outcome, goesOn: true };
        if (!lingers) resolve(ended);
      });
      const { least, most, handshakes } = REFUSAL_WAIT_MS;
      const wait = Math.max(least, Math.min(most, handshakes * (performance.now() - begun)));
      setTimeout(() => resolve(ended), wait);
    });
    socket.on("error", (error) => resolve({ ...protocol, error: textOf(error) }));
    socket.once("close", () =>
      resolve({ ...protocol, error: "the server closed the connection (socket hang up)" }),
    );
  });
}

/** Whether the port answers a plain request; asked only where TLS got no answer. */
async function answersHttp(options: ProbeOptions): Promise<boolean> {
  const { host, timeoutMs = 10_000 } = options;
  const dialled = dial({ ...options, timeoutMs: Math.min(timeoutMs, 2_000) });
  const socket = dialled instanceof Duplex ? dialled : await dialled.catch(closedBy);
  return await new Promise((resolve) => {
    socket.once("data", (chunk: Buffer) => {
      resolve(chunk.subarray(0, 5).toString("latin1") === "HTTP/");
      socket.destroy();
    });
    socket.write(`HEAD / HTTP/1.0\r\nHost: ${host}\r\n\r\n`);
    socket.once("error", () => resolve(false));
    socket.once("close", () => resolve(false));
  });
}

function textOf(error: unknown): string {
  if (!isNativeError(error)) return String(error);
  // OpenSSL's whole message has its source file and line in it; the reason is what people search for.
  const text = "reason" in error && typeof error.reason === "string" ? error.reason : error.message;
  return "code" in error && typeof error.code === "string" && !text.includes(error.code)
    ? `${text} (${error.code})`
    : text;
}
