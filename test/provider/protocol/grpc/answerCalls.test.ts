import { Client, credentials, type ClientOptions, Metadata, type ServiceError, status } from "@grpc/grpc-js";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import {
  connect as connectHttp2,
  createServer,
  type Http2Server,
  type OutgoingHttpHeaders,
} from "node:http2";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Answer, answerCalls, serverOptions } from "../../../../lib/provider/protocol/grpc/answerCalls";
import { damagedMessage } from "../../../../lib/provider/protocol/grpc/status";

const MIB = 1 << 20;
const folder = mkdtempSync(join(tmpdir(), "trust-grpc-"));
const socket = join(folder, "s");
const asIs = (bytes: Buffer): Buffer => bytes;

let server: Http2Server;
/** Calls of Wait that are not answered yet. */
const waiting: (() => void)[] = [];
let client: Client;

beforeAll(async () => {
  server = createServer(serverOptions);
  answerCalls(server, {
    unary: new Map<string, Answer>([
      ["/t.T/Echo", async (message) => message],
      ["/t.T/Wait", (message) => new Promise((resolve) => void waiting.push(() => resolve(message)))],
      ["/t.T/Damaged", () => Promise.reject(damagedMessage("Message", new Error("premature EOF")))],
      ["/t.T/Fault", () => Promise.reject(new Error("a fault of ours: 100 % \ud83d\u001b[31m"))],
    ]),
    silent: new Set(["/t.T/Silent"]),
  });
  await once(server.listen(socket), "listening");
  client = newClient();
});

afterAll(async () => {
  client.close();
  server.close();
  rmSync(folder, { recursive: true });
});

/** gRPC's own client for Node. */
function newClient(options: ClientOptions = {}): Client {
  return new Client(`unix:${socket}`, credentials.createInsecure(), {
    "grpc.max_receive_message_length": -1,
    "grpc.max_send_message_length": -1,
    ...options,
  });
}

function ask(method: string, message: Buffer, metadata = new Metadata(), by = client): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    by.makeUnaryRequest(`/t.T/${method}`, asIs, asIs, message, metadata, (error, answer) =>
      error === null ? resolve(answer ?? Buffer.alloc(0)) : reject(error),
    );
  });
}

function failureOf(asked: Promise<Buffer>): Promise<Partial<ServiceError>> {
  return asked.then(
    () => ({}),
    (error: unknown) => error as ServiceError,
  );
}

/** Whether the next caller is answered, whoever came before. */
async function stillAnswers(): Promise<boolean> {
  return (await ask("Echo", Buffer.from("still here"))).toString() === "still here";
}

const call = { ":method": "POST", ":path": "/t.T/Echo", "content-type": "application/grpc", te: "trailers" };

/** A caller that knows HTTP/2 and says what it likes; gives status and reason, of headers or trailers. */
async function say(sent: Buffer, headers: OutgoingHttpHeaders = {}): Promise<Record<string, unknown>> {
  const session = connectHttp2("http://localhost", { createConnection: () => connect(socket) });
  const said: Record<string, unknown> = {};
  const stream = session.request({ ...call, ...headers });
  stream.on("response", (given) => Object.assign(said, given));
  stream.on("trailers", (given) => Object.assign(said, given));
  stream.resume();
  stream.end(sent);
  await once(stream, "close");
  session.close();
  return said;
}

function framed(length: number, message: string, flag = 0): Buffer {
  const header = Buffer.from([flag, 0, 0, 0, 0]);
  header.writeUInt32BE(length, 1);
  return Buffer.concat([header, Buffer.from(message)]);
}

describe("a caller that speaks gRPC", () => {
  test("is answered, with nothing too", async () => {
    expect(await stillAnswers()).toBe(true);
    expect(await ask("Echo", Buffer.alloc(0))).toEqual(Buffer.alloc(0));
  });

  test("sends and gets large messages, several at once", async () => {
    const messages = [24, 21, 30, 1].map((size, index) => Buffer.alloc(size * MIB, index + 1));
    const answers = await Promise.all(messages.map((message) => ask("Echo", message)));
    expect(answers.map((answer, index) => answer.equals(messages[index] ?? answer.subarray(1)))).toEqual(
      messages.map(() => true),
    );
  });

  test("makes many calls at once", async () => {
    const asked = Array.from({ length: 500 }, (_, index) => ask("Echo", Buffer.from(`call ${index}`)));
    expect((await Promise.all(asked)).map(String)).toEqual(asked.map((_, index) => `call ${index}`));
  });

  test("may send much metadata", async () => {
    const metadata = new Metadata();
    for (let index = 0; index < 30; index += 1) metadata.set(`x-${index}`, "v".repeat(1_000));
    expect(await ask("Echo", Buffer.from("a"), metadata)).toEqual(Buffer.from("a"));
  });

  test("may go away while it waits, and while it sends", async () => {
    for (const [method, size] of [
      ["Wait", 1],
      ["Echo", 24 * MIB],
    ] as const) {
      // WHEN
      const failure = new Promise<ServiceError | null>((resolve) => {
        const asked = client.makeUnaryRequest(`/t.T/${method}`, asIs, asIs, Buffer.alloc(size), resolve);
        setTimeout(() => asked.cancel(), 100);
      });

      // THEN
      expect((await failure)?.code).toBe(status.CANCELLED);
      waiting.shift()?.();
      expect(await stillAnswers()).toBe(true);
    }
  });

  test("may hold a stream open in which nothing is said", async () => {
    // GIVEN
    const stream = client.makeBidiStreamRequest("/t.T/Silent", asIs, asIs);
    const heard: unknown[] = [];
    stream.on("data", (data) => heard.push(data)).on("error", () => undefined);
    const ended = new Promise<void>((resolve) =>
      stream.on("status", (end) => {
        heard.push(end.code);
        resolve();
      }),
    );
    stream.write(Buffer.from("anyone?"));

    // WHEN
    expect(await stillAnswers()).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 100));

    // THEN
    expect(heard).toEqual([]);
    stream.cancel();
    await ended;
    expect(heard).toEqual([status.CANCELLED]);
    expect(await stillAnswers()).toBe(true);
  });

  test("is told what it does wrong", async () => {
    const gzip = newClient({ "grpc.default_compression_algorithm": 2 });
    const failures = await Promise.all([
      failureOf(ask("Nothing", Buffer.alloc(2 * MIB))),
      failureOf(ask("Damaged", Buffer.from("a"))),
      failureOf(ask("Fault", Buffer.from("a"))),
      failureOf(ask("Echo", Buffer.alloc(1_000), new Metadata(), gzip)),
    ]);
    gzip.close();
    expect(failures.map(({ code, details }) => [code, details])).toEqual([
      [status.UNIMPLEMENTED, "there is no method /t.T/Nothing"],
      [status.INTERNAL, "the Message that was sent is damaged: premature EOF"],
      [status.INTERNAL, "a fault of ours: 100 % \\u{d83d}\\u{1b}[31m"],
      [status.UNIMPLEMENTED, "messages compressed with gzip are not read here"],
    ]);
  });
});

