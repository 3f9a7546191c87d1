import { BlockList } from "node:net";
import fc from "fast-check";
import { formatIpAddress, parseIpAddress } from "../../lib/pki/ipAddress";

describe("IP addresses", () => {
  test("octets survive being written and read", () => {
    const octet = fc.oneof(fc.constant(0), fc.nat(255));
    const octets = fc.oneof(
      fc.uint8Array({ minLength: 4, maxLength: 4 }),
      fc.array(octet, { minLength: 16, maxLength: 16 }),
    );
    fc.assert(
      fc.property(octets, (bytes) => {
        expect(parseIpAddress(formatIpAddress(Uint8Array.from(bytes)))).toEqual(Uint8Array.from(bytes));
      }),
    );
  });

  test("any spelling of an IPv6 address is read as Node reads it", () => {
    fc.assert(
      fc.property(fc.ipV6(), (text) => {
        const octets = parseIpAddress(text);
        const list = new BlockList();
        list.addAddress(text, "ipv6");
        expect(list.check(formatIpAddress(octets ?? new Uint8Array(16)), "ipv6")).toBe(true);
      }),
    );
  });

  test.each([
    ["2001:0db8:0000:0000:0001:0000:0000:0001", "2001:db8::1:0:0:1"],
    ["0:0:0:0:0:0:0:0", "::"],
    ["::ffff:192.0.2.1", "::ffff:c000:201"],
    ["1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7"],
  ])("%s is written %s (RFC 5952)", (text, expected) => {
    expect(formatIpAddress(parseIpAddress(text) ?? new Uint8Array(16))).toBe(expected);
  });

  test.each(["", "10.0.0", "10.0.0.256", "01.2.3.4", "::1%eth0", "example.com", "1:2"])(
    "%j is none",
    (text) => {
      expect(parseIpAddress(text)).toBeUndefined();
    },
  );
});
