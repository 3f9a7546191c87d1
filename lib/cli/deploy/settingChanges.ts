import type { Row } from "./planJson";

/** Names of settings whose values are not shown, whatever they say: a product's file may hold what ours never would. */
const SECRET_NAME = /passw|secret|token|credential|passphrase|private/i;

/**
 * What changes in the values of a product's file, one text each.
 *
 * @param before as the file has them; undefined where they were not ours
 * @param after undefined where they are no longer declared
 */
export function settingChanges(before: unknown, after: unknown): string[] {
  const [olds, news] = [settingsBy(before), settingsBy(after)];
  if (after === undefined) return [...olds.keys()].map((name) => `${name} is what it was before`);
  const told = [...news].flatMap(([name, value]) => {
    if (!olds.has(name)) return [`${name} = ${valueOf(name, value)}`];
    const old = olds.get(name);
    return old === value ? [] : [`${name}: ${valueOf(name, old)} → ${valueOf(name, value)}`];
  });
  const gone = [...olds.keys()].filter((name) => !news.has(name));
  return [...told, ...gone.map((name) => `${name} is what it was before`)];
}

function settingsBy(settings: unknown): Map<string, unknown> {
  const rows = Array.isArray(settings) ? (settings as Row[]) : [];
  return new Map(rows.map((row) => [nameOf(row), row["value"]]));
}

function nameOf({ kind, element, attribute, key, pattern }: Row): string {
  if (kind === "xml-attribute") return `${String(element)}/@${String(attribute)}`;
  return kind === "line" ? `line ${String(pattern)}` : String(key);
}

function valueOf(name: string, value: unknown): string {
  if (value === null || value === undefined) return "(none)";
  return SECRET_NAME.test(name) ? "(not shown)" : JSON.stringify(value);
}
