import { findTool } from "../../support/tools";
import { buildHop, type BuiltHop } from "./buildHop";
import { JavaJudge } from "./javaJudge";
import { lenient } from "./lenient";
import { compare, type Comparison, tableOf } from "./matrix";
import { RELEASES, runtimeOf } from "./releases";
import { sampleShapes } from "./shapes";

const isSlow = process.env["SLOW"] === "1";
const SEED = Number(process.env["SEED"] ?? 53);
const count = isSlow ? 100 : 6;
const OLD = "SSLv3, TLSv1, TLSv1.1, RC4, DES, 3DES_EDE_CBC, anon, NULL";

/** What a site may say in its `java.security`. */
const SITES: readonly (readonly [title: string, security: Readonly<Record<string, string>>])[] = [
  [
    "that refuses more",
    {
      "jdk.certpath.disabledAlgorithms":
        "MD2, MD5, SHA1, SHA224, DSA, RSA keySize < 2048, EC keySize < 256, secp521r1",
      "jdk.tls.disabledAlgorithms": `${OLD}, MD5withRSA, DH keySize < 2048, EC keySize < 256, ECDH, SHA1, DSA, RSA keySize < 2048`,
    },
  ],
  [
    "that refuses less",
    {
      "jdk.certpath.disabledAlgorithms": "MD2",
      "jdk.tls.disabledAlgorithms": OLD,
      "jdk.disabled.namedCurves": "",
    },
  ],
  [
    "that goes by use and date",
    {
      "jdk.certpath.disabledAlgorithms":
        "MD5, SHA384 usage TLSServer, RSA keySize <= 2048 & usage TLSClient, SHA1 denyAfter 2020-01-01, " +
        "SHA224 denyAfter 2090-01-01, RSA keySize == 1024, EC keySize > 384",
      "jdk.tls.disabledAlgorithms": `${OLD}, include jdk.disabled.namedCurves`,
      "jdk.disabled.namedCurves": "secp256k1, secp384r1",
    },
  ],
  [
    "without TLS 1.3 and with the other key manager",
    {
      "jdk.tls.disabledAlgorithms": `${OLD}, TLSv1.3, MD5withRSA, RSA keySize < 1024, EC keySize < 224`,
      "ssl.KeyManagerFactory.algorithm": "PKIX",
    },
  ],
];

describe("hops under a site's java.security", () => {
  const shapes = sampleShapes(count, SEED);
  const hops = new Map<number, BuiltHop>();
  const releases = isSlow ? RELEASES : RELEASES.filter(([release]) => release === 17 || release === 25);
  const cases = releases.flatMap(([release, name]) =>
    SITES.map(([title, security]) => ({ release, name, title, security })),
  );

  for (const { release, name, title, security } of cases) {
    const isThere = findTool("javac") !== undefined && findTool(name) !== undefined;
    if (!isThere)
      process.stderr.write(`SKIPPED hops under Java ${release}: scripts/javas.sh .javas ${release}\n`);
    (isThere ? test : test.skip)(
      `${title}: Java ${release} refuses none that is green`,
      async () => {
        // GIVEN
        const lines = Object.entries(security).map(([property, value]) => `${property}=${value}\n`);
        const judge = new JavaJudge(name, lines.join(""));
        const runtime = { ...runtimeOf(release, name), securityProperties: security };
        const compared: Comparison[] = [];
        try {
          for (const [index, shape] of shapes.entries()) {
            const hop = hops.get(index) ?? buildHop(shape);
            hops.set(index, hop);
            // WHEN
            compared.push(compare(index, lenient(hop), await judge.judge(hop.judged), runtime));
          }
        } finally {
          judge.close();
        }
        // THEN
        if (isSlow) process.stdout.write(tableOf(`Java ${release} ${title}`, compared));
        expect(compared.filter(({ outcome }) => outcome === "wrongly-green")).toEqual([]);
        const differing = compared.filter(({ outcome }) => outcome !== "agrees").length;
        expect(differing).toBeLessThanOrEqual(1);
      },
      isSlow ? 3_600_000 : 120_000,
    );
  }
});
