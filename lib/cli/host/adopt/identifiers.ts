/** Folders that say nothing of the product in them. */
const COMMON = new Set([
  "opt",
  "etc",
  "usr",
  "var",
  "lib",
  "local",
  "home",
  "conf",
  "config",
  "security",
  "srv",
]);
const RESERVED = new Set([
  "default",
  "new",
  "class",
  "this",
  "super",
  "environment",
  "scope",
  "id",
  "export",
  "import",
]);

/** Ids of constructs and the variables that hold them, each once, in the order in which they are asked for. */
export class Identifiers {
  private readonly taken = new Set<string>();

  /**
   * @param words what it is called by
   * @returns `App01Keystore`, and another one each time
   */
  next(words: readonly string[]): string {
    const name = words.map(pascal).join("") || "Entry";
    const whole = /^[0-9]/.test(name)
      ? `Store${name}`
      : RESERVED.has(name.toLowerCase())
        ? `${name}Store`
        : name;
    for (let number = 1; ; number++) {
      const id = number === 1 ? whole : `${whole}${number}`;
      if (this.taken.has(id.toLowerCase())) continue;
      this.taken.add(id.toLowerCase());
      return id;
    }
  }
}

/** A variable for what has the id. */
export function variableOf(id: string): string {
  return id.replace(/^[A-Z]+(?![a-z])|^[A-Z]/, (start) => start.toLowerCase());
}

/** The words of a path that tell it from others. */
export function wordsOfPath(path: string): string[] {
  const parts = path.split(/[\\/]/).filter((part) => part !== "");
  const file = (parts.pop() ?? "").replace(/(?!^)\.[^.]*$/, "");
  return [...parts.filter((part) => !COMMON.has(part.toLowerCase())), file];
}

/** Words in ASCII with capitals; whatever else is in a text is dropped. */
function pascal(text: string): string {
  return (text.match(/[A-Za-z0-9]+/g) ?? [])
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");
}

/** A name of a file: lower case, with hyphens. */
export function fileNameFor(text: string): string {
  const words = (text.match(/[A-Za-z0-9]+/g) ?? []).map((word) => word.toLowerCase());
  return words.join("-").slice(0, 60) || "certificate";
}
