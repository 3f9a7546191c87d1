// Writes the provider's schemas into its pages in the registry's format: `npm run docs:provider`.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Attribute, Attributes, AttributeType, Presence } from "../lib/provider/protocol/schema";
import { trustProvider } from "../lib/provider/providers";

/** A page of the registry, and what its schema is read from. */
export interface ProviderPage {
  /** Below `docs`, where the registry looks for it. */
  readonly file: string;
  /** As the registry lists it. */
  readonly title: string;
  readonly description: string;
  readonly attributes: Attributes;
}

/** A resource's or data source's page goes by its name without that of the provider, where it begins with that. */
const shortName = (typeName: string) => typeName.replace(/^trust_/, "");

/** All pages, each with the schema that Terraform is told. */
export const PROVIDER_PAGES: readonly ProviderPage[] = [
  {
    file: "index.md",
    title: "Provider: trust",
    description: trustProvider.description,
    attributes: trustProvider.attributes,
  },
  ...trustProvider.resources.map(({ typeName, description, attributes }) => ({
    file: `resources/${shortName(typeName)}.md`,
    title: `${typeName} Resource - trust`,
    description,
    attributes,
  })),
  ...trustProvider.dataSources.map(({ typeName, description, attributes }) => ({
    file: `data-sources/${shortName(typeName)}.md`,
    title: `${typeName} Data Source - trust`,
    description,
    attributes,
  })),
];

/** What is between these is the schema's. */
const BEGIN = "<!-- schema of lib/provider, by npm run docs:provider -->\n";
const END = "<!-- end of schema -->\n";

/** A page with the front matter and the schema as they have to be; all else is its writer's. */
export function providerPage(
  text: string,
  { title, description, attributes }: Omit<ProviderPage, "file">,
): string {
  const body = text.slice(text.indexOf("\n---\n") + "\n---\n".length);
  const front = [
    "---",
    `page_title: "${title}"`,
    'subcategory: ""',
    "description: |-",
    `  ${description}`,
    "---",
  ];
  const schema = `${BEGIN}\n## Schema\n\n${schemaSections(attributes)}\n`;
  return `${front.join("\n")}\n${body.slice(0, body.indexOf(BEGIN))}${schema}${body.slice(body.indexOf(END))}`;
}

/** Headings in the order of the registry's pages. */
const SECTIONS = [
  ["Required", ["required"]],
  ["Optional", ["optional", "optional-computed"]],
  ["Read-Only", ["computed"]],
] as const satisfies readonly (readonly [string, readonly Presence[]])[];

function schemaSections(attributes: Attributes): string {
  const nested = Object.entries(attributes).flatMap(([name, { type }]) =>
    type.kind === "list" ? [{ name, attributes: type.attributes }] : [],
  );
  return [
    ...sections(attributes, (title) => `### ${title}`),
    ...nested.map((one) =>
      [
        `<a id="${anchor(one.name)}"></a>\n`,
        `### Nested Schema for \`${one.name}\`\n`,
        sections(one.attributes, (title) => `${title}:`).join("\n"),
      ].join("\n"),
    ),
  ].join("\n");
}

function sections(attributes: Attributes, heading: (title: string) => string): string[] {
  return SECTIONS.flatMap(([title, presences]) => {
    const lines = Object.entries(attributes)
      .filter(([, { presence }]) => (presences as readonly Presence[]).includes(presence))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, attribute]) => attributeLine(name, attribute));
    return lines.length === 0 ? [] : [`${heading(title)}\n\n${lines.join("\n")}\n`];
  });
}

function attributeLine(name: string, { type, description, replaces }: Attribute<unknown>): string {
  const replacing = replaces === true ? " A change replaces the resource." : "";
  const below = type.kind === "list" ? ` (see [below for nested schema](#${anchor(name)}))` : "";
  return `- \`${name}\` (${typeWords(type)}) ${description}${replacing}${below}`;
}

const anchor = (name: string) => `nestedatt--${name}`;

function typeWords(type: AttributeType): string {
  switch (type.kind) {
    case "string":
      return "String";
    case "number":
      return "Number";
    case "bool":
      return "Boolean";
    case "map":
      return `Map of ${typeWords(type.element)}`;
    case "sequence":
      return `List of ${typeWords(type.element)}`;
    case "list":
      return "Attributes List";
    default:
      return type satisfies never;
  }
}

if (require.main === module) {
  for (const page of PROVIDER_PAGES) {
    const path = join(__dirname, "../docs", page.file);
    writeFileSync(path, providerPage(readFileSync(path, "utf8"), page));
  }
}
