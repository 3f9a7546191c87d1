import { spawnSync } from "node:child_process";

/** What can be told of a script of PowerShell where none is to be had that would run it. */
export interface PowerShellScript {
  /** Where its grammar is broken. */
  readonly errors: readonly string[];
  /** Names of the functions that it defines. */
  readonly functions: readonly string[];
  /** Names of the commands that it calls. */
  readonly commands: readonly string[];
  /** Variables that are read in a function, or outside of all, and have no value there. */
  readonly unset: readonly string[];
}

/** What PowerShell itself gives a value. */
const AUTOMATIC = new Set([
  "$_",
  "$args",
  "$null",
  "$true",
  "$false",
  "$matches",
  "$psscriptroot",
  "@options",
]);

/** A part of a script, as the grammar has it. */
interface Node {
  readonly type: string;
  /** Empty for what has parts and no name. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly row: number;
  readonly isBroken: boolean;
  readonly children: readonly Node[];
}

/** A program of its own, because the grammar is WebAssembly that is loaded as a module, which Jest does not do; optimising it takes longer than reading does. */
const READER = `
  const { Parser, Language } = require("@vscode/tree-sitter-wasm");
  const plain = (node) => ({
    type: node.type, text: node.childCount === 0 || node.isError || /variable|name/.test(node.type) ? node.text.slice(0, 80) : "", start: node.startIndex, end: node.endIndex, row: node.startPosition.row,
    isBroken: node.isError || node.isMissing, children: node.children.map(plain),
  });
  (async () => {
    await Parser.init();
    const parser = new Parser();
    parser.setLanguage(await Language.load(require.resolve("@vscode/tree-sitter-wasm/wasm/tree-sitter-powershell.wasm")));
    process.stdout.write(JSON.stringify(plain(parser.parse(require("node:fs").readFileSync(0, "utf8")).rootNode)));
  })();
`;

function parsed(script: string): Node {
  const { stdout, stderr, status } = spawnSync(process.execPath, ["--liftoff-only", "-e", READER], {
    input: script,
    encoding: "utf8",
    cwd: __dirname,
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Node;
}

/** Reads a script with the grammar that editors use. */
export function readPowerShell(script: string): PowerShellScript {
  const all = descendants(parsed(script));
  const functions = all.filter(({ type }) => type === "function_statement");
  const outside = all.filter(
    (node) => !functions.some((one) => one.start <= node.start && node.end <= one.end),
  );
  const ofScript = new Set([...valuesIn(outside)].map((name) => name.replace("script:", "")));
  return {
    errors: all.filter(({ isBroken }) => isBroken).map(({ row, text }) => `${row + 1}: ${text}`),
    functions: functions.map((one) => nameOf(one)),
    commands: [...new Set(all.filter(({ type }) => type === "command_name").map(({ text }) => text))],
    unset: [
      ...unsetIn(outside, ofScript, "script"),
      ...functions.flatMap((one) => unsetIn(descendants(one), ofScript, nameOf(one))),
    ],
  };
}

function descendants(node: Node): Node[] {
  return [node, ...node.children.flatMap(descendants)];
}

function nameOf(statement: Node): string {
  return descendants(statement).find(({ type }) => type === "function_name")?.text ?? "";
}

/** Names, in lower case, that are parameters, are assigned, or run through a list. */
function valuesIn(nodes: readonly Node[]): ReadonlySet<string> {
  const targets = nodes.flatMap((node) => {
    if (node.type === "script_parameter" || node.type === "left_assignment_expression")
      return descendants(node).filter(({ type }) => type === "variable");
    return node.type === "foreach_statement"
      ? node.children.filter((child) => child.type === "variable")
      : [];
  });
  return new Set(targets.map((target) => target.text.toLowerCase()));
}

/** In a function `$script:name` is the script's; without it, a name is read where the function gave it a value. */
function unsetIn(nodes: readonly Node[], ofScript: ReadonlySet<string>, place: string): string[] {
  const own = valuesIn(nodes);
  const read = new Set(nodes.filter(({ type }) => type === "variable").map(({ text }) => text.toLowerCase()));
  return [...read]
    .filter((name) => {
      if (AUTOMATIC.has(name) || own.has(name)) return false;
      return !(
        (name.startsWith("$script:") || place === "script") &&
        ofScript.has(name.replace("script:", ""))
      );
    })
    .map((name) => `${place}: ${name}`);
}
