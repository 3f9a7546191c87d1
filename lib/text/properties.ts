import { unicodeEscapes } from "./json";
import { hashComment } from "./shell";

/**
 * Text of a `java.util.Properties` file: one `key=value` a line, in the order given.
 *
 * Escapes what `Properties.load` would take for a separator, a comment or the end of a line; characters outside
 * ASCII become `\uXXXX`, because readers before Java 9 take the file for Latin-1.
 */
export function javaProperties(
  comment: readonly string[],
  entries: readonly (readonly [key: string, value: string])[],
): string {
  return [
    ...comment.map(hashComment),
    ...entries.map(([key, value]) => `${escapeKey(key)}=${escapeValue(value)}`),
    "",
  ].join("\n");
}

function escapeKey(key: string): string {
  return escapeOthers(key.replace(/[\\ :=#!]/g, String.raw`\$&`));
}

function escapeValue(value: string): string {
  return escapeOthers(value.replaceAll("\\", String.raw`\\`).replace(/^ /, String.raw`\ `));
}

function escapeOthers(text: string): string {
  return text.replace(/[^ -~]/g, unicodeEscapes);
}
