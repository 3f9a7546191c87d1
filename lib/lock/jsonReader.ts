import { type LockError, damagedLock, newerLock } from "./errors";

export interface JsonObject {
  readonly [key: string]: unknown;
}

/** Reads a JSON object member by member; whatever is not as it must be is named by its place. */
export class JsonReader {
  private readonly members: JsonObject;
  private readonly place: string;

  constructor(value: unknown, place: string) {
    if (!isObject(value)) throw damagedLock(place, "an object was expected");
    this.members = value;
    this.place = place;
  }

  /** An unknown member would be lost when the lock is written again. */
  allowOnly(names: readonly string[]): void {
    const unknown = Object.keys(this.members).find((name) => !names.includes(name));
    if (unknown !== undefined) throw this.damaged(unknown, "nothing of that name belongs here");
  }

  has(name: string): boolean {
    return Object.hasOwn(this.members, name);
  }

  value(name: string): unknown {
    return this.has(name) ? this.members[name] : undefined;
  }

  text(name: string): string {
    const value = this.value(name);
    if (typeof value !== "string") throw this.damaged(name, "a string was expected");
    return value;
  }

  texts(name: string): string[] {
    return this.list(name).map((value, index) => {
      if (typeof value !== "string") throw this.damaged(`${name}[${index}]`, "a string was expected");
      return value;
    });
  }

  integer(name: string, minimum: number, maximum: number): number {
    const value = this.value(name);
    if (typeof value !== "number" || !Number.isInteger(value) || value < minimum || value > maximum) {
      throw this.damaged(name, `a whole number from ${minimum} to ${maximum} was expected`);
    }
    return value;
  }

  choice<Choice extends string>(name: string, choices: readonly Choice[]): Choice {
    const value = this.text(name);
    const choice = choices.find((candidate) => candidate === value);
    if (choice === undefined) throw this.damaged(name, `${choices.join(" or ")} was expected`);
    return choice;
  }

  choices<Choice extends string>(name: string, choices: readonly Choice[]): Choice[] {
    return this.texts(name).map((value, index) => {
      const choice = choices.find((candidate) => candidate === value);
      if (choice === undefined)
        throw this.damaged(`${name}[${index}]`, `${choices.join(" or ")} was expected`);
      return choice;
    });
  }

  hexadecimal(name: string, length: number): string {
    const value = this.text(name);
    if (!/^[0-9a-f]*$/.test(value) || value.length !== 2 * length) {
      throw this.damaged(name, `${length} bytes in lower-case hexadecimal were expected`);
    }
    return value;
  }

  /** Bytes in base64; `length` of them, or any number but none. */
  bytes(name: string, length?: number): Buffer {
    const value = this.text(name);
    const bytes = Buffer.from(value, "base64");
    if (bytes.toString("base64") !== value) throw this.damaged(name, "base64 was expected");
    if (length === undefined ? bytes.length === 0 : bytes.length !== length) {
      throw this.damaged(name, `${length ?? "some"} bytes were expected, there are ${bytes.length}`);
    }
    return bytes;
  }

  object(name: string): JsonReader {
    return new JsonReader(this.value(name), this.placeOf(name));
  }

  objects(name: string): JsonReader[] {
    return this.list(name).map((value, index) => new JsonReader(value, this.placeOf(`${name}[${index}]`)));
  }

  mapObjects<Item>(read: (reader: JsonReader) => Item): Map<string, Item> {
    return new Map(Object.keys(this.members).map((name) => [name, read(this.object(name))]));
  }

  mapTexts(): Map<string, string> {
    return new Map(Object.keys(this.members).map((name) => [name, this.text(name)]));
  }

  damaged(name: string, problem: string): LockError {
    return damagedLock(this.placeOf(name), problem);
  }

  /** What only a later version understands. */
  newer(name: string, what: string): LockError {
    return newerLock(this.placeOf(name), what);
  }

  private list(name: string): unknown[] {
    const value = this.value(name);
    if (!Array.isArray(value)) throw this.damaged(name, "a list was expected");
    return value;
  }

  private placeOf(name: string): string {
    return this.place === "the top level" ? name : `${this.place} › ${name}`;
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
