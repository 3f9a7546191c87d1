import { Java } from "../../lib/constructs";
import { javaRules } from "../../lib/java";

describe("what a Java does", () => {
  test.each([
    [Java.release(8, { update: 202 }), { edDsa: false, tls13Server: false, choosesFitKeys: false }],
    [Java.release(8, { update: 504 }), { edDsa: false, tls13Server: true, tls13Client: true }],
    [Java.release(11), { edDsa: false, sendsPssKeys: false, tls13Client: true }],
    [Java.release(17, { update: 15 }), { edDsa: true, refusesSha224: false }],
    [Java.release(17), { refusesSha224: true, mlDsa: false }],
    [Java.release(25), { mlDsa: true, shortClientChains: true, choosesFitKeys: false }],
    [Java.release(26), { choosesFitKeys: true }],
  ])("%j", (java, facts) => {
    const rules = javaRules(java);
    const said = Object.keys(facts).map((fact) => [fact, rules.has(fact as keyof typeof facts)]);
    expect(Object.fromEntries(said)).toEqual(facts);
  });

  test("is the strictest of the current ones where none is stated", () => {
    expect(javaRules()).toMatchObject({ name: "Java", maximumChain: { server: 10, client: 8 } });
  });

  test("disables old curves by name as long as it knows them", () => {
    const names = (release: number) =>
      javaRules(Java.release(release)).disabledInPaths.map(({ name }) => name);
    expect(names(11)).toContain("SECP256K1");
    expect(names(17)).not.toContain("SECP256K1");
  });

  test("follows the properties of its JVM", () => {
    const rules = javaRules(
      Java.release(17, {
        properties: {
          "jdk.tls.server.protocols": "TLSv1.3",
          "jdk.tls.maxHandshakeMessageSize": "65536",
          "jdk.tls.maxCertificateChainLength": "4",
          "com.sun.net.ssl.checkRevocation": "true",
        },
      }),
    );
    expect(rules.protocols("server")).toEqual(["TLSv1.3"]);
    expect(rules.protocols("client")).toEqual(["TLSv1.3", "TLSv1.2"]);
    expect(rules.maximumMessage).toBe(65_536);
    expect(rules.maximumChain).toEqual({ server: 4, client: 4 });
    expect(rules.revocation.isChecked).toBe(true);
  });

  test("and the site's java.security", () => {
    const rules = javaRules({
      kind: "java",
      release: 17,
      securityProperties: {
        "ssl.KeyManagerFactory.algorithm": "PKIX",
        "jdk.tls.disabledAlgorithms": "TLSv1.3, RSA keySize < 3072",
      },
    });
    expect(rules.keyManager).toMatchObject({ picks: "fittest", order: "store" });
    expect(rules.protocols("server")).toEqual(["TLSv1.2"]);
    expect(rules.disabledInTls.map(({ text }) => text)).toContain("RSA keySize < 3072");
  });

  test.each<[Readonly<Record<string, string>>, string]>([
    [{ "jdk.tls.server.protocols": "TLS1.2" }, 'give "TLSv1.2,TLSv1.3"'],
    [{ "jdk.tls.maxHandshakeMessageSize": "much" }, 'give a number such as "65536"'],
    [{ "java.awt.headless": "true" }, "is no system property that decides about a hop"],
  ])("refuses %j", (properties, message) => {
    expect(() => Java.release(17, { properties })).toThrow(message);
  });
});
