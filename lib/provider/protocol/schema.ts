/** Stands for a value that Terraform does not know before apply. */
export class Unknown {
  private constructor() {}
  static readonly value: Unknown = new Unknown();
}

/** Whether a planned value is known. */
export function isKnown<T>(value: T | Unknown): value is T {
  return !(value instanceof Unknown);
}

/** Types that attributes of this provider have. */
export type AttributeType =
  | { readonly kind: "string" }
  | { readonly kind: "bool" }
  | { readonly kind: "number" }
  | { readonly kind: "map"; readonly element: AttributeType }
  | { readonly kind: "sequence"; readonly element: AttributeType }
  | { readonly kind: "list"; readonly attributes: Attributes };

/** Who sets an attribute: the configuration, the provider, or the provider where the configuration does not. */
export type Presence = "required" | "optional" | "computed" | "optional-computed";

/** How a change of an attribute is carried out, and what it is when nobody sets it. */
export interface AttributeManners {
  /** A change destroys the resource and creates it again. */
  readonly replaces?: boolean;
  /**
   * A change of this attribute alone is no change: it says how to do something, not what is there. A function says
   * of two values whether going from one to the other is none.
   */
  readonly quiet?: boolean | ((prior: unknown, planned: unknown) => boolean);
}

/** One attribute; `T` is the type of its value in a state. */
export interface Attribute<out T, out P extends Presence = Presence> extends AttributeManners {
  readonly type: AttributeType;
  readonly presence: P;
  readonly description: string;
  /**
   * Planned where the configuration leaves an optional-computed attribute out, and read from a state that was written
   * before the attribute was there.
   */
  readonly default?: T;
}

export type Attributes = Readonly<Record<string, Attribute<unknown>>>;

/** Values as a state holds them: all known, absent ones null. */
export type StateOf<A extends Attributes> = { readonly [K in keyof A]: ValueOf<A[K]> };

/** Values as a plan or a configuration holds them: any may be unknown. */
export type PlanOf<A extends Attributes> = { readonly [K in keyof A]: ValueOf<A[K]> | Unknown };

/** Values at apply: what the provider computes may still be unknown, the rest is not. */
export type ApplyOf<A extends Attributes> = {
  readonly [K in keyof A]: A[K] extends Attribute<infer T, infer P>
    ? "computed" extends P
      ? T | Unknown
      : "optional-computed" extends P
        ? T | Unknown
        : T
    : never;
};

/** Values of an older state: what it did not have is null. */
export type UpgradeOf<A extends Attributes> = { readonly [K in keyof A]: ValueOf<A[K]> | null };

type ValueOf<A> = A extends Attribute<infer T> ? T : never;

/** Builders that read as a declaration: `required.string("Address of the host.", { replaces: true })`. */
export const required = {
  string: (description: string, manners: AttributeManners = {}): Attribute<string, "required"> => ({
    type: { kind: "string" },
    presence: "required",
    description,
    ...manners,
  }),
  listOfStrings: (
    description: string,
    manners: AttributeManners = {},
  ): Attribute<readonly string[], "required"> => ({
    type: { kind: "sequence", element: { kind: "string" } },
    presence: "required",
    description,
    ...manners,
  }),
  /** A list of objects, each with attributes of its own. */
  listOf: <A extends Attributes>(
    attributes: A,
    description: string,
    manners: AttributeManners = {},
  ): Attribute<readonly StateOf<A>[], "required"> => ({
    type: { kind: "list", attributes },
    presence: "required",
    description,
    ...manners,
  }),
};

export const optional = {
  number: (description: string, manners: AttributeManners = {}): Attribute<number | null, "optional"> => ({
    type: { kind: "number" },
    presence: "optional",
    description,
    ...manners,
  }),
  /** A list of objects, each with attributes of its own. */
  listOf: <A extends Attributes>(
    attributes: A,
    description: string,
    manners: AttributeManners = {},
  ): Attribute<readonly StateOf<A>[] | null, "optional"> => ({
    type: { kind: "list", attributes },
    presence: "optional",
    description,
    ...manners,
  }),
  string: (description: string, manners: AttributeManners = {}): Attribute<string | null, "optional"> => ({
    type: { kind: "string" },
    presence: "optional",
    description,
    ...manners,
  }),
  listOfStrings: (
    description: string,
    manners: AttributeManners = {},
  ): Attribute<readonly string[] | null, "optional"> => ({
    type: { kind: "sequence", element: { kind: "string" } },
    presence: "optional",
    description,
    ...manners,
  }),
  mapOfStrings: (
    description: string,
    manners: AttributeManners = {},
  ): Attribute<Readonly<Record<string, string>> | null, "optional"> => ({
    type: { kind: "map", element: { kind: "string" } },
    presence: "optional",
    description,
    ...manners,
  }),
};

