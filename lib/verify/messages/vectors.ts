/** Reads the vectors of TLS (RFC 8446, 3.4); what is cut short reads as what is there. */
export class VectorReader {
  private at = 0;

  constructor(private readonly bytes: Buffer) {}

  get hasMore(): boolean {
    return this.at < this.bytes.length;
  }

  number(octets: number): number {
    const end = Math.min(this.at + octets, this.bytes.length);
    const value = end === this.at ? 0 : this.bytes.readUIntBE(this.at, end - this.at);
    this.at = end;
    return value;
  }

  /** Contents of a vector whose length is given in so many octets. */
  vector(lengthOctets: number): Buffer {
    const length = this.number(lengthOctets);
    const content = this.bytes.subarray(this.at, this.at + length);
    this.at += length;
    return content;
  }

  /** Vectors one after the other, each with its length in so many octets. */
  vectors(lengthOctets: number): Buffer[] {
    const all: Buffer[] = [];
    while (this.hasMore) all.push(this.vector(lengthOctets));
    return all;
  }
}
