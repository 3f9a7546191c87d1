import { Duplex } from "node:stream";

import type { ServerSecrets } from "./messages";

/** A connection whose incoming bytes are kept, with the secrets that open them. */
export class TappedLine extends Duplex {
  secrets: ServerSecrets = {};
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

  /** A line of the key log: label, client random, secret. Only what opens the first handshake is kept. */
  takeSecret(entry: Buffer): void {
    const [label, clientRandom = "", hexadecimal = ""] = entry.toString("latin1").trim().split(" ");
    const secret = Buffer.from(hexadecimal, "hex");
    if (label === "SERVER_HANDSHAKE_TRAFFIC_SECRET") this.secrets = { handshake: secret, ...this.secrets };
    if (label === "CLIENT_RANDOM")
      this.secrets = { master: { clientRandom: Buffer.from(clientRandom, "hex"), secret }, ...this.secrets };
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