/** May be configured; otherwise the provider finds the value out. */
export const discovered = {
  /** Null where neither says anything. */
  stringOrNull: (
    description: string,
    manners: AttributeManners = {},
  ): Attribute<string | null, "optional-computed"> => ({
    type: { kind: "string" },
    presence: "optional-computed",
    description,
    ...manners,
  }),
  string: (description: string, manners: AttributeManners = {}): Attribute<string, "optional-computed"> => ({
    type: { kind: "string" },
    presence: "optional-computed",
    description,
    ...manners,
  }),
};

/** May be configured; otherwise has a fixed value. */
export const defaulted = {
  string: (
    value: string,
    description: string,
    manners: AttributeManners = {},
  ): Attribute<string, "optional-computed"> => ({
    type: { kind: "string" },
    presence: "optional-computed",
    description: value === "" ? description : `${description} Default: \`${value}\`.`,
    default: value,
    ...manners,
  }),
  /** A list of objects; empty where the configuration leaves it out. */
  listOf: <A extends Attributes>(
    attributes: A,
    description: string,
    manners: AttributeManners = {},
  ): Attribute<readonly StateOf<A>[], "optional-computed"> => ({
    type: { kind: "list", attributes },
    presence: "optional-computed",
    description: `${description} Default: none.`,
    default: [],
    ...manners,
  }),
  /** Texts by name; none where the configuration leaves it out. */
  mapOfStrings: (
    description: string,
    manners: AttributeManners = {},
  ): Attribute<Readonly<Record<string, string>>, "optional-computed"> => ({
    type: { kind: "map", element: { kind: "string" } },
    presence: "optional-computed",
    description: `${description} Default: none.`,
    default: {},
    ...manners,
  }),
  bool: (
    value: boolean,
    description: string,
    manners: AttributeManners = {},
  ): Attribute<boolean, "optional-computed"> => ({
    type: { kind: "bool" },
    presence: "optional-computed",
    description,
    default: value,
    ...manners,
  }),
  number: (
    value: number,
    description: string,
    manners: AttributeManners = {},
  ): Attribute<number, "optional-computed"> => ({
    type: { kind: "number" },
    presence: "optional-computed",
    description,
    default: value,
    ...manners,
  }),
};

export const computed = {
  string: (description: string): Attribute<string, "computed"> => ({
    type: { kind: "string" },
    presence: "computed",
    description,
  }),
  bool: (description: string): Attribute<boolean, "computed"> => ({
    type: { kind: "bool" },
    presence: "computed",
    description,
  }),
  listOfStrings: (description: string): Attribute<readonly string[], "computed"> => ({
    type: { kind: "sequence", element: { kind: "string" } },
    presence: "computed",
    description,
  }),
  /** A list of objects that the provider reads. */
  listOf: <A extends Attributes>(
    attributes: A,
    description: string,
  ): Attribute<readonly StateOf<A>[], "computed"> => ({
    type: { kind: "list", attributes },
    presence: "computed",
    description,
  }),
};

/** An attribute as the protocol describes it. */
export interface WireAttribute {
  readonly name: string;
  readonly type?: Buffer;
  readonly nested_type?: { readonly attributes: readonly WireAttribute[]; readonly nesting: number };
  readonly description: string;
  readonly required: boolean;
  readonly optional: boolean;
  readonly computed: boolean;
}

const NESTING_LIST = 2;

/** The schema of a resource, a data source or the provider as the protocol describes it. */
export function describeSchema(version: number, description: string, attributes: Attributes): object {
  return { version, block: { version, description, attributes: describeAttributes(attributes) } };
}

function describeAttributes(attributes: Attributes): WireAttribute[] {
  return Object.entries(attributes).map(([name, attribute]) => ({
    name,
    ...describeType(attribute.type),
    description: attribute.description,
    required: attribute.presence === "required",
    optional: attribute.presence === "optional" || attribute.presence === "optional-computed",
    computed: attribute.presence === "computed" || attribute.presence === "optional-computed",
  }));
}

function describeType(type: AttributeType): Pick<WireAttribute, "type" | "nested_type"> {
  if (type.kind === "list")
    return { nested_type: { attributes: describeAttributes(type.attributes), nesting: NESTING_LIST } };
  return { type: Buffer.from(JSON.stringify(typeConstraint(type))) };
}

function typeConstraint(type: AttributeType): unknown {
  if (type.kind === "map") return ["map", typeConstraint(type.element)];
  if (type.kind === "sequence") return ["list", typeConstraint(type.element)];
  return type.kind;
}
