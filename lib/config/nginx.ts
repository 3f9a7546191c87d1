/** A directive of nginx with its arguments, and what is in its block. */
export interface NginxDirective {
  readonly name: string;
  readonly words: readonly string[];
  readonly block: readonly NginxDirective[];
}

const MAXIMUM_DEPTH = 32;
/** Words in quotes, marks, words, and comments. */
const TOKEN = /"((?:\\.|[^"\\])*)"|'((?:\\.|[^'\\])*)'|([;{}])|#[^\n]*|((?:\\.|[^\s;{}\\])+)/gs;

/**
 * The directives of a configuration of nginx. What is not whole is read as far as it goes: nginx itself says what is
 * wrong with it.
 */
export function readNginx(text: string): NginxDirective[] {
  const root: NginxDirective[] = [];
  const blocks = [root];
  let words: string[] = [];
  for (const [token, double, single, mark, plain] of text.matchAll(TOKEN)) {
    const [name = "", ...rest] = words;
    if (mark === undefined) {
      const word = double ?? single ?? plain;
      if (word !== undefined && !token.startsWith("#")) words.push(word.replaceAll(/\\(.)/gs, "$1"));
      continue;
    }
    words = [];
    if (mark === "}") {
      if (blocks.length > 1) blocks.pop();
      continue;
    }
    const block: NginxDirective[] = [];
    if (name !== "") blocks.at(-1)?.push({ name, words: rest, block });
    if (mark === "{" && blocks.length < MAXIMUM_DEPTH) blocks.push(block);
  }
  return root;
}
