import ts from "typescript";
import { PAGE_SCRIPT } from "../../../lib/report/map/page/script/script";

/** What the compiler has to say of a script of a page: its grammar, and names that nothing has. */
function complaints(source: string): string[] {
  const name = "page.js";
  const options: ts.CompilerOptions = {
    checkJs: true,
    allowJs: true,
    noEmit: true,
    strict: false,
    target: ts.ScriptTarget.ES2023,
    lib: ["lib.es2023.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const getSourceFile = host.getSourceFile.bind(host);
  host.getSourceFile = (file, ...rest) =>
    file === name
      ? ts.createSourceFile(file, source, ts.ScriptTarget.ES2023, true, ts.ScriptKind.JS)
      : getSourceFile(file, ...rest);
  return ts
    .getPreEmitDiagnostics(ts.createProgram([name], options, host))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"))
    .filter((text) => /Cannot find name|expected|No overload|is not callable|used before/.test(text));
}

test("the page's script is one that the compiler understands, and names nothing that is not there", () => {
  expect(complaints("const one = () => two(;")).not.toEqual([]);
  expect(complaints("missing();")).toEqual(["Cannot find name 'missing'."]);
  expect(complaints(PAGE_SCRIPT)).toEqual([]);
});
