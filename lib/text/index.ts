export { TextError } from "./errors";
export { javaProperties } from "./properties";
export { posixQuote, posixScript, shellQuote, windowsQuote, windowsScript } from "./shell";
