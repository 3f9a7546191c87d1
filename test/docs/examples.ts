import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { type CodeBlock, REPOSITORY, isForContributors } from "./markdown";

/** Where an example finds what it does not import: the public API, and what everybody has beside it. */
const PUBLIC = ["lib/index", "node_modules/cdktf"].map((path) => join(REPOSITORY, path));

/** The rooms that pages for contributors speak of as well. */
const ROOMS = [
  "lib/pki",
  "lib/config",
  "lib/keystore",
  "lib/hosts",
  "lib/lock",
  "lib/java",
  "lib/hop",
  "lib/check",
  "lib/verify",
  "lib/provider",
].map((path) => join(REPOSITORY, path));

/** What examples take as given: the things around the one that they show. */
const GIVEN: Readonly<Record<string, string>> = {
  authority: `new CertificateAuthority(given, "Authority", { commonName: "Example CA" })`,
  clientAuthority: `new CertificateAuthority(given, "ClientAuthority", { commonName: "Example Client CA" })`,
  endpoint: `givenEndpoint("Endpoint")`,
  partner: `givenEndpoint("Partner")`,
  orders: `givenEndpoint("Orders")`,
  electricflow: `givenEndpoint("ElectricFlow")`,
  managementCacerts: `givenStore("ManagementCacerts")`,
  server: `givenServer()`,
  bytes: `new Uint8Array()`,
  der: `new Uint8Array()`,
  edited: `new Uint8Array()`,
  project: `"."`,
  randomBytes: `(length: number): Uint8Array => new Uint8Array(length)`,
};

const PREAMBLE = `
const given = new Construct(this, "Given");
const givenStore = (id: string) =>
  new Keystore(given, id, { host: Host.local(id), path: "/etc/given.p12", password: Secret.env("GIVEN") });
const givenEndpoint = (id: string) =>
  new HttpsCallbackEndpoint(given, id, {
    names: [id.toLowerCase() + ".example.com"], port: 8443, identity: givenStore(id + "Keys").entry("server"),
    certificate: Certificate.selfSigned(), clientAuthentication: "require", truststore: givenStore(id + "Trust"),
  });
const givenServer = () => {
  const server = new IntegrationServer(given, "IS", { host: Host.local("is"), instanceDirectory: "/opt/is" });
  server.keystore("KEYS", { password: Secret.env("GIVEN") });
  server.truststore("TRUST", { password: Secret.env("GIVEN"), global: true });
  return server;
};
`;

/** An example as a module that compiles: what it takes as given is declared, what it leaves out is imported. */
export interface Example {
  readonly place: string;
  readonly fileName: string;
  readonly source: string;
  /** Whether it declares something in a stack, and so can be planned. */
  readonly isDeclaration: boolean;
}

/** Name of the function that a module made of an example exports; `this` is the stack that it declares things in. */
export const DECLARE = "declareExample";

export function toExamples(blocks: readonly CodeBlock[]): Example[] {
  const forUsers = exportedNames(PUBLIC);
  const forContributors = exportedNames([...PUBLIC, ...ROOMS]);
  return blocks.map((block, index) =>
    toExample(
      block,
      join(REPOSITORY, `example${index}.ts`),
      isForContributors(block.place) ? forContributors : forUsers,
    ),
  );
}

/** What the compiler, as strict as for the project itself, has to say about the examples. */
export function diagnose(examples: readonly Example[]): string[] {
  const program = compile(examples);
  // File by file: the library, which they import, is checked elsewhere.
  return examples.flatMap(({ place, fileName }) =>
    ts.getPreEmitDiagnostics(program, program.getSourceFile(fileName)).map((diagnostic) => {
      const { file, messageText, start = 0 } = diagnostic;
      const line = file?.text.slice(0, start).split("\n").length ?? 1;
      const code = file?.text.split("\n")[line - 1]?.trim();
      return `${place}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}: ${code}`;
    }),
  );
}

/** The example as JavaScript for `require`. */
export function transpile({ source }: Example): string {
  const compilerOptions = { ...options(), module: ts.ModuleKind.CommonJS, esModuleInterop: true };
  return ts.transpileModule(source, { compilerOptions }).outputText;
}

