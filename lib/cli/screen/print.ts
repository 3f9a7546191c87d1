import type { Output } from "../io";
import { type Line, textOf } from "./line";
import { wrapLine } from "./wrap";

/**
 * Prints lines for people: wrapped where the output is a terminal, one each where it is none.
 *
 * @param indent columns that what is wrapped begins after. @default 2
 */
export function printStyled(output: Output, lines: readonly Line[], indent = 2): void {
  for (const each of lines)
    for (const wrapped of wrapLine(each, output.columns, indent))
      if (output.paint === undefined) output.write(`${textOf(wrapped)}\n`);
      else output.paint(wrapped);
}
