export { type Line, line, type Look, shown, type Span, textOf, whole } from "./line";
export { painted } from "./paint";
export { printStyled } from "./print";
export { seconds } from "./seconds";
export { CLEARED_LINE, outputsOf } from "./terminalOutput";
export { wrapLine } from "./wrap";
