import { judgeHop } from "../../lib/hop";
import { createStore, setEntry, type StoreEntry, writeStore } from "../../lib/keystore";
import { makeAuthority, makeCertificate, type MadeCertificateOptions } from "../support/certificateMaker";
import { describeWith, type ToolName } from "../support/tools";
import { hop, identityOf, now } from "../hop/materials";
import { JavaJudge, type JudgedStore } from "./hops/javaJudge";

function stored(entry: StoreEntry): JudgedStore {
  return { type: "JKS", bytes: writeStore(setEntry(createStore("jks"), entry), "changeit") };
}

const NAME = "server.example";
/** Allows what no release does. */
const securityProperties = {
  "jdk.certpath.disabledAlgorithms": "MD2",
  "jdk.tls.disabledAlgorithms": "SSLv3",
};
const dsa = makeAuthority(now, "DSA Root", { key: "dsa" });
const rsa = makeAuthority(now, "RSA Root", { key: "rsa-2048" });

/** What TLS 1.3 does not know, whatever is disabled. */
const cases: readonly [title: string, options: Partial<MadeCertificateOptions>][] = [
  ["by DSA", { issuer: dsa }],
  ["with MD5", { issuer: rsa, hash: "md5", key: "rsa-2048" }],
  ["by a key of RSA 512", { issuer: rsa, key: "rsa-512" }],
];

describe.each<[number, ToolName]>([
  [8, "jre8"],
  [11, "jre11"],
  [17, "jre17"],
  [25, "jre25"],
])("Java %i", (release, name) => {
  describeWith(["javac", name], "and signatures", () => {
    let judge: JavaJudge;

    beforeAll(() => {
      const lines = Object.entries(securityProperties).map(([property, value]) => `${property}=${value}\n`);
      judge = new JavaJudge(name, lines.join(""));
    }, 60_000);

    afterAll(() => judge.close());

    test.each(cases)("%s: refused in TLS 1.3, taken in TLS 1.2", async (_title, options) => {
      const leaf = makeCertificate({ now, subject: NAME, names: [`DNS:${NAME}`], ...options });
      const root = options.issuer?.der ?? leaf.der;
      const keys = stored({
        kind: "identity",
        alias: "server",
        createdMs: now.getTime(),
        chain: leaf.chain,
        key: { kind: "clear", pkcs8: leaf.pkcs8 },
      });
      const trust = stored({ kind: "anchor", alias: "root", createdMs: now.getTime(), certificate: root });
      for (const protocol of ["TLSv1.3", "TLSv1.2"]) {
        const protocols = [protocol];
        const { ok } = await judge.judge({
          address: NAME,
          verifiesName: true,
          clientAuthentication: "none",
          server: { keys, trust, protocols },
          client: { trust, protocols },
        });
        const java = {
          kind: "java",
          release,
          securityProperties,
          properties: { "jdk.tls.server.protocols": protocol, "jdk.tls.client.protocols": protocol },
        } as const;
        const { accepted } = judgeHop(
          hop({ server: { java, identity: identityOf(leaf) }, client: { java, anchors: [root] } }),
        );
        const expected = protocol === "TLSv1.2";
        expect({ protocol, ok, accepted }).toEqual({ protocol, ok: expected, accepted: expected });
      }
    });
  });
});
