import { join } from "node:path";
import ts from "typescript";

const root = join(__dirname, "..");

/** The public API as the compiler sees it. */
function compile() {
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), (path) => ts.sys.readFile(path)) as {
    config: { compilerOptions: Record<string, unknown> };
  };
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  const program = ts.createProgram([join(root, "lib/index.ts")], {
    ...options,
    declaration: true,
    noEmit: false,
  });
  const checker = program.getTypeChecker();
  const file = program.getSourceFile(join(root, "lib/index.ts"));
  const module = file === undefined ? undefined : checker.getSymbolAtLocation(file);
  if (module === undefined) throw new Error("lib/index.ts exports nothing");
  const exported = checker
    .getExportsOfModule(module)
    .map((symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol));
  return { checker, exported };
}

/** Names of this package in public signatures that are not exported, with the export that needs them. */
function missing(): string[] {
  const { checker, exported } = compile();
  const known = new Set(exported);
  const found = new Set<string>();
  const visit = (owner: string, node: ts.Node): void => {
    if (ts.isBlock(node) || (isPrivate(node) && !ts.isParameter(node))) return;
    // What a constant or a default is made of is nobody's concern, its type is.
    if (ts.isExpressionWithTypeArguments(node) || ts.isTypeReferenceNode(node)) {
      const name = ts.isTypeReferenceNode(node) ? node.typeName : node.expression;
      const symbol = checker.getSymbolAtLocation(name);
      const target =
        symbol !== undefined && symbol.flags & ts.SymbolFlags.Alias
          ? checker.getAliasedSymbol(symbol)
          : symbol;
      const [declaration] = target?.declarations ?? [];
      const path = declaration?.getSourceFile().fileName ?? "";
      const isOurs = path.startsWith(join(root, "lib")) && declaration?.kind !== ts.SyntaxKind.TypeParameter;
      if (target !== undefined && isOurs && !known.has(target)) found.add(`${target.name} (${owner})`);
    }
    ts.forEachChild(node, (child) => {
      visit(owner, child);
    });
  };
  for (const symbol of exported) for (const node of symbol.declarations ?? []) visit(symbol.name, node);
  return [...found].sort();
}

function isPrivate(node: ts.Node): boolean {
  return (
    ts.canHaveModifiers(node) &&
    (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword)
  );
}

describe("the public API", () => {
  test("exports every type of its signatures", () => {
    expect(missing()).toEqual([]);
  }, 120_000);
});
