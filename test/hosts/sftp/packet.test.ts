import { PacketDamaged, PacketReader, PacketWriter } from "../../../lib/hosts/sftp/packet";
import { PacketStream } from "../../../lib/hosts/sftp/packetStream";

function attributes(...fields: readonly number[]): PacketReader {
  const writer = new PacketWriter();
  for (const field of fields) writer.number(field);
  return new PacketReader(writer.packet(0).subarray(5));
}

describe("packets of SFTP", () => {
  it("hold what was put in, in whatever pieces they come", () => {
    const packets = [
      new PacketWriter()
        .number(7)
        .text("ä")
        .long(2 ** 40)
        .packet(3),
      new PacketWriter().bytes(Buffer.from([0, 255])).packet(4),
    ];
    const all = Buffer.concat(packets);
    for (let size = 1; size <= all.length; size++) {
      const stream = new PacketStream();
      const found: Buffer[] = [];
      for (let at = 0; at < all.length; at += size) {
        stream.push(all.subarray(at, at + size));
        for (let one = stream.take(); one !== undefined; one = stream.take()) found.push(one);
      }
      const [first = Buffer.alloc(0), second = Buffer.alloc(0)] = found;
      const fields = new PacketReader(first.subarray(1));
      expect([first[0], fields.number(), fields.text(), fields.long()]).toEqual([3, 7, "ä", 2 ** 40]);
      expect(fields.hasMore).toBe(false);
      expect(new PacketReader(second.subarray(1)).bytes()).toEqual(Buffer.from([0, 255]));
      expect(found).toHaveLength(2);
    }
  });

  it.each([
    ["a text", Buffer.from("Received message")],
    ["no bytes", Buffer.alloc(4)],
  ])("are not %s", (_what, bytes) => {
    const stream = new PacketStream();
    stream.push(bytes);
    expect(() => stream.take()).toThrow("is none of SFTP");
  });

  it("that end too early are damaged", () => {
    expect(() => new PacketReader(Buffer.from([0, 0, 0, 9, 1])).bytes()).toThrow(PacketDamaged);
    expect(() => attributes(0x1, 0).attributes()).toThrow(PacketDamaged);
  });

  it("tell of a file what they have", () => {
    expect(attributes(0x8000000d, 0, 5, 0o100444, 1, 2, 0).attributes()).toEqual({
      kind: "file",
      size: 5,
      modifiedMs: 2_000,
      isReadOnly: true,
    });
    expect(attributes(0x4, 0o120777).attributes().kind).toBe("link");
    expect(attributes(0x4, 0o040755).attributes().kind).toBe("directory");
    expect(attributes(0x4, 0o010644).attributes().kind).toBe("other");
    expect(attributes(0).attributes()).toEqual({ kind: "file", size: 0, modifiedMs: 0, isReadOnly: false });
  });
});
