import type { Values } from "./resource";
import type { Attributes } from "./schema";

/**
 * A row that was written before an attribute existed holds the attribute's default: Terraform lets a provider
 * keep a prior value in place of the configured one, and so be quiet about it, only where there is one.
 */
export function completeRow(row: Values | undefined, attributes: Attributes): Values | undefined {
  if (row === undefined) return undefined;
  const missing = Object.entries(attributes).filter(
    ([name, attribute]) => (row[name] ?? null) === null && attribute.default !== undefined,
  );
  return { ...row, ...Object.fromEntries(missing.map(([name, attribute]) => [name, attribute.default])) };
}
