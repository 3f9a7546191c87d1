import { judgeHop } from "../../lib/hop";
import { describeWith, tool } from "../support/tools";
import { randomHops } from "./randomHops";
import { judgeWithJava } from "./tlsJudge";

const count = process.env["SLOW"] === "1" ? 4000 : 150;

describeWith(["java", "java25"], "rules of Java against two JVMs, several departures at once", () => {
  test(`on ${count} random hops`, () => {
    // GIVEN
    const hops = randomHops(count, 7).map((material) => ({ material }));

    // WHEN
    const java17 = judgeWithJava(tool("java"), hops);
    const java25 = judgeWithJava(tool("java25"), hops);
    const ours = hops.map(({ material }) => judgeHop(material));

    // THEN only one thing depends on luck: which of two anchors of one name and key Java takes
    const lucky = (index: number): boolean =>
      ours[index]?.findings.some(({ rule }) => rule === "anchor-is-no-authority") === true;
    const differing = ours.flatMap(({ accepted, findings }, index) => {
      const javas = java17[index]?.ok === true && java25[index]?.ok === true;
      return accepted === javas || (javas && lucky(index))
        ? []
        : [{ index, accepted, findings, java17: java17[index], java25: java25[index] }];
    });
    expect(differing).toEqual([]);
    expect(ours.filter(({ accepted }) => accepted).length).toBeGreaterThan(count / 4);
  }, 1_200_000);
});
