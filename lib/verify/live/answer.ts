import type { Duplex } from "node:stream";
import * as tls from "node:tls";
import { isIP } from "node:net";
import type { PresentedIdentity } from "../../hop";
import { toPem } from "../../pki";
import { formatAddress } from "../../model/formatAddress";
import type { Line } from "./line";

/** One call that is made to see whether a server takes the caller. */
export interface Call {
  readonly line: Line;
  readonly host: string;
  readonly port: number;
  /** Name that is asked for. @default - none */
  readonly servername?: string;
  /** What is presented, whatever authorities the server asks for. @default - nothing */
  readonly identity?: PresentedIdentity;
  readonly timeoutMs: number;
}

/**
 * What a server says to a caller. In TLS 1.3 a client is done before the server has looked at its certificate, and some
 * servers (nginx) refuse it in HTTP alone, so that nothing counts before the alert or the first byte.
 */
export type Answer =
  /** No connection came about. */
  | { readonly kind: "unreached"; readonly text: string }
  /** An alert, or the end of the connection without a word. */
  | { readonly kind: "refused"; readonly text: string }
  /** HTTP; the text is its first line, with what nginx says of certificates. */
  | {
      readonly kind: "http";
      readonly status: number;
      readonly text: string;
      readonly isAboutCertificate: boolean;
    }
  /** It took the caller, and speaks no HTTP. */
  | { readonly kind: "taken" }
  /** Neither was to be seen in time. */
  | { readonly kind: "silent" };

/** A page that says why is short. */
const MOST_BYTES = 8_192;
/** What the rest of an answer is waited for. */
const REST_MS = 500;

/** Calls a server, asks it for `/`, and says what came back. Never throws for what the server does. */
export async function firstAnswer(call: Call): Promise<Answer> {
  let stream: Duplex;
  try {
    stream = await call.line.open(call.host, call.port, call.timeoutMs);
  } catch (error) {
    return { kind: "unreached", text: textOf(error) };
  }
  try {
    return await new Conversation(stream, call).answer();
  } finally {
    stream.destroy();
  }
}

/** Whether an answer says that the certificate, or the lack of one, is the reason. */
export function refusesCertificate(answer: Answer): boolean {
  return answer.kind === "refused" || (answer.kind === "http" && answer.isAboutCertificate);
}

class Conversation {
  private readonly pieces: Buffer[] = [];
  /** In TLS 1.2 the server has spoken last; in 1.3 a ticket comes only after it has taken the client's certificate. */
  private isTaken = false;

  constructor(
    private readonly stream: Duplex,
    private readonly call: Call,
  ) {}

  async answer(): Promise<Answer> {
    const { host, port, timeoutMs } = this.call;
    return await new Promise((resolve) => {
      const end = (text: string): void => resolve(this.read() ?? this.withoutWord(text));
      const timer = setTimeout(
        () => resolve(this.read() ?? (this.isTaken ? { kind: "taken" } : { kind: "silent" })),
        timeoutMs,
      );
      this.stream.once("close", () => clearTimeout(timer));
      let socket: tls.TLSSocket;
      try {
        socket = tls.connect(this.options());
      } catch (error) {
        resolve({ kind: "refused", text: textOf(error) });
        return;
      }
      socket.on("session", () => (this.isTaken = true));
      socket.once("secureConnect", () => {
        if (socket.getProtocol() !== "TLSv1.3") this.isTaken = true;
        socket.write(
          `GET / HTTP/1.1\r\nHost: ${formatAddress(host, port)}\r\nUser-Agent: cdktf-trust verify\r\nAccept: */*\r\nConnection: close\r\n\r\n`,
        );
      });
      socket.on("data", (piece: Buffer) => {
        if (this.pieces.length === 0) setTimeout(() => end(""), REST_MS);
        this.pieces.push(piece);
        if (Buffer.concat(this.pieces).length >= MOST_BYTES) end("");
      });
      socket.on("error", (error) => {
        // A server that asks only after the handshake refuses after it.
        if (/alert/i.test(textOf(error))) this.isTaken = false;
        end(textOf(error));
      });
      socket.once("end", () => end("it closed the connection"));
      socket.once("close", () => end("it closed the connection"));
    });
  }

  private options(): tls.ConnectionOptions {
    const { servername, identity } = this.call;
    return {
      socket: this.stream,
      ...(servername === undefined || isIP(servername) !== 0 ? {} : { servername }),
      ...(identity?.pkcs8 === undefined
        ? {}
        : {
            cert: identity.chain.map((der) => toPem(der, "CERTIFICATE")).join(""),
            key: toPem(identity.pkcs8, "PRIVATE KEY"),
          }),
      ciphers: "DEFAULT:@SECLEVEL=0",
      minVersion: "TLSv1",
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined,
    };
  }

  /** Undefined where nothing came. */
  private read(): Answer | undefined {
    const text = Buffer.concat(this.pieces).toString("latin1");
    if (text === "") return undefined;
    const [, status] = /^HTTP\/1\.[01] (\d{3})/.exec(text) ?? [];
    if (status === undefined) return { kind: "taken" };
    const [first = ""] = text.split(/\r?\n/, 1);
    const [why] = /(?:no required |the )?(?:ssl|client) certificate[\w ]*/i.exec(text) ?? [];
    const isAboutCertificate =
      status === "495" || status === "496" || ((status === "400" || status === "403") && why !== undefined);
    return {
      kind: "http",
      status: Number(status),
      text: isAboutCertificate && why !== undefined ? `${first} (${why})` : first,
      isAboutCertificate,
    };
  }

  private withoutWord(text: string): Answer {
    return this.isTaken ? { kind: "taken" } : { kind: "refused", text };
  }
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return "reason" in error && typeof error.reason === "string" ? error.reason : error.message;
}
