import { damaged, unsupported } from "../errors";
import type { Cursor } from "./cursor";

/** Nesting beyond this is an attack, not a sealed key. */
const MAXIMUM_DEPTH = 32;
/** Objects beyond this are an attack, not a sealed key. */
const MAXIMUM_OBJECTS = 10_000;

const FIRST_HANDLE = 0x7e0000;
const SIZES: Readonly<Record<string, number>> = { B: 1, C: 2, D: 8, F: 4, I: 4, J: 8, S: 2, Z: 1 };

const Code = {
  null: 0x70,
  reference: 0x71,
  classDescription: 0x72,
  object: 0x73,
  string: 0x74,
  array: 0x75,
  class: 0x76,
  blockData: 0x77,
  endBlockData: 0x78,
  longBlockData: 0x7a,
  longString: 0x7c,
  enum: 0x7e,
} as const;

interface ClassDescription {
  readonly name: string;
  readonly flags: number;
  /** Type codes of the fields, in the order their values are written. */
  readonly fields: readonly string[];
  readonly parent: ClassDescription | undefined;
}

/**
 * Moves past one serialised Java object without making it: JCEKS writes a secret key as a `SealedObject`
 * without saying how long it is (`com.sun.crypto.provider.JceKeyStore`). The grammar is chapter 6 of the
 * Java Object Serialization Specification.
 *
 * @throws StoreError `damaged`, `unsupported`
 */
export function skipSerializedObject(cursor: Cursor): void {
  if (cursor.uint32("a secret key") !== 0xaced0005)
    throw damaged("a secret key is no serialised Java object");
  new ObjectSkipper(cursor).content(0);
}

class ObjectSkipper {
  readonly #cursor: Cursor;
  /** What each handle stands for; only class descriptions matter. */
  readonly #handles: (ClassDescription | undefined)[] = [];

  constructor(cursor: Cursor) {
    this.#cursor = cursor;
  }

  content(depth: number): void {
    this.#contentWithCode(this.#cursor.uint8("a serialised object"), depth);
  }

  #contentWithCode(code: number, depth: number): void {
    if (depth > MAXIMUM_DEPTH) throw damaged(`a secret key is nested deeper than ${MAXIMUM_DEPTH} levels`);
    switch (code) {
      case Code.null:
        return;
      case Code.reference:
        this.#cursor.uint32("a reference");
        return;
      case Code.classDescription:
        this.#newClassDescription(depth);
        return;
      case Code.object: {
        const description = this.#classDescription(depth + 1);
        this.#newHandle(undefined);
        this.#objectData(description, depth + 1);
        return;
      }
      case Code.string:
        this.#newHandle(undefined);
        this.#cursor.bytes(this.#cursor.uint16("a string"), "a string");
        return;
      case Code.longString:
        this.#newHandle(undefined);
        if (this.#cursor.uint32("a string") !== 0) throw damaged("a string of more than 4 GiB");
        this.#cursor.block("a string");
        return;
      case Code.array:
        this.#array(depth);
        return;
      case Code.class:
        this.#classDescription(depth + 1);
        this.#newHandle(undefined);
        return;
      case Code.enum:
        this.#classDescription(depth + 1);
        this.#newHandle(undefined);
        this.content(depth + 1);
        return;
      case Code.blockData:
        this.#cursor.bytes(this.#cursor.uint8("block data"), "block data");
        return;
      case Code.longBlockData:
        this.#cursor.block("block data");
        return;
      default:
        throw unsupported(`a secret key with Java serialisation code 0x${code.toString(16)}`);
    }
  }

  #array(depth: number): void {
    const element = this.#classDescription(depth + 1)?.name[1] ?? "";
    this.#newHandle(undefined);
    const length = this.#cursor.uint32("an array");
    const size = SIZES[element];
    if (size !== undefined) {
      this.#cursor.bytes(length * size, "an array");
      return;
    }
    for (let index = 0; index < length; index += 1) this.content(depth + 1);
  }

  /** A class description, a reference to one, or none. */
  #classDescription(depth: number): ClassDescription | undefined {
    if (depth > MAXIMUM_DEPTH) throw damaged(`a secret key is nested deeper than ${MAXIMUM_DEPTH} levels`);
    const code = this.#cursor.uint8("a class");
    if (code === Code.null) return undefined;
    if (code === Code.classDescription) return this.#newClassDescription(depth);
    if (code === Code.reference) {
      const known = this.#handles[this.#cursor.uint32("a reference to a class") - FIRST_HANDLE];
      if (known === undefined) throw damaged("a secret key refers to a class that was not described");
      return known;
    }
    throw unsupported(`a secret key with Java serialisation code 0x${code.toString(16)} for a class`);
  }

  #newClassDescription(depth: number): ClassDescription {
    const name = this.#cursor.text("a class name");
    this.#cursor.bytes(8, "a class version");
    const handle = this.#newHandle(undefined);
    const flags = this.#cursor.uint8("class flags");
    const fields: string[] = [];
    for (let left = this.#cursor.uint16("a field count"); left > 0; left -= 1) {
      const type = String.fromCharCode(this.#cursor.uint8("a field type"));
      this.#cursor.text("a field name");
      if (type === "[" || type === "L") this.content(depth + 1);
      else if (SIZES[type] === undefined) throw damaged("a secret key has a field of an unknown type");
      fields.push(type);
    }
    this.#annotation(depth);
    const description = { name, flags, fields, parent: this.#classDescription(depth + 1) };
    this.#handles[handle] = description;
    return description;
  }

  #objectData(description: ClassDescription | undefined, depth: number): void {
    if (description === undefined) return;
    this.#objectData(description.parent, depth);
    const hasWriteMethod = (description.flags & 0x01) !== 0;
    const isSerializable = (description.flags & 0x02) !== 0;
    const isExternalizable = (description.flags & 0x04) !== 0;
    const hasBlockData = (description.flags & 0x08) !== 0;
    if (isSerializable) {
      for (const type of description.fields) {
        const size = SIZES[type];
        if (size === undefined) this.content(depth + 1);
        else this.#cursor.bytes(size, "a field");
      }
      if (hasWriteMethod) this.#annotation(depth);
    } else if (isExternalizable && hasBlockData) {
      this.#annotation(depth);
    } else if (isExternalizable) {
      throw unsupported(`a secret key of the class ${description.name}, whose end cannot be found`);
    }
  }

  #annotation(depth: number): void {
    for (;;) {
      const code = this.#cursor.uint8("an annotation");
      if (code === Code.endBlockData) return;
      this.#contentWithCode(code, depth + 1);
    }
  }

  #newHandle(description: ClassDescription | undefined): number {
    if (this.#handles.length >= MAXIMUM_OBJECTS) {
      throw damaged(`a secret key holds more than ${MAXIMUM_OBJECTS} objects`);
    }
    return this.#handles.push(description) - 1;
  }
}
