import { findTool } from "../../support/tools";
import { buildHop, type BuiltHop } from "./buildHop";
import { JavaJudge } from "./javaJudge";
import { compare } from "./matrix";
import { authority, leaf, ordinary, own } from "./ordinary";
import { OFTEN, runtimeOf } from "./releases";
import type { AuthorityShape, HopShape, LeafShape, NamesShape, PresentedShape } from "./shapes";

const rsa: LeafShape = { ...leaf, key: "rsa-2048" };
const expired: LeafShape = { ...leaf, days: [-90, -2] };

/** A store in which "a" is meant and "b" is beside it; in a JKS "b" comes first. */
function crowded(
  meant: LeafShape,
  beside: LeafShape,
  { isLocked = false, alias = "a", ...how }: Partial<PresentedShape> & { readonly isLocked?: boolean } = {},
): PresentedShape {
  const neighbour = {
    alias: alias === "a" ? "b" : "a",
    leaf: beside,
    hasOtherPassword: isLocked,
    isOfTwins: false,
  };
  return { ...own, leaf: meant, alias, neighbours: [neighbour], keyManager: "NewSunX509", ...how };
}

const CROWDED: readonly (readonly [title: string, store: PresentedShape])[] = [
  ["a locked key of the type that comes first", crowded(rsa, leaf, { isLocked: true })],
  ["a locked key that comes first in the store", crowded(leaf, leaf, { isLocked: true })],
  ["a locked key that comes last in the store", crowded(leaf, leaf, { isLocked: true, alias: "b" })],
  ["a locked RSA key that comes first in the store", crowded(rsa, rsa, { isLocked: true })],
  ["an expired certificate of the type that comes first", crowded(rsa, expired, { format: "modern" })],
  [
    "unfit certificates of two types",
    crowded({ ...expired, key: "rsa-2048" }, expired, { format: "modern" }),
  ],
  ["keys of two types behind the first", crowded(rsa, { ...leaf, key: "ed25519" }, { format: "modern" })],
  ["an RSASSA-PSS key before an RSA key", crowded({ ...leaf, key: "rsa-pss" }, rsa, { format: "modern" })],
  [
    "an expired certificate of the type that comes first, by the default",
    crowded(rsa, expired, { format: "modern", keyManager: undefined }),
  ],
  [
    "an RSASSA-PSS key before an RSA key, by the default",
    crowded({ ...leaf, key: "rsa-pss" }, rsa, { format: "modern", keyManager: undefined }),
  ],
];

const wrongKeyId: AuthorityShape = { ...authority, odd: "wrong-key-id" };
const ofTwins = { alias: "b", leaf, hasOtherPassword: false, isOfTwins: true };

/** Chains that PKCS12 does not hold as they are: each Java links what it finds in the file. */
const LINKED: readonly (readonly [title: string, store: PresentedShape, authorities: AuthorityShape[]])[] = [
  [
    "a leaf that names another key",
    { ...own, leaf: { ...leaf, odd: "wrong-key-id" } },
    [authority, authority],
  ],
  ["an authority that names another key", own, [authority, authority, wrongKeyId]],
  [
    "issuers of the same names that stand first",
    { ...own, neighbours: [ofTwins], first: "neighbours" },
    [authority, authority],
  ],
  ["issuers of the same names that stand last", { ...own, neighbours: [ofTwins] }, [authority, authority]],
  [
    "a root of the same name that stands first",
    { ...own, neighbours: [ofTwins], first: "neighbours" },
    [authority],
  ],
];

/** Name constraints of two presented authorities, the upper one first, which Java merges into one. */
const CONSTRAINED: readonly (readonly [upper: NamesShape, lower: NamesShape])[] = [
  ["permits-ipv6", "permits-other-ipv6"],
  ["permits-ipv4", "permits-ipv6"],
  ["permits-ipv4", "permits-ipv4"],
  ["permits-ipv4", "permits-example"],
  ["permits-example", "permits-other"],
  ["permits-example", "permits-narrower"],
  ["permits-example", "permits-narrower-later"],
  ["permits-narrower-later", "permits-example"],
  ["permits-narrower", "permits-narrower-later"],
  ["permits-mail", "permits-other-mail"],
  ["permits-several", "permits-server"],
  ["permits-several-later", "permits-server"],
  ["permits-several", "permits-narrower-later"],
  ["permits-server", "permits-several-later"],
];

