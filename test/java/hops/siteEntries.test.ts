import { findTool, isSlow } from "../../support/tools";
import { buildHop, type BuiltHop } from "./buildHop";
import { JavaJudge } from "./javaJudge";
import { lenient } from "./lenient";
import { compare } from "./matrix";
import { authority, leaf, ordinary, own } from "./ordinary";
import { RELEASES, runtimeOf } from "./releases";
import type { HopShape, LeafShape, PresentedShape } from "./shapes";

const OLD = "SSLv3, TLSv1, TLSv1.1, RC4, DES, 3DES_EDE_CBC, anon, NULL";
const EVERYBODY = "usage TLSServer TLSClient";

/** Entries about keys of RSA, about a curve and about SHA-512, which other hops meet each. */
const ENTRIES: readonly string[] = [
  `RSA ${EVERYBODY}, secp384r1, SHA512 denyAfter 2020-01-01`,
  `RSA keySize <= 2048 & denyAfter 2020-01-01, EC keySize == 384 & ${EVERYBODY}, SHA512 ${EVERYBODY}`,
  `RSA denyAfter 2090-01-01, EC ${EVERYBODY} & keySize == 384, SHA512`,
  `RSA keySize <= 2048 & ${EVERYBODY}, EC keySize > 256 & denyAfter 2090-01-01, secp521r1`,
  // As Java 11 to 26 are shipped.
  "rsa_pkcs1_sha1 usage HandshakeSignature, ecdsa_sha1 usage HandshakeSignature, dsa_sha1 usage HandshakeSignature",
  "ecdsa_secp384r1_sha384, SHA512 usage HandshakeSignature",
  "ecdsa_secp384r1_sha384 usage CertificateSignature, SHA1 usage HandshakeSignature",
  "SHA384 usage CertificateSignature, ecdsa_sha1",
];

const SITES = ENTRIES.flatMap((entries): Readonly<Record<string, string>>[] => [
  { "jdk.certpath.disabledAlgorithms": entries },
  { "jdk.tls.disabledAlgorithms": `${OLD}, ${entries}` },
]);

const rsa: LeafShape = { ...leaf, key: "rsa-2048" };
const MET: readonly (readonly [title: string, store: PresentedShape])[] = [
  ["an RSA key", { ...own, leaf: rsa }],
  ["a signature with SHA-1", { ...own, leaf: { ...leaf, hash: "sha1" } }],
  ["a signature with SHA-384", { ...own, leaf: { ...leaf, hash: "sha384" } }],
  ["a signature with SHA-512", { ...own, leaf: { ...leaf, hash: "sha512" } }],
  [
    "an RSA key behind a signature with SHA-512",
    {
      ...own,
      leaf: rsa,
      neighbours: [
        { alias: "b", leaf: { ...leaf, hash: "sha512" }, hasOtherPassword: false, isOfTwins: false },
      ],
    },
  ],
];

const ROOTS: readonly (readonly [title: string, shape: HopShape, store: PresentedShape])[] = [
  ["an RSA root", { ...ordinary, authorities: [{ ...authority, key: "rsa-2048" }] }, own],
  [
    "a key on P-384 beside one of RSA",
    {
      ...ordinary,
      authorities: [{ ...authority, key: "rsa-2048" }],
      server: { ...own, leaf: rsa },
      client: { ...own, leaf: rsa },
    },
    { ...own, leaf: { ...leaf, key: "ec-p384" } },
  ],
];

const HOPS_OF_STORES = MET.flatMap(([title, store]) =>
  ([undefined, "NewSunX509"] as const).flatMap((keyManager) =>
    ["TLSv1.3", "TLSv1.2"].flatMap((protocol) =>
      (["server", "client"] as const).map((side): readonly [string, HopShape] => [
        `${title}, ${keyManager ?? "by default"}, of a ${side} in ${protocol}`,
        {
          ...ordinary,
          [side]: { ...store, keyManager },
          clientAuthentication: side === "client" ? "request" : "none",
          protocols: { server: [protocol], client: [protocol] },
        },
      ]),
    ),
  ),
);

const HOPS_OF_ROOTS = ROOTS.flatMap(([title, shape, store]) =>
  ["TLSv1.3", "TLSv1.2"].flatMap((protocol) =>
    (["server", "client"] as const).map((side): readonly [string, HopShape] => [
      `${title}, of a ${side} in ${protocol}`,
      {
        ...shape,
        [side]: store,
        clientAuthentication: side === "client" ? "request" : "none",
        protocols: { server: [protocol], client: [protocol] },
      },
    ]),
  ),
);

const HOPS = [...HOPS_OF_STORES, ...HOPS_OF_ROOTS];

describe("single entries of a site's java.security", () => {
  const built: (readonly [string, BuiltHop])[] = [];

  for (const [at, [release, name]] of RELEASES.entries()) {
    const isThere = findTool("javac") !== undefined && findTool(name) !== undefined;
    if (!isThere)
      process.stderr.write(`SKIPPED entries under Java ${release}: scripts/javas.sh .javas ${release}\n`);
    // A third of the sites, each under one Java and the next one under the next; SLOW=1 tries all under all.
    const sites = SITES.filter((_, site) => isSlow || site % (3 * RELEASES.length) === 3 * at);
    (isThere ? test : test.skip).each(sites)(
      `the verdict agrees with Java ${release}: %j`,
      async (security) => {
        // GIVEN
        if (built.length === 0) for (const [title, shape] of HOPS) built.push([title, buildHop(shape)]);
        const lines = Object.entries(security).map(([property, value]) => `${property}=${value}\n`);
        const judge = new JavaJudge(name, lines.join(""));
        const runtime = { ...runtimeOf(release, name), securityProperties: security };
        const differing: unknown[] = [];
        try {
          for (const [index, [title, hop]] of built.entries()) {
            // WHEN
            const compared = compare(index, lenient(hop), await judge.judge(hop.judged), runtime);
            if (compared.outcome !== "agrees") differing.push({ title, ...compared });
          }
        } finally {
          judge.close();
        }
        // THEN
        expect(differing).toEqual([]);
      },
      60_000,
    );
  }
});
