import { javaRules } from "../../lib/java/javaRules";
import { lostSignatures } from "../../lib/java/lostSignatures";

const PATHS = "jdk.certpath.disabledAlgorithms";
const TLS = "jdk.tls.disabledAlgorithms";

describe("signatures that are lost with their scheme", () => {
  test.each<[release: number, property: string, list: string, lost: readonly string[]]>([
    [17, PATHS, "secp521r1", ["SHA512WITHECDSA"]],
    [11, TLS, "secp384r1, secp521r1", ["SHA384WITHECDSA", "SHA512WITHECDSA"]],
    [25, TLS, "EC keySize > 256", ["SHA384WITHECDSA", "SHA512WITHECDSA"]],
    [25, TLS, "EC keySize == 384 & usage TLSClient", ["SHA384WITHECDSA"]],
    [25, TLS, "EC usage TLSClient & keySize == 384", []],
    [25, TLS, "EC", ["SHA256WITHECDSA", "SHA384WITHECDSA", "SHA512WITHECDSA"]],
    [26, TLS, "EC keySize < 224, secp256k1", []],
    [25, TLS, "rsa_pkcs1_sha256, ecdsa_sha1", ["SHA256WITHRSA", "SHA1WITHECDSA"]],
    [25, TLS, "ecdsa_sha1 usage HandshakeSignature", []],
    [25, TLS, "ecdsa_sha1 usage CertificateSignature", ["SHA1WITHECDSA"]],
    [8, TLS, "secp521r1, ecdsa_sha1", []],
  ])("Java %i, %s=%s: %j", (release, property, list, lost) => {
    const rules = javaRules({ kind: "java", release, securityProperties: { [property]: list } });
    expect(lostSignatures(rules)).toEqual(lost);
  });
});
