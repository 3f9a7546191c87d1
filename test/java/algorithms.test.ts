import { refusedAlgorithm } from "../../lib/java";
import { parseCertificate } from "../../lib/pki";
import { makeAuthority, makeCertificate, type MadeCertificateOptions } from "../support/certificateMaker";

const now = new Date("2026-06-01T00:00:00Z");

function refusedOf(options: Partial<MadeCertificateOptions>): string | undefined {
  const issuer = makeAuthority(now, "Root", { key: options.key ?? "ec" });
  const { der } = makeCertificate({ now, subject: "leaf", issuer, ...options });
  return refusedAlgorithm(parseCertificate(der), "chain")?.message;
}

describe("the algorithms that Java takes", () => {
  test.each<Partial<MadeCertificateOptions>>([
    { hash: "sha1", key: "rsa-2048" },
    { hash: "sha256" },
    { hash: "sha384", key: "ec-p384" },
    { hash: "sha384", key: "rsa-2048" },
    { hash: "sha512", key: "ec-p521" },
    { key: "rsa-1024" },
    { key: "ed25519" },
  ])("%j passes", (options) => {
    expect(refusedOf(options)).toBeUndefined();
  });

  test.each<[Partial<MadeCertificateOptions>, string]>([
    [{ hash: "md5", key: "rsa-2048" }, "signature algorithm, "],
    [{ hash: "sha224", key: "rsa-2048" }, "signature algorithm, "],
    [{ hash: "sha3-256", key: "rsa-2048" }, "signature algorithm, "],
    [{ key: "rsa-768" }, 'key, RSA 768: disabled by "RSA keySize < 1024"'],
    [{ key: "secp256k1" }, "key, EC secp256k1"],
  ])("%j does not", (options, reason) => {
    expect(refusedOf(options)).toContain(reason);
  });
});
