// Writes docs/reference, a page for each noun with its props and their defaults: `npm run docs:reference`.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

import { PublicApi, namesIn } from "./reference";
import type { Noun, Prop, ShapeType, Signature } from "./referenceData";
import { table } from "./rulesPages";

export const FOLDER = join(__dirname, "../docs/reference");

const TYPES = "types.md";
const NOTE = "<!-- from the doc comments in lib, by npm run docs:reference -->\n";

/** The pages by file name, and what is missing in the doc comments that they are made of. */
export interface Reference {
  readonly pages: ReadonlyMap<string, string>;
  readonly missing: readonly string[];
}

/** All that is written into docs/reference. */
export function referenceOf(api: PublicApi): Reference {
  const homes = homesOf(api);
  const writer = new Writer(api, homes);
  const pages = new Map(api.nouns.map((noun) => [pageOf(noun.name), writer.nounPage(noun)]));
  pages.set(TYPES, writer.typesPage());
  pages.set("README.md", indexPage(api.nouns));
  return { pages, missing: writer.missing };
}

/** The page that each type has its section on: that of the only noun that takes it, otherwise the page of types. */
function homesOf(api: PublicApi): Map<string, string> {
  const homes = new Map(api.nouns.map(({ name }) => [name, pageOf(name)]));
  const takers = new Map<string, Set<string>>();
  for (const { name, signatures } of api.nouns)
    for (const type of signatures.flatMap(({ parameterTypes }) => parameterTypes))
      takers.set(type, (takers.get(type) ?? new Set()).add(name));
  for (const [type, [only = "", ...others]] of takers)
    if (!homes.has(type) && api.shapeOf(type) !== undefined)
      homes.set(type, others.length === 0 && hasTable(api, type) ? pageOf(only) : TYPES);
  const pending = [...homes.keys()];
  for (let type = pending.pop(); type !== undefined; type = pending.pop())
    for (const name of namesOfShape(api.shapeOf(type)))
      if (!homes.has(name) && api.shapeOf(name) !== undefined) {
        homes.set(name, TYPES);
        pending.push(name);
      }
  return homes;
}

function hasTable(api: PublicApi, type: string): boolean {
  return (api.shapeOf(type)?.forms.length ?? 0) > 0;
}

function namesOfShape(shape: ShapeType | undefined): string[] {
  const types = [
    ...(shape?.forms ?? []).flat().flatMap(({ types }) => types),
    ...(shape?.alias === undefined ? [] : [shape.alias]),
  ];
  return types.flatMap(namesIn);
}

class Writer {
  readonly missing: string[] = [];

  constructor(
    private readonly api: PublicApi,
    private readonly homes: ReadonlyMap<string, string>,
  ) {}

  nounPage({ name, description, signatures }: Noun): string {
    if (description === "") this.missing.push(`${name}: no sentence`);
    const own = pageOf(name);
    const calls = signatures.map((signature) => this.call(signature, own));
    const shapes = [...this.homes].flatMap(([type, home]) => (home === own && type !== name ? [type] : []));
    return [
      `# ${name}\n`,
      NOTE,
      `${capital(description)}\n`,
      table([["how", "what it does"], ...calls]),
      ...shapes.map((type) => this.section(type, own)),
    ].join("\n");
  }

  typesPage(): string {
    const types = [...this.homes].flatMap(([type, home]) => (home === TYPES ? [type] : [])).sort();
    return [
      "# Types\n",
      NOTE,
      "What several nouns take, and the values to choose from.\n",
      ...types.map((type) => this.section(type, TYPES)),
    ].join("\n");
  }

  private call({ text, description, parameterTypes }: Signature, page: string): string[] {
    const options = parameterTypes.filter((type) => this.homes.has(type) && hasTable(this.api, type));
    const links = options.map((type) => this.link(type, page));
    const what = [
      description === "" ? "Makes one" : description,
      ...(links.length === 0 ? [] : [links.join(", ")]),
    ];
    return [`\`${text}\``, cell(what.join(": "))];
  }

