/** What is looked at in `terraform show -json` of a plan (Terraform's "JSON Output Format"). */
export interface PlanJson {
  readonly resource_changes?: readonly ResourceChange[];
  /** What a refresh found to be other than the state has it. */
  readonly resource_drift?: readonly ResourceChange[];
  readonly output_changes?: Readonly<Record<string, ValueChange>>;
  readonly configuration?: {
    readonly root_module?: { readonly resources?: readonly ConfiguredResource[] };
  };
}

export interface ResourceChange {
  readonly address: string;
  /** Where a `moved` block says what it was called before. */
  readonly previous_address?: string;
  readonly mode: "managed" | "data";
  readonly type: string;
  readonly name: string;
  readonly change: ValueChange;
  readonly action_reason?: string;
}

export interface ValueChange {
  readonly actions: readonly string[];
  readonly before?: unknown;
  readonly after?: unknown;
  /** Of the same shape as the values, `true` in place of each that is not known yet, or secret. */
  readonly after_unknown?: unknown;
  readonly before_sensitive?: unknown;
  readonly after_sensitive?: unknown;
  readonly replace_paths?: readonly (readonly (string | number)[])[];
  readonly importing?: unknown;
}

interface ConfiguredResource {
  readonly address: string;
  readonly provisioners?: readonly {
    readonly expressions?: { readonly command?: { readonly constant_value?: unknown } };
  }[];
}

/** Values by the names of their attributes; those that may not be shown, or are not known, say so instead. */
export type Row = Readonly<Record<string, unknown>>;

const SECRET = "(secret)";
const NOT_KNOWN = "(known after the deploy)";

/** What there is before a change, as it may be shown; undefined where there is nothing. */
export function rowBefore({ before, before_sensitive: secret }: ValueChange): Row | undefined {
  return rowOf(before, secret, false);
}

/** What there will be. */
export function rowAfter({
  after,
  after_sensitive: secret,
  after_unknown: unknown,
}: ValueChange): Row | undefined {
  return rowOf(after, secret, unknown);
}

function rowOf(value: unknown, secret: unknown, unknown: unknown): Row | undefined {
  if (value === null || value === undefined) return undefined;
  const row = showable(value, secret, unknown);
  return isRecord(row) ? row : { value: row };
}

/** The value without what is marked as secret; what is not known yet is named. */
export function showable(value: unknown, secret: unknown, unknown: unknown): unknown {
  if (secret === true) return SECRET;
  if (unknown === true) return NOT_KNOWN;
  if (Array.isArray(value))
    return value.map((item, index) => showable(item, memberOf(secret, index), memberOf(unknown, index)));
  if (!isRecord(value)) return value;
  const names = new Set([...Object.keys(value), ...(isRecord(unknown) ? Object.keys(unknown) : [])]);
  return Object.fromEntries(
    [...names].map((name) => [name, showable(value[name], memberOf(secret, name), memberOf(unknown, name))]),
  );
}

function memberOf(value: unknown, name: string | number): unknown {
  return typeof value === "object" && value !== null
    ? (value as Record<string | number, unknown>)[name]
    : false;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
