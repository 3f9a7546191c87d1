import { parseReader, profileForReader, PROFILES, requireReadable } from "../../lib/keystore";

describe("the profile for a reader", () => {
  test.each([
    ["java 8u504", "modern"],
    ["java 8u301", "modern"],
    ["java 8u300", "compat"],
    ["java 8u202", "compat"],
    ["Java 1.8.0_202", "compat"],
    ["jdk1.8.0_45", "jks"],
    ["java 8", "compat"],
    ["java 7u80", "jks"],
    ["java 6", "jks"],
    ["openjdk 8u322", "compat"],
    ["openjdk 8u504", "modern"],
    ["java 11", "compat"],
    ["java 11.0.11", "compat"],
    ["java 11.0.12", "modern"],
    ["java 11.0.33", "modern"],
    ["java 12", "modern"],
    ["java 17", "modern"],
    ["temurin 17.0.9+9", "modern"],
    ["openjdk 21", "modern"],
    ["java 25", "modern"],
    ["java", "compat"],
    ["ibm j9 8", "jks"],
    ["IBM Java 8", "jks"],
    ["z/os", "jks"],
    ["z/OS Java 8", "jks"],
    ["webmethods 9.12", "jks"],
    ["openssl 1.0.2", "compat"],
    ["openssl 1.1", "modern"],
    ["openssl 1.1.1w", "modern"],
    ["openssl 3.0.19", "modern"],
    ["openssl", "modern"],
    ["node 20", "modern"],
    ["node-forge 1.4.3", "modern"],
    ["nss 3.87", "modern"],
    ["gnutls", "modern"],
    ["bouncy castle 1.86", "modern"],
    ["windows server 2016", "compat"],
    ["windows server 2019", "modern"],
    ["windows 11", "modern"],
    ["windows", "compat"],
  ])("%s: %s", (reader, profile) => {
    expect(profileForReader(parseReader(reader))).toBe(profile);
    expect(() => requireReadable(profileForReader(parseReader(reader)), parseReader(reader))).not.toThrow();
  });

  test.each([
    ["modern", "java 8u202", "HmacPBESHA256 came with 8u301"],
    ["modern", "java 8", "the update is not given"],
    ["modern", "ibm j9 8", "IBM Java wants PKCS12 with 3DES and SHA-1"],
    ["modern", "windows server 2012", "Windows up to Server 2016"],
    ["jdk-legacy", "openssl 3", "OpenSSL 3 opens RC2-40 only with its legacy provider"],
    ["jdk-legacy", "node 20", "OpenSSL 3 opens RC2-40 only with its legacy provider"],
    ["jks", "openssl 1.1", "JKS is read by Java only"],
    ["jks", "windows 11", "JKS is read by Java only"],
  ] as const)("%s is refused for %s: %s", (profile, reader, reason) => {
    expect(() => requireReadable(profile, parseReader(reader))).toThrow(reason);
    expect(() => requireReadable(profile, parseReader(reader))).toThrow(
      `use "${profileForReader(parseReader(reader))}"`,
    );
  });

  test("a reader that nobody knows is refused, with what can be written", () => {
    expect(() => parseReader("netscape 4")).toThrow(
      'the reader "netscape 4" is not known; name one as in "java 8u202"',
    );
  });

  test("every profile says who reads it", () => {
    for (const [name, description] of Object.entries(PROFILES)) {
      expect(description.profile).toBe(name);
      expect(description.readers).not.toBe("");
    }
  });
});
