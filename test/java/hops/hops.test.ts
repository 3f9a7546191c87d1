import { findTool, isSlow } from "../../support/tools";
import { buildHop, type BuiltHop } from "./buildHop";
import { JavaJudge } from "./javaJudge";
import { compare, type Comparison, tableOf } from "./matrix";
import { OFTEN, runtimeOf } from "./releases";
import { type HopShape, sampleShapes } from "./shapes";

const SEED = Number(process.env["SEED"] ?? 26);
const count = isSlow ? 1_500 : 25;

describe("hops with several departures from the ordinary", () => {
  /** Made once for all Javas: keys and stores take longer than handshakes. */
  const hops = new Map<number, BuiltHop>();
  const shapes = sampleShapes(count, SEED);
  const hopOf = (index: number, shape: HopShape): BuiltHop => {
    const hop = hops.get(index) ?? buildHop(shape);
    hops.set(index, hop);
    return hop;
  };

  for (const [release, name] of OFTEN) {
    const isThere = findTool("javac") !== undefined && findTool(name) !== undefined;
    if (!isThere)
      process.stderr.write(`SKIPPED hops under Java ${release}: scripts/javas.sh .javas ${release}\n`);
    (isThere ? test : test.skip)(
      `Java ${release} refuses none that is green, and the verdict agrees with it`,
      async () => {
        const judge = new JavaJudge(name);
        const runtime = runtimeOf(release, name);
        const compared: Comparison[] = [];
        try {
          for (const [index, shape] of shapes.entries()) {
            const hop = hopOf(index, shape);
            compared.push(compare(index, hop, await judge.judge(hop.judged), runtime));
          }
        } finally {
          judge.close();
        }
        if (isSlow) process.stdout.write(tableOf(`Java ${release}`, compared));
        expect(compared.filter(({ outcome }) => outcome === "wrongly-green")).toEqual([]);
        const differing = compared.filter(({ outcome }) => outcome !== "agrees").length;
        expect(differing).toBeLessThanOrEqual(Math.max(1, count / 100));
      },
      isSlow ? 3_600_000 : 120_000,
    );
  }
});
