import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const project = join(__dirname, "../..");

function sources(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name !== "checkStore.ts")
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"));
}

test("docs/verdicts.md has a section for every rule, and for nothing else", () => {
  // GIVEN
  const page = readFileSync(join(project, "docs/verdicts.md"), "utf8");
  const sections = [...page.matchAll(/^### (.+)$/gm)].flatMap(([, title = ""]) => title.split(", "));

  // WHEN
  const code = ["lib/rules", "lib/java", "lib/hop", "lib/check", "lib/verify"].flatMap((folder) =>
    sources(join(project, folder)),
  );
  const named =
    /(?:rule: |refusal\(\s*|refuse\(\s*|found\(\s*|problem\(\s*|#readFile\([^"]*)"([a-z]+(?:-[a-z]+)*)"/g;
  const rules = code.flatMap((text) => [...text.matchAll(named)].flatMap(([, rule = ""]) => rule));

  // THEN
  expect([...new Set(sections)].sort()).toEqual([...new Set(rules)].sort());
});
