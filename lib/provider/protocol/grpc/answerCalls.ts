import type { Http2Server, IncomingHttpHeaders, ServerHttp2Stream } from "node:http2";
import { terminalLine } from "../../../text";
import { log } from "../log";
import { frame, unframe } from "./frame";
import { CallRefused, Status, compressed, unknownMethod } from "./status";

/** Answers the message of a call with another. */
export type Answer = (message: Uint8Array) => Promise<Uint8Array>;

/** What is served, by path: `/package.Service/Method`. */
export interface Methods {
  readonly unary: ReadonlyMap<string, Answer>;
  /** Streams that stay open and say nothing, whatever they are told. */
  readonly silent: ReadonlySet<string>;
  /** What is done after an answer has left, by path. */
  readonly afterwards?: ReadonlyMap<string, () => void>;
}

const CONTENT_TYPE = "application/grpc";
/** What is refused is said in a header. */
const LONGEST_REASON = 1_000;

/** For the server's creation: a message takes the memory that it takes, and many are under way at once. */
export const serverOptions = { maxSessionMemory: Number.MAX_SAFE_INTEGER };

/**
 * Answers gRPC calls on an HTTP/2 server: one message for one (`grpc/doc/PROTOCOL-HTTP2.md`). What a caller does wrong
 * ends that caller's call, or its connection, and nothing else.
 */
export function answerCalls(server: Http2Server, methods: Methods): void {
  server.on("stream", (stream, headers) => {
    // Reset by the caller, or damaged under way: there is nobody to be told.
    stream.on("error", (error) => log("debug", `a call broke off: ${error.message}`));
    void answerCall(stream, headers, methods);
  });
  server.on("sessionError", (error) => log("debug", `a connection broke off: ${error.message}`));
}

async function answerCall(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  { unary, silent, afterwards }: Methods,
): Promise<void> {
  const path = headers[":path"] ?? "";
  try {
    if (headers["content-type"]?.startsWith(CONTENT_TYPE) !== true) {
      end(stream, { ":status": 415 });
      return;
    }
    if (silent.has(path)) {
      stream.resume();
      return;
    }
    const answer = unary.get(path);
    if (answer === undefined) throw unknownMethod(path);
    const encoding = headers["grpc-encoding"] ?? "identity";
    if (encoding !== "identity") throw compressed(String(encoding));
    const done = afterwards?.get(path);
    if (done !== undefined) stream.once("close", done);
    reply(stream, await answer(unframe(await readAll(stream), path)));
  } catch (error) {
    refuse(stream, error);
  }
}

/** All that the caller said until it had no more to say, or went. */
function readAll(stream: ServerHttp2Stream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  return new Promise((resolve) => {
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.once("end", () => resolve(Buffer.concat(chunks)));
  });
}

function reply(stream: ServerHttp2Stream, message: Uint8Array): void {
  if (stream.closed || stream.destroyed) return;
  stream.once("wantTrailers", () => stream.sendTrailers({ "grpc-status": String(Status.ok) }));
  stream.respond({ ":status": 200, "content-type": CONTENT_TYPE }, { waitForTrailers: true });
  stream.end(frame(message));
}

function refuse(stream: ServerHttp2Stream, error: unknown): void {
  const refusal = error instanceof CallRefused ? error : undefined;
  const reason = error instanceof Error ? error.message : String(error);
  end(stream, {
    ":status": 200,
    "content-type": CONTENT_TYPE,
    "grpc-accept-encoding": "identity",
    "grpc-status": String(refusal?.status ?? Status.internal),
    "grpc-message": percentEncoded(reason),
  });
}

/** As a header may hold it (`grpc/doc/PROTOCOL-HTTP2.md`, Percent-Encoded). */
function percentEncoded(reason: string): string {
  return terminalLine(reason.slice(0, LONGEST_REASON)).replace(/[^ -$&-~]+/g, encodeURIComponent);
}

/** Ends a call with headers alone; what is still being sent goes nowhere. */
function end(stream: ServerHttp2Stream, headers: Readonly<Record<string, string | number>>): void {
  if (stream.closed || stream.destroyed) return;
  stream.resume();
  stream.respond(headers, { endStream: true });
}
