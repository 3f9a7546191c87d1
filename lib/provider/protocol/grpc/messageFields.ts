import type { MessageTable } from "../wire";

/** One field of a message: its number and its type, the name of a scalar or of another message. */
export interface MessageField {
  readonly name: string;
  readonly number: number;
  readonly type: string;
  readonly label: "one" | "many" | "map";
}

/** Reads `wire.ts`'s shorthand, each message when it is first met: most are not, in a short life. */
export function fieldsOf(table: MessageTable): (message: string) => readonly MessageField[] {
  const read = new Map<string, readonly MessageField[]>();
  return (message) => {
    const known = read.get(message);
    if (known !== undefined) return known;
    const fields = Object.entries(table[message] ?? {}).map(([name, text]) => describeField(name, text));
    read.set(message, fields);
    return fields;
  };
}

function describeField(name: string, text: string): MessageField {
  const [number = "", ...rest] = text.split(" ");
  const type = rest.at(-1) ?? "";
  const field = { name, number: Number(number) };
  if (rest.length > 1) return { ...field, type, label: "map" };
  if (type.endsWith("[]")) return { ...field, type: type.slice(0, -2), label: "many" };
  return { ...field, type, label: "one" };
}