/** Signatures of roots, which nobody checks but a key manager that looks at whole chains. */
const ROOT_HASHES: readonly AuthorityShape["hash"][] = ["sha1", "sha224"];

/** Hops that several of these rules decide together, each found among generated ones. */
const HOPS: readonly (readonly [title: string, shape: HopShape])[] = [
  [
    "critical policy qualifiers below a presented root, the chain in disorder",
    { ...ordinary, client: { ...own, chain: "stranger-between", leaf: { ...leaf, policies: "qualified" } } },
  ],
  [
    "critical policy qualifiers of a server, the chain in disorder",
    { ...ordinary, server: { ...own, chain: "stranger-between", leaf: { ...leaf, policies: "qualified" } } },
  ],
  ...LINKED.flatMap(([title, store, authorities]) => {
    const linked: PresentedShape = { ...store, alias: "a", format: "modern" };
    return (["server", "client"] as const).map((side): readonly [string, HopShape] => [
      `${title}, in PKCS12 of a ${side}`,
      { ...ordinary, authorities, [side]: linked },
    ]);
  }),
  ...CONSTRAINED.map(([upper, lower]): readonly [string, HopShape] => [
    `an authority that ${upper} above one that ${lower}`,
    {
      ...ordinary,
      authorities: [authority, { ...authority, names: upper }, { ...authority, names: lower }],
    },
  ]),
  ...ROOT_HASHES.flatMap((hash) =>
    ["TLSv1.3", "TLSv1.2"].flatMap((protocol): (readonly [string, HopShape])[] => {
      const both = {
        ...ordinary,
        authorities: [{ ...authority, hash }, authority],
        protocols: { server: [protocol], client: [protocol] },
      };
      const looking: PresentedShape = { ...own, keyManager: "NewSunX509" };
      return [
        [
          `a root signed with ${hash} before a key manager that looks, at a server in ${protocol}`,
          { ...both, server: looking },
        ],
        [
          `a root signed with ${hash} before a key manager that looks, at a client in ${protocol}`,
          { ...both, client: looking },
        ],
      ];
    }),
  ),
  ...CROWDED.flatMap(([title, store]) =>
    ["TLSv1.3", "TLSv1.2"].flatMap((protocol): (readonly [string, HopShape])[] => {
      const both = { ...ordinary, protocols: { server: [protocol], client: [protocol] } };
      return [
        [`${title}, at a client in ${protocol}`, { ...both, client: store }],
        [
          `${title}, at a client that is asked in ${protocol}`,
          { ...both, client: store, clientAuthentication: "request" },
        ],
        [`${title}, at a server in ${protocol}`, { ...both, server: store }],
      ];
    }),
  ),
];

/** Made once for all Javas: keys and stores take longer than handshakes. */
const built = new Map<string, BuiltHop>();

function hopOf(title: string, shape: HopShape): BuiltHop {
  const hop = built.get(title) ?? buildHop(shape);
  built.set(title, hop);
  return hop;
}

describe.each(OFTEN)("hops of odd makes under Java %i", (release, name) => {
  const isThere = findTool("javac") !== undefined && findTool(name) !== undefined;
  if (!isThere)
    process.stderr.write(`SKIPPED odd hops under Java ${release}: scripts/javas.sh .javas ${release}\n`);

  (isThere ? test : test.skip)(
    "the verdict agrees",
    async () => {
      // GIVEN
      const judge = new JavaJudge(name);
      const runtime = runtimeOf(release, name);
      const differing: unknown[] = [];
      try {
        for (const [index, [title, shape]] of HOPS.entries()) {
          const hop = hopOf(title, shape);
          // WHEN
          const { outcome, rules, verdict } = compare(index, hop, await judge.judge(hop.judged), runtime);
          if (outcome !== "agrees") differing.push({ title, outcome, rules, verdict });
        }
      } finally {
        judge.close();
      }
      // THEN
      expect(differing).toEqual([]);
    },
    300_000,
  );
});
