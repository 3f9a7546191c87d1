// The compiler's view of the public API, for the reference in docs/reference.
import { join, relative } from "node:path";
import ts from "typescript";

import type { Noun, Origin, Prop, ShapeType, Signature } from "./referenceData";
import { defaultText, paragraphOf, sentenceOf } from "./docComment";

const ROOT = join(__dirname, "..");

/** What nouns ask of each other, and whoever declares a stack of none. */
const AMONG_NOUNS = new Set([
  "accepts",
  "bind",
  "claimAlias",
  "hold",
  "listenerFor",
  "prepareStack",
  "referenceIn",
  "reliesOn",
]);

/** What can be imported from the package, as far as users write it. */
export class PublicApi {
  readonly nouns: readonly Noun[];
  private readonly checker: ts.TypeChecker;
  private readonly exported: ReadonlyMap<string, ts.Symbol>;

  constructor() {
    const entry = join(ROOT, "lib/index.ts");
    const file = ts.readConfigFile(join(ROOT, "tsconfig.json"), (path) => ts.sys.readFile(path));
    const program = ts.createProgram(
      [entry],
      ts.parseJsonConfigFileContent(file.config, ts.sys, ROOT).options,
    );
    this.checker = program.getTypeChecker();
    const source = program.getSourceFile(entry);
    const module = source === undefined ? undefined : this.checker.getSymbolAtLocation(source);
    if (module === undefined) throw new Error(`${entry} exports nothing`);
    this.exported = new Map(
      this.checker
        .getExportsOfModule(module)
        .map((symbol) => [
          symbol.name,
          symbol.flags & ts.SymbolFlags.Alias ? this.checker.getAliasedSymbol(symbol) : symbol,
        ]),
    );
    this.nouns = [...this.exported.values()].flatMap((symbol) => this.toNoun(symbol) ?? []);
  }

