import { findTool } from "../../support/tools";
import { buildHop } from "./buildHop";
import { JavaJudge } from "./javaJudge";
import { compare } from "./matrix";
import { RELEASES, runtimeOf } from "./releases";
import type { AuthorityShape, HopShape, LeafShape, PresentedShape, TrustShape } from "./shapes";

const authority: AuthorityShape = {
  key: "ec",
  hash: "sha256",
  keyUsage: undefined,
  pathLength: undefined,
  days: [-30, 3000],
  odd: "none",
  names: "none",
  policies: "none",
};
const leaf: LeafShape = {
  key: "ec",
  hash: "sha256",
  keyUsage: undefined,
  extendedKeyUsage: undefined,
  days: [-1, 90],
  odd: "none",
  policies: "none",
  isSelfSigned: false,
  level: 3,
};
const own: PresentedShape = {
  leaf,
  alias: "https",
  neighbours: [],
  format: "jks",
  chain: "whole",
  keyManager: undefined,
};
const roots: TrustShape = {
  root: true,
  intermediates: false,
  leaf: false,
  stranger: false,
  twin: "none",
  more: 0,
  format: "jks",
};
const ordinary: HopShape = {
  authorities: [authority],
  naming: { address: "server.example", names: ["DNS:server.example"], commonName: "server.example" },
  verifiesName: true,
  server: own,
  client: own,
  clientAuthentication: "require",
  clientTrusts: roots,
  serverTrusts: roots,
  protocols: { server: undefined, client: undefined },
};

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
];

describe.each(RELEASES)("hops of odd makes under Java %i", (release, name) => {
  const isThere = findTool("javac") !== undefined && findTool(name) !== undefined;
  if (!isThere)
    process.stderr.write(`SKIPPED odd hops under Java ${release}: scripts/javas.sh .javas ${release}\n`);

  (isThere ? test : test.skip)("the verdict agrees", async () => {
    // GIVEN
    const judge = new JavaJudge(name);
    const runtime = runtimeOf(release, name);
    try {
      for (const [index, [title, shape]] of HOPS.entries()) {
        const hop = buildHop(shape);
        // WHEN
        const { outcome, rules, verdict } = compare(index, hop, await judge.judge(hop.judged), runtime);
        // THEN
        expect({ title, outcome, rules, verdict }).toMatchObject({ outcome: "agrees" });
      }
    } finally {
      judge.close();
    }
  });
});
