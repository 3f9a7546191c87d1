export { curlCertificate, curlQuote } from "./curl";
export { environmentVariable } from "./environmentVariable";
export { TextError } from "./errors";
export { javaArgumentQuote } from "./javaArguments";
export { dataSetName, jclCards, racfName, tsoQuote } from "./jcl";
export { htmlText, scriptJson } from "./html";
export { printableJson } from "./json";
export { markdownCode, markdownCodeBlock, markdownText } from "./markdown";
export { nginxQuote } from "./nginx";
export { isPathComponent, isPlainPath, pathBelow, pathComponent } from "./pathComponent";
export { withoutPlaceholder } from "./placeholder";
export { plainLine } from "./plainLine";
export { powerShellQuote, powerShellScript } from "./powerShell";
export { javaProperties } from "./properties";
export { copyOfRun, RUN_VARIABLE, runWord } from "./runbookCopy";
export {
  escapeFunction,
  hashComment,
  hereDocumentText,
  posixQuote,
  posixScript,
  shellQuote,
  windowsPromptQuote,
  windowsPromptSet,
  windowsQuote,
  windowsScript,
  windowsSet,
} from "./shell";
export { Redactor, type RedactionOptions } from "./redact";
export { terminalLine, terminalText } from "./terminal";
export { visible } from "./visible";
export { xmlAttribute, xmlText } from "./xml";
export { yamlProperties } from "./yaml";
