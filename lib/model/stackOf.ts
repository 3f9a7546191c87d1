/** The stack of a part of a plan: ids are `<stack>/<key>`. */
export function stackOf(id: string): string {
  return id.split("/", 1)[0] ?? id;
}
