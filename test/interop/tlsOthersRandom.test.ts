import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { concurrently, type HopMaterial, proveHop } from "../../lib/hop";
import type { HopVerdict } from "../../lib/model";
import { describeWith } from "../support/tools";
import { buildHop } from "./others/buildHop";
import { hopShape, type HopShape, type Judge } from "./others/hopShapes";
import { Judges } from "./others/judges";

const SEED = Number(process.env["SEED"] ?? 9);
const isSlow = process.env["SLOW"] === "1";

let directory = "";

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "cdktf-trust-"));
});

afterAll(() => rmSync(directory, { recursive: true }));

interface Compared {
  readonly shape: HopShape;
  readonly verdict: HopVerdict;
  readonly accepted: boolean;
}

/** Verdicts of ours and of the program that verifies. */
async function compare(judge: Judge, count: number): Promise<Compared[]> {
  const shapes = fc.sample(hopShape([judge]), { numRuns: count, seed: SEED });
  const hops = shapes.map(buildHop);
  const verdicts = await concurrently(hops, 8, async (material) => await proveHop(material));
  const judges = new Judges(directory);
  const ask: Record<Judge, (hops: readonly HopMaterial[]) => Promise<boolean[]>> = {
    curl: async (list) => await judges.curl(list),
    node: async (list) => await judges.node(list),
    nginx: async (list) => await judges.nginx(list),
    openssl: async (list) => await judges.openssl(list),
  };
  const accepted = await ask[judge](hops);
  return shapes.flatMap((shape, at) => {
    const verdict = verdicts[at];
    return verdict === undefined ? [] : [{ shape, verdict, accepted: accepted[at] === true }];
  });
}

describeWith(
  ["openssl", "curl", "nginx"],
  "rules of OpenSSL, curl, Node and nginx, several departures at once",
  () => {
    test.each([
      ["openssl", isSlow ? 100 : 6],
      ["curl", isSlow ? 600 : 20],
      ["node", isSlow ? 600 : 20],
      ["nginx", isSlow ? 600 : 20],
    ] as const)(
      "%s, %i hops",
      async (judge, count) => {
        const compared = await compare(judge, count);
        const agreeing = compared.filter(({ verdict, accepted }) => verdict.ok === accepted);
        const accepted = compared.filter((one) => one.accepted).length;
        process.stdout.write(`${judge}: ${agreeing.length} of ${count} hops agree, ${accepted} accepted\n`);
        expect(compared.filter((one) => one.verdict.ok && !one.accepted)).toEqual([]);
        expect(compared.filter((one) => !one.verdict.ok && one.accepted)).toEqual([]);
      },
      600_000,
    );
  },
);
