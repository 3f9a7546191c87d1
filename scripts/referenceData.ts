// What the reference says of the public API.
import type ts from "typescript";

/** A prop, or an option of a method, as users write it. */
export interface Prop {
  readonly name: string;
  /** As declared, one for each place that declares it: a type, or a method. */
  readonly types: readonly ts.Node[];
  readonly isRequired: boolean;
  /** What `@default` says, as Markdown. */
  readonly byDefault: string | undefined;
  /** First sentence of the doc comment. */
  readonly meaning: string;
}

/** A type that users write as an object, or choose a value of. */
export interface ShapeType {
  readonly name: string;
  readonly description: string;
  /** One for each form that it may have; none for a type whose objects are made here and handed around. */
  readonly forms: readonly (readonly Prop[])[];
  /** The type it stands for, where it is no object. */
  readonly alias?: ts.TypeNode;
  /** The values to choose from, where there are such. */
  readonly values?: readonly string[];
}

/** A way to make a noun, or something that can be asked of one. */
export interface Signature {
  /** As it is written, for example `keystore.entry(alias, options)`. */
  readonly text: string;
  readonly description: string;
  readonly parameterTypes: readonly string[];
  readonly makes: ts.Type;
}

/** Where objects of a type come from that users hand on. */
export interface Origin {
  /** Methods that are declared to make them, and factories whose objects are such. */
  readonly makers: readonly string[];
  /** Nouns whose objects are such. */
  readonly nouns: readonly string[];
}

/** An exported class, or an object of factories. */
export interface Noun {
  readonly name: string;
  readonly description: string;
  readonly isConstruct: boolean;
  /** Folder of `lib` that it is declared in. */
  readonly room: string;
  readonly signatures: readonly Signature[];
}
