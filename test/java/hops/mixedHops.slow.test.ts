import { findTool, type ToolName } from "../../support/tools";
import { buildHop } from "./buildHop";
import { JavaJudge } from "./javaJudge";
import { compare, type Comparison, tableOf } from "./matrix";
import { RELEASES, runtimeOf } from "./releases";
import { sampleShapes } from "./shapes";

const isSlow = process.env["SLOW"] === "1";
const SEED = Number(process.env["SEED"] ?? 31);
const count = isSlow ? 300 : 8;

const PAIRS: readonly (readonly [server: number, client: number])[] = isSlow
  ? [
      [8, 25],
      [25, 8],
      [11, 26],
      [26, 17],
      [17, 11],
      [21, 8],
    ]
  : [
      [8, 25],
      [26, 11],
    ];

function toolOf(release: number): ToolName {
  const [, name] = RELEASES.find(([known]) => known === release) ?? [];
  if (name === undefined) throw new RangeError(`no Java ${release} judges hops`);
  return name;
}

describe.each(PAIRS)("hops to Java %i", (serverRelease, clientRelease) => {
  const [server, client] = [toolOf(serverRelease), toolOf(clientRelease)];
  const missing = [server, client].filter((name) => findTool(name) === undefined);
  const isThere = findTool("javac") !== undefined && missing.length === 0;
  if (!isThere) process.stderr.write(`SKIPPED hops between Javas: scripts/javas.sh .javas\n`);

  (isThere ? test : test.skip)(
    `from Java ${clientRelease}: neither refuses one that is green`,
    async () => {
      // GIVEN
      const [judge, caller] = [new JavaJudge(server), new JavaJudge(client)];
      const runtimes = [runtimeOf(serverRelease, server), runtimeOf(clientRelease, client)] as const;
      const compared: Comparison[] = [];
      try {
        for (const [index, shape] of sampleShapes(count, SEED + serverRelease).entries()) {
          const hop = buildHop(shape);
          // WHEN
          compared.push(compare(index, hop, await judge.judgeBetween(caller, hop.judged), ...runtimes));
        }
      } finally {
        judge.close();
        caller.close();
      }
      // THEN
      if (isSlow) process.stdout.write(tableOf(`Java ${serverRelease} called by ${clientRelease}`, compared));
      expect(compared.filter(({ outcome }) => outcome === "wrongly-green")).toEqual([]);
      const differing = compared.filter(({ outcome }) => outcome !== "agrees").length;
      expect(differing).toBeLessThanOrEqual(Math.max(1, count / 100));
    },
    isSlow ? 3_600_000 : 120_000,
  );
});
