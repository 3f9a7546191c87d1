import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { PublicApi } from "../../scripts/reference";
import type { Noun } from "../../scripts/referenceData";
import { FOLDER, referenceOf } from "../../scripts/referencePages";

const api = new PublicApi();
const { pages, missing } = referenceOf(api);

describe("docs/reference", () => {
  test("has the doc comments' words (npm run docs:reference)", () => {
    const written = readdirSync(FOLDER).map(
      (file) => [file, readFileSync(join(FOLDER, file), "utf8")] as const,
    );
    expect(Object.fromEntries(written)).toEqual(Object.fromEntries(pages));
  });

  test("has a page for whatever people make", () => {
    const names = api.nouns.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining(["Keystore", "TrustStack", "JavaServer", "Host", "PemFiles", "Tomcat"]),
    );
    expect(names).not.toContain("DeclarationError");
  });

  test("says the type of a prop, whether it is required, and its default", () => {
    const rows = rowsOf(pages.get("host.md") ?? "");
    expect(rows).toContainEqual([
      "`root`",
      "`string`",
      "`.local/hosts/<host id>`",
      "Directory that stands for the host's `/`, relative to the project's root; `/` is this machine itself",
    ]);
    expect(rowsOf(pages.get("keystore.md") ?? "").map(([prop, , byDefault]) => [prop, byDefault])).toEqual(
      expect.arrayContaining([
        ["`path`", "required"],
        ["`ifMissing`", '`"create"`'],
      ]),
    );
  });

  test("says what somebody chooses from, and who makes what is handed on", () => {
    const types = pages.get("types.md") ?? "";
    expect(types).toMatch(/^## StoreProfile\n\n.*\n\n(`"[a-z-]+"`, ){3}`"[a-z-]+"`\.$/m);
    expect(types).toMatch(
      /^## RuntimePlan\n\n.*\n\nMade by `Java\.release\(release, options\)`, `Node\.release/m,
    );
    expect(types).toMatch(/^## ITruststore\n\n.*\n\nSuch are .*\[`AnchorsFile`\]\(anchors-file\.md\)/m);
    expect(types).toMatch(/^## IHost\n\n.*\n\nMade by .*`Host\.local\(hostId, options\)`/m);
  });

  test("finds a sentence for each prop in the source, and a default for each that may be left out", () => {
    expect(missing).toEqual([]);
  });

  test("would notice a prop without them", () => {
    const lacking: PublicApi = Object.create(api, {
      shapeOf: {
        value: (name: string) => {
          const shape = api.shapeOf(name);
          const forms = shape?.forms.map((props) =>
            props.map((prop) =>
              prop.name === "ifMissing" ? { ...prop, meaning: "", byDefault: undefined } : prop,
            ),
          );
          return shape === undefined ? undefined : { ...shape, forms };
        },
      },
      nouns: { value: api.nouns.filter(({ name }: Noun) => name === "Keystore") },
    });
    expect(referenceOf(lacking).missing).toEqual([
      "KeystoreProps.ifMissing: no sentence",
      "KeystoreProps.ifMissing: no @default",
    ]);
  });
});

/** Cells of the rows of a page's tables, without heads and rules. */
function rowsOf(page: string): string[][] {
  return [...page.matchAll(/^\| (`.*?) \|$/gm)].map(([, row = ""]) =>
    row.split(" | ").map((cell) => cell.trim()),
  );
}
