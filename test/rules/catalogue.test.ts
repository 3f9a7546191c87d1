import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { diagnose } from "../../lib/check";
import {
  finding,
  ourFinding,
  refusal,
  type Rule,
  RULES,
  RULES_BY_SUBJECT,
  sentenceOf,
} from "../../lib/rules";

const rules = Object.entries<Rule>(RULES);
const lib = join(__dirname, "../../lib");

/** The code that finds things, without the catalogue itself. */
function code(): string {
  return readdirSync(lib, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.startsWith(join(lib, "rules/catalogue")))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"))
    .join("\n");
}

describe("the catalogue of rules", () => {
  test("has each rule under one subject", () => {
    const ids = Object.values(RULES_BY_SUBJECT).flatMap((subject) => Object.keys(subject));

    expect(ids).toEqual(Object.keys(RULES));
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("has no rule that nothing finds and no log text tells", () => {
    const text = code();
    const unreachable = rules.filter(
      ([id, { pattern }]) => pattern === undefined && !text.includes(`"${id}"`),
    );

    expect(unreachable).toEqual([]);
  });

  test.each(rules)("%s says what is wrong and what to do, as parts of a sentence", (_id, rule) => {
    expect(rule.cause).toMatch(/^\S.*[^.;\s]$/);
    expect(rule.remedy).toMatch(/^\S.*[^.;\s]$/);
  });

  const ours = rules.flatMap(([id, rule]) => (rule.ours === undefined ? [] : [[id, rule.ours] as const]));

  test.each(ours)(
    "%s says when it is stricter than the peer, and why, as parts of a sentence",
    (_id, said) => {
      expect(said.when).toMatch(/^(?:a|the) .*[^.;\s]$/);
      expect(said.because).toMatch(/^\S.*[^.;\s]$/);
    },
  );

  const texts = rules.flatMap(([id, { says = [] }]) =>
    says.map((text) => ({ id, text: text.replace("…", "x") })),
  );

  test.each(texts)('"$text", of $id, is told by a rule that has it', ({ text }) => {
    const having = texts.filter((other) => other.text === text).map(({ id }) => id);

    expect(having).toContain(diagnose(`ERROR 42 ${text}`)?.rule);
  });
});

describe("refusal", () => {
  test("quotes the log texts of its rule, with what they are about", () => {
    const { message, remedy } = refusal("alias-missing", "nothing is there", undefined, { about: "$1" });

    expect(message).toBe('nothing is there ("Alias <$1> does not exist")');
    expect(remedy).toBe(RULES["alias-missing"].remedy);
  });

  test("quotes those that are asked for, or none", () => {
    const some = refusal("name-not-covered", "a name", "call another", { about: "b", of: "DNS name" });

    expect(some).toEqual({
      rule: "name-not-covered",
      message: 'a name ("No subject alternative DNS name matching b found")',
      remedy: "call another",
    });
    expect(refusal("name-not-covered", "a name", undefined, "none").message).toBe("a name");
  });
});

describe("what is ours alone", () => {
  const reason = refusal("expired", "it ended");

  test("is an error that says who would let it pass, and why we do not", () => {
    const { level, message, remedy } = ourFinding("hop", reason, "Java", undefined);

    expect(level).toBe("error");
    expect(message).toBe(
      `${reason.message}: Java would let this pass; we do not, because ${RULES.expired.ours?.because}`,
    );
    expect(remedy).toContain("strict: false");
  });

  test("is a warning with the declared reason", () => {
    const found = ourFinding("hop", reason, "Java", "it is renewed on Monday");

    expect(found).toMatchObject({
      level: "warning",
      rule: "expired",
      letPassBecause: "it is renewed on Monday",
    });
    expect(found.message).toContain('let pass as Java does, because "it is renewed on Monday"');
    expect(found.remedy).not.toContain("strict");
  });

  test("is no matter of rules that the catalogue does not name so", () => {
    const found = ourFinding("hop", refusal("no-anchor", "nothing is trusted"), "Java", "whatever");

    expect(found).toEqual(finding("hop", refusal("no-anchor", "nothing is trusted"), "error"));
  });
});

describe("finding", () => {
  test("has the catalogue's level but where the case decides it", () => {
    const reason = refusal("expiring", "it ends soon");

    expect(finding("identity", reason)).toEqual({
      level: "warning",
      rule: "expiring",
      subject: "identity",
      message: "it ends soon",
      remedy: RULES.expiring.remedy,
    });
    expect(finding("identity", reason, "error").level).toBe("error");
    expect(finding("hop", refusal("no-certificate", "none")).level).toBe("error");
    expect(sentenceOf(reason)).toBe(`it ends soon; ${RULES.expiring.remedy}`);
  });
});

describe("where a text of a log leads", () => {
  const betrayed = rules.filter(([, { pattern }]) => pattern !== undefined);

  test.each(betrayed)("%s says what to run next and what the text leaves open", (_id, { next }) => {
    expect(next?.command).toMatch(/^(?:cdktf-trust|keytool|openssl|getent) \S/);
    expect(next?.unshown).toMatch(
      /^(?:which|whether|whose|what|where|how|for which|of which|the key of which|to which) .*[^.;\s]$/,
    );
  });
});
