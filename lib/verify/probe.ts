import { connect, isIP } from "node:net";
import { Duplex, PassThrough } from "node:stream";
import * as tls from "node:tls";
import { isNativeError } from "node:util/types";
import type { PresentedIdentity } from "../hop";
import type { CertificateSummary } from "../model";
import { matchesHostName, parseCertificate, parseName, summarise, toPem } from "../pki";
import { diagnose, type Diagnosis, diagnosisOf } from "../check";
import { readServerMessages } from "./serverMessages";

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

/** How long a server that refuses a client certificate in TLS 1.3 is given to say so. */
const REFUSAL_WAIT_MS = 500;

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

  const said = readServerMessages(line.received(), line.secret);
  const { chain, asksForCertificate, authorities } = said;
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
    asksForCertificate,
    authorities: authorities.map((name) => parseName(name).toString()),
    authorityNames: authorities,
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
  const silence = (): Error => new Error(`no answer: timed out after ${timeoutMs} ms`);
  if (open === undefined) {
    const socket = connect({ host, port });
    return socket.setTimeout(timeoutMs, () => socket.destroy(silence()));
  }
  return open(host, port, timeoutMs).then((stream) => {
    const timer = setTimeout(() => stream.destroy(silence()), timeoutMs);
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
}

async function shake(line: TappedLine, servername: string, options: ProbeOptions): Promise<Attempt> {
  const { identity, anchors } = options;
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
        minVersion: "TLSv1",
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
      const outcome: Attempt = { ...protocol, ...refusal };
      // A ticket comes only after the server has taken the client's certificate.
      socket.once("session", () => resolve(outcome));
      setTimeout(() => resolve(outcome), REFUSAL_WAIT_MS);
    });
    socket.on("error", (error) => resolve({ ...protocol, error: textOf(error) }));
    socket.once("close", () =>
      resolve({ ...protocol, error: "the server closed the connection (socket hang up)" }),
    );
  });
}

/** A connection whose incoming bytes are kept, with the secret that opens them. */
class TappedLine extends Duplex {
  secret: Uint8Array | undefined;
  private readonly chunks: Buffer[] = [];

  constructor(private readonly socket: Duplex) {
    super();
    socket.on("data", (chunk: Buffer) => {
      this.chunks.push(chunk);
      this.push(chunk);
    });
    socket.once("end", () => this.push(null));
    socket.once("error", (error) => this.destroy(error));
  }

  received(): Buffer {
    return Buffer.concat(this.chunks);
  }

  close(): void {
    this.socket.destroy();
  }

  saysHttp(): boolean {
    return this.received().subarray(0, 5).toString("latin1") === "HTTP/";
  }

  /** A line of the key log: `SERVER_HANDSHAKE_TRAFFIC_SECRET <client random> <secret>`. */
  takeSecret(entry: Buffer): void {
    const [label, , secret] = entry.toString("latin1").trim().split(" ");
    if (label === "SERVER_HANDSHAKE_TRAFFIC_SECRET" && secret !== undefined) {
      this.secret = Buffer.from(secret, "hex");
    }
  }

  override _read(): void {
    // Data are pushed as they come.
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.socket.write(chunk, done);
  }

  override _final(done: () => void): void {
    this.socket.end();
    done();
  }
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
