import { diagnose } from "../../lib/check";

describe("diagnose", () => {
  test.each([
    ["javax.net.ssl.SSLException: Unrecognized SSL message, plaintext connection?", "plain-http"],
    ["javax.net.ssl.SSLException: Unsupported or unrecognized SSL message", "plain-http"],
    ["javax.net.ssl.SSLHandshakeException: Empty client certificate chain", "client-certificate-not-sent"],
    ["Received fatal alert: bad_certificate", "client-certificate-not-sent"],
    [
      "[ISC.0077.9998E] Exception --> org.apache.axis2.AxisFault: Received fatal alert: handshake_failure",
      "handshake-failed",
    ],
    ["Received fatal alert: certificate_unknown", "refused-by-peer"],
    [
      "PKIX path building failed: SunCertPathBuilderException: unable to find valid certification path to requested target",
      "issuer-not-trusted",
    ],
    ["PKIX path validation failed: CertPathValidatorException: validity check failed", "expired"],
    ["Extended key usage does not permit use for TLS client authentication", "usage-not-allowed"],
    ["KeyUsage does not allow digital signatures", "key-usage-not-allowed"],
    [
      "java.security.cert.CertificateException: No subject alternative names present",
      "address-only-in-common-name",
    ],
    ["No subject alternative names matching IP address 10.1.2.3 found", "name-not-covered"],
    ["No subject alternative DNS name matching ia01.example found.", "name-not-covered"],
    ["java.io.IOException: Keystore was tampered with, or password was incorrect", "wrong-password"],
    ["java.io.IOException: keystore password was incorrect", "wrong-password"],
    ["java.io.IOException: Invalid keystore format", "unknown-format"],
    ["toDerInputStream rejects tag type 45", "damaged-store"],
    ["java.security.UnrecoverableKeyException: Cannot recover key", "key-password-differs"],
    ["keytool error: java.lang.Exception: Alias <1> does not exist", "alias-missing"],
    ["WS_CLIENT_INVALID_PRIVATE_KEY", "connector-private-key"],
    ["ISC.0064.9314 Authorization Required: 401", "not-authorized"],
    ["Error: Self-signed SSL certificates are blocked", "issuer-not-trusted"],
    ["the trustAnchors parameter must be non-empty", "no-anchor"],
    ["connect ECONNREFUSED 127.0.0.1:8443", "not-listening"],
  ])("%s: %s", (text, rule) => {
    const diagnosis = diagnose(text);

    expect(diagnosis?.rule).toBe(rule);
    expect(diagnosis?.cause).not.toBe("");
    expect(diagnosis?.remedy).not.toBe("");
  });

  test("what is not known is not guessed", () => {
    expect(diagnose("the printer is on fire")).toBeUndefined();
  });
});