function toExample(
  { place, code }: CodeBlock,
  fileName: string,
  exported: ReadonlyMap<string, string>,
): Example {
  const imports = [...code.matchAll(/^import [^]*?;$/gm)].map(([statement]) => statement);
  const body = imports.reduce((rest, statement) => rest.replace(statement, ""), code).trim();
  const isClass = /^(export )?(abstract )?class /m.test(body);
  const given = isClass ? "" : givenIn(body);
  const statements = /^\w+: /.test(body) ? `({ ${body} });` : body;
  const around = isClass
    ? statements
    : `export ${/\bawait\b/.test(body) ? "async " : ""}function ${DECLARE}(this: TrustStack) {\n${given}{\n${statements}\n}\n}`;
  const known = new Set(identifiersIn(imports.join("\n")));
  const wanted = new Set(identifiersIn(around).filter((name) => exported.has(name) && !known.has(name)));
  const added = [...wanted].map((name) => `import { ${name} } from ${JSON.stringify(exported.get(name))};`);
  return {
    place,
    fileName,
    source: [...imports.map(mapped), ...added, around, ""].join("\n"),
    isDeclaration: isClass || /\bthis\b/.test(body),
  };
}

function givenIn(body: string): string {
  const names = Object.keys(GIVEN).filter(
    (name) => new RegExp(`\\b${name}\\b(?!:)`).test(body) && !new RegExp(`(const|let) ${name}\\b`).test(body),
  );
  if (names.length === 0) return "";
  return `${PREAMBLE}${names.map((name) => `const ${name} = ${GIVEN[name] ?? ""};\n`).join("")}`;
}

/** Pages for users import the package, those for contributors a room of it. */
function mapped(statement: string): string {
  return statement
    .replace('from "cdktf-trust"', `from ${JSON.stringify(PUBLIC[0])}`)
    .replace(/from "\.\.\/(lib\/[^"]*)"/, `from "${REPOSITORY}/$1"`);
}

function identifiersIn(source: string): string[] {
  const names: string[] = [];
  const declared = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node)) return visit(node.expression);
    if (ts.isPropertyAssignment(node)) return visit(node.initializer);
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name)) declared.add(node.name.text);
    if (ts.isIdentifier(node)) names.push(node.text);
    return ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile("names.ts", source, ts.ScriptTarget.ES2022, true));
  return names.filter((name) => !declared.has(name));
}

/** Names that modules export and users have no other way to: those of the rooms that the package keeps to itself. */
export function internalNames(): Set<string> {
  const rooms = readdirSync(join(REPOSITORY, "lib"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(entry.parentPath, entry.name, "index.ts")))
    .map((entry) => join(entry.parentPath, entry.name));
  const exported = exportedNames(PUBLIC);
  return new Set([...exportedNames(rooms).keys()].filter((name) => !exported.has(name)));
}

function exportedNames(modules: readonly string[]): Map<string, string> {
  const root = join(REPOSITORY, "exports.ts");
  const source = [...modules, "constructs"]
    .map((path) => `export * from ${JSON.stringify(path)};`)
    .join("\n");
  const program = compile([{ fileName: root, source }]);
  const checker = program.getTypeChecker();
  const exported = new Map<string, string>();
  for (const statement of program.getSourceFile(root)?.statements ?? []) {
    if (!ts.isExportDeclaration(statement) || statement.moduleSpecifier === undefined) continue;
    const module = checker.getSymbolAtLocation(statement.moduleSpecifier);
    const path = (statement.moduleSpecifier as ts.StringLiteral).text;
    for (const { name } of module === undefined ? [] : checker.getExportsOfModule(module))
      if (!exported.has(name)) exported.set(name, path);
  }
  return exported;
}

let before: ts.Program | undefined;

function compile(sources: readonly Pick<Example, "fileName" | "source">[]): ts.Program {
  const texts = new Map(sources.map(({ fileName, source }) => [fileName, source]));
  const host = ts.createCompilerHost(options());
  const getSourceFile = host.getSourceFile.bind(host);
  const fileExists = host.fileExists.bind(host);
  host.fileExists = (name) => texts.has(name) || fileExists(name);
  host.getSourceFile = (name, target, ...rest) => {
    const text = texts.get(name);
    if (text !== undefined) return ts.createSourceFile(name, text, target, true);
    return before?.getSourceFile(name) ?? getSourceFile(name, target, ...rest);
  };
  before = ts.createProgram([...texts.keys()], options(), host);
  return before;
}

/** The project's own, except that an example may declare what it does not use. */
function options(): ts.CompilerOptions {
  const file = ts.readConfigFile(join(REPOSITORY, "tsconfig.json"), (path) => readFileSync(path, "utf8"));
  const { options } = ts.parseJsonConfigFileContent(file.config, ts.sys, REPOSITORY);
  return { ...options, noUnusedLocals: false, noUnusedParameters: false };
}