  private section(type: string, page: string): string {
    const shape = this.api.shapeOf(type);
    if (shape === undefined) return "";
    const { forms, alias, values, description } = shape;
    if (description === "" && forms.length === 0) this.missing.push(`${type}: no sentence`);
    const head = [`## ${type}\n`, ...(description === "" ? [] : [`${capital(description)}.\n`])];
    if (values !== undefined)
      return [...head, `${values.map((value) => `\`${value}\``).join(", ")}.\n`].join("\n");
    if (alias !== undefined) return [...head, `${capital(this.type(alias, page))}.\n`].join("\n");
    if (forms.length === 0) return [...head, ...this.origin(type, page)].join("\n");
    return [...head, ...forms.map((props) => this.propsTable(type, props, page))].join("\n");
  }

  /** Where objects of a type come from that users hand on. */
  private origin(type: string, page: string): string[] {
    const { makers, nouns } = this.api.originOf(type);
    return [
      ...(makers.length === 0 ? [] : [`Made by ${makers.map((text) => `\`${text}\``).join(", ")}.\n`]),
      ...(nouns.length === 0 ? [] : [`Such are ${nouns.map((noun) => this.link(noun, page)).join(", ")}.\n`]),
    ];
  }

  private propsTable(owner: string, props: readonly Prop[], page: string): string {
    const rows = props.map(({ name, types, isRequired, byDefault, meaning }) => {
      if (meaning === "") this.missing.push(`${owner}.${name}: no sentence`);
      if (!isRequired && byDefault === undefined) this.missing.push(`${owner}.${name}: no @default`);
      const shown = [...new Set(types.map((node) => this.type(node, page)))];
      const type = shown.join(" or ").replace("`true` or `false`", "`boolean`");
      return [`\`${name}\``, cell(type), isRequired ? "required" : cell(byDefault ?? ""), cell(meaning)];
    });
    return table([["prop", "type", "default", "meaning"], ...rows]);
  }

  /** A type in words, with links to those that have a section. */
  private type(node: ts.Node, page: string): string {
    if (ts.isUnionTypeNode(node)) return node.types.map((member) => this.type(member, page)).join(" or ");
    if (ts.isParenthesizedTypeNode(node)) return this.type(node.type, page);
    if (ts.isTypeOperatorNode(node)) return this.type(node.type, page);
    if (ts.isArrayTypeNode(node)) return `list of ${this.type(node.elementType, page)}`;
    if (ts.isTypeReferenceNode(node)) {
      const [first, second] = node.typeArguments ?? [];
      const name = node.typeName.getText();
      if (["Partial", "Readonly"].includes(name) && first !== undefined) return this.type(first, page);
      if (name === "Record" && first !== undefined && second !== undefined)
        return `${this.type(second, page)} by ${first.getText() === "string" ? "name" : this.type(first, page)}`;
      if (this.homes.has(name)) return this.link(name, page);
    }
    // Without the quotes of a template, which would end the code.
    return `\`${node.getText().replaceAll(/\s+/g, " ").replaceAll(/;$|`/g, "")}\``;
  }

  private link(type: string, page: string): string {
    const home = this.homes.get(type) ?? TYPES;
    const anchor = home === pageOf(type) ? "" : `#${type.toLowerCase()}`;
    return `[\`${type}\`](${home === page ? anchor || `#${type.toLowerCase()}` : `${home}${anchor}`})`;
  }
}

function indexPage(nouns: readonly Noun[]): string {
  const rows = (wanted: (noun: Noun) => boolean) =>
    table([
      ["noun", "what it is for"],
      ...nouns
        .filter(wanted)
        .map(({ name, description }) => [`[\`${name}\`](${pageOf(name)})`, cell(description)]),
    ]);
  return [
    "# Reference\n",
    NOTE,
    "Every construct's props with their types and defaults, as the doc comments of the package say it: an editor shows the same.",
    "How they are used is on the [pages](../README.md); the [types](types.md) that several take have a page of their own.\n",
    "## Constructs\n",
    rows(({ isConstruct, room }) => isConstruct && room !== "systems"),
    "## Systems\n",
    rows(({ isConstruct, room }) => isConstruct && room === "systems"),
    "## What they are given\n",
    rows(({ isConstruct }) => !isConstruct),
  ].join("\n");
}

function pageOf(name: string): string {
  return `${name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase()}.md`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Text in a cell of a table. */
function cell(text: string): string {
  return text.replaceAll("|", String.raw`\|`).replaceAll(/(?<![\w*`])\*([^*`]+)\*(?![\w*`])/g, "_$1_");
}

if (require.main === module) {
  const { pages, missing } = referenceOf(new PublicApi());
  if (missing.length > 0) throw new Error(`doc comments lack:\n${missing.join("\n")}`);
  mkdirSync(FOLDER, { recursive: true });
  for (const file of readdirSync(FOLDER)) if (!pages.has(file)) rmSync(join(FOLDER, file));
  for (const [file, text] of pages) writeFileSync(join(FOLDER, file), text);
}
