import { createHash } from "node:crypto";
import fc from "fast-check";
import { repeatMd5 } from "../../../lib/keystore/encryption/repeatMd5";

function repeatWithNode(start: Uint8Array, suffix: Uint8Array, times: number): Buffer {
  let digest = Buffer.from(start);
  for (let round = 0; round < times; round += 1) {
    digest = createHash("md5").update(digest).update(suffix).digest();
  }
  return digest;
}

test("is MD5 over and over, for suffixes of one block and of several", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 4, maxLength: 4 }),
      fc.uint8Array({ maxLength: 140 }),
      fc.integer({ min: 1, max: 9 }),
      (start, suffix, times) => {
        expect(repeatMd5(start, suffix, times)).toEqual(repeatWithNode(start, suffix, times));
      },
    ),
  );
});

test.each([38, 39, 40])("takes a suffix of %d bytes", (length) => {
  const suffix = Buffer.alloc(length, "s");
  expect(repeatMd5(Buffer.from("salt"), suffix, 50)).toEqual(repeatWithNode(Buffer.from("salt"), suffix, 50));
});
