import { applyRc4 } from "../../../lib/keystore/encryption/rc4";

// RFC 6229, section 2: the first 16 bytes of the key stream.
test.each([
  ["0102030405", "b2396305f03dc027ccc3524a0a1118a8"],
  ["0102030405060708090a0b0c0d0e0f10", "9ac7cc9a609d1ef7b2932899cde41b97"],
])("RC4 under the key %s", (key, stream) => {
  const bytes = Buffer.from(key, "hex");
  expect(applyRc4(bytes, Buffer.alloc(16)).toString("hex")).toBe(stream);
  expect(applyRc4(bytes, applyRc4(bytes, Buffer.from("some text"))).toString()).toBe("some text");
});