describe("a caller that speaks HTTP/2", () => {
  test.each([
    ["no message", Buffer.alloc(0), status.UNIMPLEMENTED, "exactly one message"],
    ["two messages", Buffer.concat([framed(1, "a"), framed(1, "b")]), status.UNIMPLEMENTED, "exactly one"],
    [
      "half a header",
      Buffer.from([0, 0]),
      status.INTERNAL,
      "the header of a message that was sent is damaged",
    ],
    ["less than it says", framed(4_000_000_000, "a"), status.INTERNAL, "message of 4000000000 bytes"],
    ["compression that it did not announce", framed(1, "a", 1), status.INTERNAL, "header of a message"],
  ])("and sends %s is refused", async (_what, sent, code, reason) => {
    const said = await say(sent);
    expect(said).toMatchObject({ ":status": 200, "grpc-status": String(code) });
    expect(decodeURIComponent(String(said["grpc-message"]))).toContain(reason);
    expect(await stillAnswers()).toBe(true);
  });

  test("and sends something else is told so", async () => {
    expect(await say(Buffer.from("{}"), { "content-type": "application/json" })).toMatchObject({
      ":status": 415,
    });
    expect((await say(framed(1, "a")))["grpc-status"]).toBe("0");
  });

  test("may say that it goes, and have its answer", async () => {
    // GIVEN
    const session = connectHttp2("http://localhost", { createConnection: () => connect(socket) });
    const stream = session.request({ ...call, ":path": "/t.T/Wait" });
    stream.end(framed(1, "a"));
    while (waiting.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));

    // WHEN
    session.goaway();
    waiting.shift()?.();

    // THEN
    const [trailers] = (await once(stream.resume(), "trailers")) as [Record<string, unknown>];
    expect(trailers["grpc-status"]).toBe("0");
    session.close();
    expect(await stillAnswers()).toBe(true);
  });

  test("may vanish in the middle of a message", async () => {
    const connection = connect(socket);
    const session = connectHttp2("http://localhost", { createConnection: () => connection });
    session.on("error", () => undefined);
    const stream = session.request(call).on("error", () => undefined);
    await new Promise<void>((resolve) => stream.write(framed(1_000, "a"), () => resolve()));
    connection.destroy();
    await once(session, "close");
    expect(await stillAnswers()).toBe(true);
  });
});

describe("a caller that speaks something else", () => {
  const preface = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
  const frame = (type: number, flags: number, stream: number, payload: Buffer): Buffer =>
    Buffer.concat([Buffer.from([0, 0, payload.length, type, flags, 0, 0, 0, stream]), payload]);
  const settings = frame(4, 0, 0, Buffer.alloc(0));

  test.each([
    ["HTTP/1.1", Buffer.from("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")],
    ["noise", Buffer.from("\0\x01\x02".repeat(100))],
    ["settings of a length that there is not", Buffer.concat([preface, frame(4, 0, 0, Buffer.alloc(5))])],
    [
      "headers that are not compressed",
      Buffer.concat([preface, settings, frame(1, 5, 1, Buffer.alloc(9, 255))]),
    ],
    ["a message before its headers", Buffer.concat([preface, settings, frame(0, 1, 1, Buffer.from("data"))])],
    ["a frame longer than allowed", Buffer.concat([preface, settings, Buffer.alloc(64, 255)])],
  ])("with %s is left, and nobody else", async (_what, bytes) => {
    const connection = connect(socket);
    const said: Buffer[] = [];
    const left = new Promise<void>((resolve) => {
      connection.on("error", () => undefined).on("close", resolve);
      connection.on("data", (data: Buffer) => {
        said.push(data);
        if (framesOf(Buffer.concat(said)).includes(GOAWAY)) resolve();
      });
    });

    // WHEN
    connection.write(bytes);
    await left;

    // THEN
    expect(await stillAnswers()).toBe(true);
    connection.destroy();
  });
});

const GOAWAY = 7;

/** Types of the frames that somebody was sent (RFC 9113, 4.1). */
function framesOf(bytes: Buffer): number[] {
  if (bytes.length < 9) return [];
  return [bytes.readUInt8(3), ...framesOf(bytes.subarray(9 + bytes.readUIntBE(0, 3)))];
}
