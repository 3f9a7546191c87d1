import type { ApplyOf, Attributes, PlanOf, StateOf, UpgradeOf } from "./schema";

/** Something to tell the person who runs Terraform. */
export interface Diagnostic {
  readonly severity: "error" | "warning";
  readonly summary: string;
  readonly detail: string;
  /** Attribute that it is about. */
  readonly attribute?: string;
}

/** What a call has beside its values. */
export interface CallContext {
  /** Aborted when Terraform is interrupted. */
  readonly signal: AbortSignal;
  /** Adds a warning to the answer. */
  readonly warn: (summary: string, detail: string) => void;
}

/** One kind of resource: what it looks like and what its life is. */
export interface ResourceType<A extends Attributes = Attributes> {
  readonly typeName: string;
  readonly description: string;
  /** Raised when a state of the old version would be misread. */
  readonly version: number;
  readonly attributes: A;
  /** What is wrong with a configuration, as far as it is known. */
  readonly validate?: (config: PlanOf<A>) => readonly Diagnostic[];
  /** Completes a state of an older version, which is read with the attributes of this one; what is new is null. */
  readonly upgrade?: (state: UpgradeOf<A>, fromVersion: number) => StateOf<A>;
  /**
   * Values the provider knows at plan time; the rest of what it computes stays as it was, or unknown.
   * `config` tells what is declared from what is carried over.
   */
  readonly plan?: (
    planned: PlanOf<A>,
    prior: StateOf<A> | undefined,
    config: PlanOf<A>,
  ) => Partial<PlanOf<A>> | Promise<Partial<PlanOf<A>>>;
  /** Looks at the host for what the change would be refused for, and throws; not called for what is no change. */
  readonly foresee?: (
    planned: PlanOf<A>,
    prior: StateOf<A> | undefined,
    context: CallContext,
  ) => Promise<void>;
  /** Looks at the host for what a destroy would be refused for, and throws. */
  readonly foreseeDestroy?: (state: StateOf<A>) => Promise<void>;
  readonly create: (planned: ApplyOf<A>, context: CallContext) => Promise<StateOf<A>>;
  /** The state as it is on the host, or undefined where the resource is gone. */
  readonly read: (state: StateOf<A>, context: CallContext) => Promise<StateOf<A> | undefined>;
  readonly update: (planned: ApplyOf<A>, prior: StateOf<A>, context: CallContext) => Promise<StateOf<A>>;
  readonly destroy: (state: StateOf<A>, context: CallContext) => Promise<void>;
  /** First guess of a state from what `terraform import` was given; `read` completes it. */
  readonly import?: (id: string, context: CallContext) => Promise<StateOf<A>>;
}

/** Something that Terraform only reads. */
export interface DataSourceType<A extends Attributes = Attributes> {
  readonly typeName: string;
  readonly description: string;
  readonly attributes: A;
  readonly validate?: (config: PlanOf<A>) => readonly Diagnostic[];
  readonly read: (config: ApplyOf<A>, context: CallContext) => Promise<StateOf<A>>;
}

/** A resource type whose attributes are no longer known to the compiler; methods, so that any of them fits. */
export interface AnyResourceType {
  readonly typeName: string;
  readonly description: string;
  readonly version: number;
  readonly attributes: Attributes;
  validate?(config: Values): readonly Diagnostic[];
  upgrade?(state: Values, fromVersion: number): Values;
  plan?(planned: Values, prior: Values | undefined, config: Values): Values | Promise<Values>;
  foresee?(planned: Values, prior: Values | undefined, context: CallContext): Promise<void>;
  foreseeDestroy?(state: Values): Promise<void>;
  create(planned: Values, context: CallContext): Promise<Values>;
  read(state: Values, context: CallContext): Promise<Values | undefined>;
  update(planned: Values, prior: Values, context: CallContext): Promise<Values>;
  destroy(state: Values, context: CallContext): Promise<void>;
  import?(id: string, context: CallContext): Promise<Values>;
}

export interface AnyDataSourceType {
  readonly typeName: string;
  readonly description: string;
  readonly attributes: Attributes;
  validate?(config: Values): readonly Diagnostic[];
  read(config: Values, context: CallContext): Promise<Values>;
}

export type Values = Readonly<Record<string, unknown>>;

/** Everything a provider serves. */
export interface Provider {
  readonly description: string;
  /** The provider block. */
  readonly version: number;
  readonly attributes: Attributes;
  /** Takes the provider block's values; throws where they are wrong. */
  configure(block: Values): void;
  /** Refuses a row that is none of this configuration's, before anything is done with it; throws. */
  admit?(row: Values): void;
  /**
   * Told what a plan does with each row of a type: as planned and whether it is written; of one that is to be destroyed,
   * as it is.
   */
  notePlan?(typeName: string, row: Values, isWritten: boolean): void;
  readonly resources: readonly AnyResourceType[];
  readonly dataSources: readonly AnyDataSourceType[];
}

/** Checks a resource's parts against its attributes and gives it to the server. */
export function defineResource<A extends Attributes>(resource: ResourceType<A>): AnyResourceType {
  return resource;
}

/** Checks a data source's parts against its attributes and gives it to the server. */
export function defineDataSource<A extends Attributes>(source: DataSourceType<A>): AnyDataSourceType {
  return source;
}
