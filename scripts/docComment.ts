// What is taken of a doc comment.

/** Its first paragraph, in one line. */
export function paragraphOf(text: string): string {
  return (text.split("\n\n")[0] ?? "").replaceAll(/\s*\n\s*/g, " ").trim();
}

/** Its first sentence, without the full stop. */
export function sentenceOf(text: string): string {
  const paragraph = paragraphOf(text);
  const [sentence = paragraph] = /^.*?[.?](?=\s+[A-Z`*]|$)/.exec(paragraph) ?? [];
  return sentence.replace(/[.:]$/, "");
}

/** What `@default` says, as Markdown: `- the first name` is prose, anything else begins with a value. */
export function defaultText(text: string): string {
  const line = text.replaceAll(/\s*\n\s*/g, " ").trim();
  if (line.startsWith("- ")) return line.slice(2);
  const [, value = line, rest = ""] = /^("[^"]*"|`[^`]*`|[^\s,]+)(.*)$/.exec(line) ?? [];
  return `${value.startsWith("`") ? value : `\`${value}\``}${rest}`;
}
