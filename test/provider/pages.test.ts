import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { PROVIDER_PAGES, providerPage } from "../../scripts/providerPages";

const docs = join(__dirname, "../../docs");

describe("the provider's pages", () => {
  test.each(PROVIDER_PAGES.map((page) => [page.file, page] as const))(
    "docs/%s has the schema's words (npm run docs:provider)",
    (file, page) => {
      const text = readFileSync(join(docs, file), "utf8");

      expect(text).toBe(providerPage(text, page));
      expect(text).toContain("\n## Example Usage\n\n");
      // As the registry's pages: the heading is the name and what it is.
      const heading = page.title.replace(/^(\w+) (.*) - trust$/, "$1 ($2)");
      expect(text).toContain(`\n# ${heading}\n`);
      expect(text.includes("\n## Import\n")).toBe(file.startsWith("resources/"));
    },
  );

  test("are those that there are", () => {
    const found = ["resources", "data-sources"].flatMap((folder) =>
      readdirSync(join(docs, folder)).map((file) => `${folder}/${file}`),
    );
    expect(["index.md", ...found].sort()).toEqual(PROVIDER_PAGES.map(({ file }) => file).sort());
  });

  test("would show a description that changed", () => {
    const [index] = PROVIDER_PAGES;
    if (index === undefined) throw new Error("there is no page");
    const text = readFileSync(join(docs, index.file), "utf8");
    const owner = index.attributes["owner"];
    if (owner === undefined) throw new Error("there is no owner");
    const attributes = { ...index.attributes, owner: { ...owner, description: "Somebody else." } };
    expect(providerPage(text, { ...index, attributes })).toContain("- `owner` (String) Somebody else.\n");
  });
});
