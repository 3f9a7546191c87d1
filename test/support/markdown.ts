import { parsers } from "prettier/plugins/markdown";

/** A node of a Markdown file, as remark reads it. */
export interface MarkdownNode {
  readonly type: string;
  readonly value?: string;
  readonly children?: readonly MarkdownNode[];
}

/** Reads Markdown with a parser that is not ours. */
export async function parseMarkdown(text: string): Promise<MarkdownNode> {
  return (await parsers.markdown.parse(text, { originalText: text } as never)) as MarkdownNode;
}

/** All nodes below one, in the order of the text. */
export function nodesOf(node: MarkdownNode): MarkdownNode[] {
  return [node, ...(node.children ?? []).flatMap(nodesOf)];
}
