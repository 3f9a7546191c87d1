import { printableJson } from "./json";
import { hashComment } from "./shell";

/**
 * Properties as a YAML mapping of their dotted keys to strings, in the order given, as Spring Boot reads them: in double
 * quotes JSON and YAML agree.
 */
export function yamlProperties(
  comment: readonly string[],
  entries: readonly (readonly [key: string, value: string])[],
): string {
  return [
    ...comment.map(hashComment),
    ...entries.map(([key, value]) => `${printableJson(key)}: ${printableJson(value)}`),
    "",
  ].join("\n");
}