  /** The type of that name, where it is exported and no noun. */
  shapeOf(name: string): ShapeType | undefined {
    const symbol = this.exported.get(name);
    const declaration = symbol?.declarations?.find(
      (node) => ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node),
    );
    if (symbol === undefined || declaration === undefined) return undefined;
    const description = sentenceOf(this.textOf(symbol));
    if (ts.isInterfaceDeclaration(declaration))
      return { name, description, forms: isHandedAround(name) ? [] : [this.propsOf(declaration)] };
    const values = this.valuesOf(declaration.type);
    if (values !== undefined) return { name, description, forms: [], values };
    if (/(Choice|Location|Plan|Request)$/.test(name)) return { name, description, forms: [] };
    const forms = this.formsOf(declaration.type);
    return { name, description, forms, ...(forms.length === 0 ? { alias: declaration.type } : {}) };
  }

  /** Where objects of an exported type come from. */
  originOf(name: string): Origin {
    const wanted = this.typeNamed(name);
    const isOne = (type: ts.Type | undefined): boolean =>
      wanted !== undefined && type !== undefined && this.checker.isTypeAssignableTo(type, wanted);
    const makers = this.nouns.flatMap(({ signatures }) =>
      signatures.filter(({ text, makes }) =>
        /^[A-Z]/.test(text) ? isOne(makes) : makes === wanted || makes.aliasSymbol?.name === name,
      ),
    );
    return {
      makers: makers.map(({ text }) => text),
      nouns: this.nouns.map((noun) => noun.name).filter((noun) => isOne(this.classNamed(noun))),
    };
  }

  private typeNamed(name: string): ts.Type | undefined {
    const symbol = this.exported.get(name);
    return symbol === undefined ? undefined : this.checker.getDeclaredTypeOfSymbol(symbol);
  }

  private classNamed(name: string): ts.Type | undefined {
    return ((this.exported.get(name)?.flags ?? 0) & ts.SymbolFlags.Class) === 0
      ? undefined
      : this.typeNamed(name);
  }

  private valuesOf(node: ts.TypeNode): readonly string[] | undefined {
    const type = this.checker.getTypeAtLocation(node);
    const members = type.isUnion() ? type.types : [type];
    return members.every((member) => member.isLiteral())
      ? members.map((member) => this.checker.typeToString(member))
      : undefined;
  }

  /** The forms of a type that is written as an object; none where it is a value of another kind. */
  private formsOf(type: ts.TypeNode): readonly (readonly Prop[])[] {
    if (ts.isIntersectionTypeNode(type)) return [this.propsOf(type)];
    const members = ts.isUnionTypeNode(type) ? type.types : [type];
    if (!members.every(ts.isTypeLiteralNode)) return [];
    const forms = members.map((member) => this.propsOf(member));
    const namesOf = (props: readonly Prop[]) =>
      props
        .map(({ name }) => name)
        .sort()
        .join();
    // Forms of the same props differ in what goes with what, which their sentences say.
    return new Set(forms.map(namesOf)).size === 1 ? [this.propsOf(type)] : forms;
  }

  private propsOf(node: ts.Node): Prop[] {
    const props = this.checker
      .getPropertiesOfType(this.checker.getTypeAtLocation(node))
      .map((symbol) => this.toProp(symbol));
    return [
      ...props.filter(({ isRequired }) => isRequired),
      ...props.filter(({ isRequired }) => !isRequired),
    ];
  }

  private toProp(symbol: ts.Symbol): Prop {
    const declarations = (symbol.declarations ?? []).filter(isMember);
    const types = declarations.flatMap((node): readonly ts.Node[] =>
      ts.isMethodSignature(node) ? [node] : node.type === undefined ? [] : [node.type],
    );
    const byDefault = symbol.getJsDocTags(this.checker).find(({ name }) => name === "default");
    return {
      name: symbol.name,
      types: types.filter((type) => type.kind !== ts.SyntaxKind.NeverKeyword),
      isRequired: declarations.every(({ questionToken }) => questionToken === undefined),
      byDefault: byDefault === undefined ? undefined : defaultText(ts.displayPartsToString(byDefault.text)),
      meaning: sentenceOf(this.textOf(symbol)) || (symbol.name === "kind" ? "Which form it has" : ""),
    };
  }

  private toNoun(symbol: ts.Symbol): Noun | undefined {
    const declaration = symbol.valueDeclaration;
    if (declaration === undefined) return undefined;
    const room = relative(join(ROOT, "lib"), declaration.getSourceFile().fileName).split("/")[0] ?? "";
    if (!["constructs", "systems", "synth"].includes(room) || /^Identity$|Error$/.test(symbol.name))
      return undefined;
    const common = { name: symbol.name, description: paragraphOf(this.textOf(symbol)), room };
    if (ts.isClassDeclaration(declaration)) {
      const signatures = this.signaturesOf(symbol.name, declaration);
      const isConstruct = declaration.members.some(
        (member) => ts.isConstructorDeclaration(member) && member.parameters[0]?.name.getText() === "scope",
      );
      return signatures.length === 0 ? undefined : { ...common, isConstruct, signatures };
    }
    if (!ts.isVariableDeclaration(declaration) || declaration.initializer === undefined) return undefined;
    const value = ts.isAsExpression(declaration.initializer)
      ? declaration.initializer.expression
      : declaration.initializer;
    if (!ts.isObjectLiteralExpression(value)) return undefined;
    const signatures = value.properties.flatMap((member) => this.factorySignature(symbol.name, member));
    return { ...common, isConstruct: false, signatures };
  }

  private signaturesOf(name: string, declaration: ts.ClassDeclaration): Signature[] {
    return declaration.members.flatMap((member): readonly Signature[] => {
      if (isHidden(member)) return [];
      if (ts.isConstructorDeclaration(member)) return [this.signature(`new ${name}`, member, "")];
      if (!ts.isMethodDeclaration(member) || AMONG_NOUNS.has(member.name.getText())) return [];
      const description = this.textOf(this.checker.getSymbolAtLocation(member.name));
      const isStatic = member.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword) ?? false;
      if (description === "" && !isStatic) return [];
      const owner = isStatic ? name : name.charAt(0).toLowerCase() + name.slice(1);
      return [this.signature(`${owner}.${member.name.getText()}`, member, description)];
    });
  }

  private factorySignature(name: string, member: ts.ObjectLiteralElementLike): readonly Signature[] {
    const called = member.name?.getText() ?? "";
    const description = this.textOf(
      member.name === undefined ? undefined : this.checker.getSymbolAtLocation(member.name),
    );
    if (ts.isMethodDeclaration(member)) return [this.signature(`${name}.${called}`, member, description)];
    if (ts.isPropertyAssignment(member) && ts.isArrowFunction(member.initializer))
      return [this.signature(`${name}.${called}`, member.initializer, description)];
    return [];
  }

  private signature(text: string, declaration: ts.SignatureDeclaration, description: string): Signature {
    const { parameters } = declaration;
    const made = this.checker.getSignatureFromDeclaration(declaration);
    const names = parameters.map((parameter) => parameterName(parameter));
    return {
      text: `${text}(${names.join(", ")})`,
      description: sentenceOf(description),
      parameterTypes: parameters.flatMap(({ type }) => (type === undefined ? [] : namesIn(type))),
      makes: made === undefined ? this.checker.getVoidType() : this.checker.getReturnTypeOfSignature(made),
    };
  }

  private textOf(symbol: ts.Symbol | undefined): string {
    return ts.displayPartsToString(symbol?.getDocumentationComment(this.checker));
  }
}

/** Names of the types that a type is made of. */
export function namesIn(type: ts.Node): string[] {
  const names: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTypeReferenceNode(node)) names.push(node.typeName.getText());
    ts.forEachChild(node, visit);
  };
  visit(type);
  return names;
}

type Member = ts.PropertySignature | ts.MethodSignature;

function isMember(node: ts.Node): node is Member {
  return ts.isPropertySignature(node) || ts.isMethodSignature(node);
}

/** Objects that are made by a noun or a factory, and the data of a plan: users hand them on, and write none. */
function isHandedAround(name: string): boolean {
  return /^I[A-Z]|(Plan|Location|Product|Authentication|Context)$/.test(name);
}

function isHidden(member: ts.ClassElement): boolean {
  const hiding = [ts.SyntaxKind.PrivateKeyword, ts.SyntaxKind.ProtectedKeyword];
  return (
    ts.canHaveModifiers(member) && (ts.getModifiers(member) ?? []).some(({ kind }) => hiding.includes(kind))
  );
}

function parameterName({ name, dotDotDotToken }: ts.ParameterDeclaration): string {
  const text = ts.isIdentifier(name) ? name.text : "options";
  return dotDotDotToken === undefined ? text : `...${text}`;
}
