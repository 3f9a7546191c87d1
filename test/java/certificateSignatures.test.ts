import { certificateSignatures } from "../../lib/java/certificateSignatures";

test("schemes of a server stand for the signatures of certificates that it takes", () => {
  expect(
    certificateSignatures([
      "ecdsa_secp256r1_sha256",
      "ed25519",
      "rsa_pss_rsae_sha256",
      "rsa_pss_pss_sha256",
      "rsa_pkcs1_sha1",
      "rsa_sha224",
      "dsa_sha256",
      "0x0904",
    ]),
  ).toEqual([
    "SHA256WITHECDSA",
    "ED25519",
    "RSASSA-PSS",
    "SHA1WITHRSA",
    "SHA224WITHRSA",
    "SHA256WITHDSA",
    "0X0904",
  ]);
});
