import { isDeepStrictEqual } from "node:util";
import type { AnyResourceType, Values } from "./resource";
import { Unknown } from "./schema";

/** What a change will do. */
export interface PlannedChange {
  readonly planned: Values;
  /** Attributes whose change makes Terraform destroy and create. */
  readonly replacedBy: readonly string[];
  /** Whether anything will be done at all. */
  readonly isChange: boolean;
}

/**
 * Plans one resource: Terraform's proposal, completed with defaults and what the provider knows already.
 *
 * `proposed` holds the configuration's values and, where it has none, the prior ones.
 */
export async function planChange(
  resource: AnyResourceType,
  prior: Values | undefined,
  proposed: Values,
  config: Values,
): Promise<PlannedChange> {
  const names = Object.keys(resource.attributes);
  const filled = Object.fromEntries(
    names.map((name) => [name, fill(resource, name, prior, proposed, config)]),
  );
  const planned = { ...filled, ...(await resource.plan?.(filled, prior, config)) };
  if (prior === undefined) return { planned, replacedBy: [], isChange: true };

  const changed = names.filter((name) => !isDeepStrictEqual(planned[name], prior[name]));
  const loud = changed.filter((name) => !isQuiet(resource, name, prior[name], planned[name]));
  // Terraform accepts the prior value in place of the configured one, as long as it is not null.
  if (loud.length === 0 && changed.every((name) => prior[name] !== null)) {
    return { planned: prior, replacedBy: [], isChange: false };
  }
  const replacedBy = changed.filter((name) => resource.attributes[name]?.replaces === true);
  return { planned, replacedBy, isChange: true };
}

function isQuiet(resource: AnyResourceType, name: string, prior: unknown, planned: unknown): boolean {
  const quiet = resource.attributes[name]?.quiet ?? false;
  return typeof quiet === "boolean" ? quiet : quiet(prior, planned);
}

function fill(
  resource: AnyResourceType,
  name: string,
  prior: Values | undefined,
  proposed: Values,
  config: Values,
): unknown {
  const attribute = resource.attributes[name];
  const configured = config[name] ?? null;
  if (configured !== null || attribute === undefined) return proposed[name];
  if (attribute.default !== undefined) return attribute.default;
  if (attribute.presence === "required" || attribute.presence === "optional") return proposed[name];
  return prior?.[name] ?? Unknown.value;
}
