import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toPem } from "../../../lib/pki";
import { PROVIDER_PAGES } from "../../../scripts/providerPages";
import { codeBlocks, REPOSITORY } from "../../docs/markdown";
import { anchorEntry, keytoolList, makeIdentity, writeTestStore } from "../../provider/support/stores";
import { TerraformStack, bundleProvider } from "../../provider/support/terraform";
import { describeWith } from "../../support/tools";

const docs = join(REPOSITORY, "docs");

/** What Terraform was told of an attribute. */
interface ToldAttribute {
  readonly type?: string | readonly string[];
  readonly nested_type?: { readonly attributes: Readonly<Record<string, ToldAttribute>> };
  readonly description: string;
  readonly required?: boolean;
  readonly optional?: boolean;
}

interface ToldSchema {
  readonly block: { readonly attributes?: Readonly<Record<string, ToldAttribute>> };
}

/** `terraform providers schema -json`, as far as it is read here. */
interface ToldSchemas {
  readonly provider: ToldSchema;
  readonly resource_schemas: Readonly<Record<string, ToldSchema>>;
  readonly data_source_schemas: Readonly<Record<string, ToldSchema>>;
}

describeWith(["terraform", "keytool"], "the provider's pages", () => {
  const scratch = mkdtempSync(join(tmpdir(), "trust-docs-"));
  let stack: TerraformStack;

  beforeEach(() => {
    stack = new TerraformStack(bundleProvider(scratch));
  });
  afterEach(() => stack.remove());
  afterAll(() => rmSync(scratch, { recursive: true }));

  test("the first example works as it stands", () => {
    // GIVEN
    const [first] = codeBlocks().filter(
      ({ place, language }) => place.startsWith("docs/provider.md") && language === "hcl",
    );
    const root = makeIdentity("Public Root");
    const electricflow = makeIdentity("electricflow");
    const cacerts = join(stack.directory, "hosts/ispw/usr/lpp/java/J8.0_64/lib/security/cacerts");
    writeTestStore(cacerts, "jks", "changeit", [anchorEntry("root", root)]);
    writeFileSync(join(stack.directory, "electricflow.crt"), toPem(electricflow.certificate, "CERTIFICATE"));
    stack.environment = { CACERTS_PASSWORD: "changeit" };

    // WHEN
    writeFileSync(join(stack.directory, "main.tf"), first?.code ?? "");
    stack.init();
    const applied = stack.apply();

    // THEN
    expect(applied.text).toContain("2 added");
    expect(keytoolList(cacerts, "changeit")).toEqual({
      root: `trustedCertEntry ${root.sha256}`,
      electricflow: `trustedCertEntry ${electricflow.sha256}`,
    });
  });

  test("the examples of all resources are valid together", () => {
    // GIVEN
    const examples = codeBlocks().filter(
      ({ place, language }) =>
        /^docs\/(index|resources|data-sources)\b/.test(place) && language === "terraform",
    );
    expect(examples.length).toBeGreaterThan(PROVIDER_PAGES.length);
    for (const file of ["electricflow.crt", "stock.crt"])
      writeFileSync(join(stack.directory, file), toPem(makeIdentity(file).certificate, "CERTIFICATE"));

    // WHEN
    stack.configure(examples.map(({ code }) => code).join("\n"));
    stack.init();

    // THEN
    expect(stack.run("validate", "-no-color")).toMatchObject({ status: 0 });
  });

  test("list what Terraform is told of each schema", () => {
    // GIVEN
    stack.configure("");
    stack.init();

    // WHEN
    const told = JSON.parse(stack.run("providers", "schema", "-json").text) as {
      readonly provider_schemas: Readonly<Record<string, ToldSchemas>>;
    };
    const schemas = told.provider_schemas["cdktf-trust.invalid/cdktf-trust/trust"];
    if (schemas === undefined) throw new Error("the provider is not among them");

    // THEN
    const pageOf = (folder: string) => (typeName: string) =>
      `${folder}/${typeName.replace(/^trust_/, "")}.md`;
    const byPage = [
      ["index.md", schemas.provider] as const,
      ...Object.entries(schemas.resource_schemas).map(
        ([name, schema]) => [pageOf("resources")(name), schema] as const,
      ),
      ...Object.entries(schemas.data_source_schemas).map(
        ([name, schema]) => [pageOf("data-sources")(name), schema] as const,
      ),
    ];
    expect(byPage.map(([page]) => page).sort()).toEqual(PROVIDER_PAGES.map(({ file }) => file).sort());
    for (const [page, { block }] of byPage) {
      const text = readFileSync(join(docs, page), "utf8");
      expect(listed(text)).toEqual(toldLines(block.attributes ?? {}));
    }
  });
});

/** Every attribute of a page with its section and type, and the beginning of what is said of it. */
function listed(page: string): string[] {
  let section = "";
  let below = "";
  const lines: string[] = [];
  for (const line of page.slice(page.indexOf("\n## Schema\n")).split("\n")) {
    section = /^(?:### )?(Required|Optional|Read-Only):?$/.exec(line)?.[1] ?? section;
    below = /^### Nested Schema for `(\w+)`$/.exec(line)?.[1] ?? below;
    const [, name, type, description] = /^- `(\w+)` \((.*?)\) (.*)$/.exec(line) ?? [];
    if (name !== undefined)
      lines.push(`${below}.${name} ${section} ${type}: ${String(description).slice(0, 30)}`);
  }
  return lines.sort();
}

function toldLines(attributes: Readonly<Record<string, ToldAttribute>>, below = ""): string[] {
  return Object.entries(attributes)
    .flatMap(([name, { type, nested_type: nested, description, required, optional }]) => {
      const section = required === true ? "Required" : optional === true ? "Optional" : "Read-Only";
      const [outer, inner] = typeof type === "string" ? [type] : (type ?? []);
      const words: Partial<Record<string, string>> = {
        string: "String",
        bool: "Boolean",
        number: "Number",
        list: `List of ${inner === "string" ? "String" : String(inner)}`,
        map: `Map of ${inner === "string" ? "String" : String(inner)}`,
      };
      return [
        `${below}.${name} ${section} ${nested === undefined ? words[outer ?? ""] : "Attributes List"}: ${description.slice(0, 30)}`,
        ...(nested === undefined ? [] : toldLines(nested.attributes, name)),
      ];
    })
    .sort();
}
