import { readFileSync } from "node:fs";
import { join } from "node:path";

import { RULES } from "../../lib/rules";
import { formatsPage, rulesOfFormatsPage, verdictsPage } from "../../scripts/rulesPages";

const page = (name: string): string => readFileSync(join(__dirname, "../../docs", name), "utf8");

describe("the pages that list rules", () => {
  test("docs/verdicts.md has the catalogue's words for every rule (npm run docs:rules)", () => {
    const verdicts = page("verdicts.md");

    expect(verdicts).toBe(verdictsPage(verdicts));
    const sections = [...verdicts.matchAll(/^### (.+)$/gm)].map(([, title = ""]) => title);
    expect(sections.sort()).toEqual(Object.keys(RULES).sort());
  });

  test("docs/keystore-formats.md has the catalogue's words in its table (npm run docs:rules)", () => {
    const formats = page("keystore-formats.md");

    expect(formats).toBe(formatsPage(formats));
    expect(rulesOfFormatsPage(formats).length).toBeGreaterThan(20);
  });
});
