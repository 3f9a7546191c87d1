/** Longer than any answer of OpenSSH's server, which ends with what is longer itself. */
const LONGEST_PACKET_BYTES = 2 ** 18 + 1_024;

/** Takes a stream of bytes apart into packets, each without its length. */
export class PacketStream {
  private pieces: Buffer[] = [];
  private length = 0;

  push(piece: Buffer): void {
    this.pieces.push(piece);
    this.length += piece.length;
  }

  /**
   * The next packet; undefined while it is not all there.
   *
   * @throws RangeError for a length that no packet has: something else than SFTP comes
   */
  take(): Buffer | undefined {
    if (this.length < 4) return undefined;
    const wanted = this.peek(4).readUInt32BE();
    if (wanted === 0 || wanted > LONGEST_PACKET_BYTES)
      throw new RangeError(`a packet of ${wanted} bytes is none of SFTP`);
    if (this.length < 4 + wanted) return undefined;
    const all = this.peek(4 + wanted);
    const rest = all.subarray(4 + wanted);
    this.pieces = rest.length === 0 ? [] : [rest];
    this.length = rest.length;
    return all.subarray(4, 4 + wanted);
  }

  /** All that is there, for messages. */
  text(): string {
    return Buffer.concat(this.pieces).toString("utf8");
  }

  /** All pieces as one where the first is shorter. */
  private peek(bytes: number): Buffer {
    const [first = Buffer.alloc(0)] = this.pieces;
    if (first.length >= bytes && this.pieces.length === 1) return first;
    const all = Buffer.concat(this.pieces);
    this.pieces = [all];
    return all;
  }
}
