import { judgeHop } from "../../lib/hop";
import { describeWith, tool } from "../support/tools";
import { tlsCases } from "./tlsHops";
import { judgeWithJava, type JavaVerdict } from "./tlsJudge";

describeWith(["java", "java25"], "rules of Java against two JVMs", () => {
  let verdicts: readonly { readonly java17: JavaVerdict; readonly java25: JavaVerdict }[] = [];

  beforeAll(() => {
    const java17 = judgeWithJava(tool("java"), tlsCases);
    const java25 = judgeWithJava(tool("java25"), tlsCases);
    verdicts = java17.flatMap((verdict, index) => {
      const other = java25[index];
      return other === undefined ? [] : [{ java17: verdict, java25: other }];
    });
  }, 300_000);

  test.each(tlsCases.map(({ title, expected }, index) => [title, expected, index] as const))(
    "%s: %s",
    (_title, expected, index) => {
      // GIVEN
      const material = tlsCases[index]?.material;
      const verdict = verdicts[index];
      if (material === undefined || verdict === undefined) throw new Error("the judge gave no verdict");

      // WHEN
      const { accepted, findings } = judgeHop(material);

      // THEN our rules are as strict as the stricter of both
      const said = findings.filter(({ level }) => level === "error").map(({ rule }) => rule);
      const { java17, java25 } = verdict;
      expect({
        accepted,
        errors: [java17.clientError, java17.serverError, java25.clientError],
      }).toMatchObject({
        accepted: java17.ok && java25.ok,
      });
      expect(expected === "accepted" ? accepted : said).toEqual(
        expected === "accepted" ? true : expect.arrayContaining([expected]),
      );
    },
  );
});
