import { createHash } from "node:crypto";

/**
 * Gives parts of the plan their names in Terraform's addresses: the path of the construct below its
 * stack, so that a plan can be read beside the code. Names that would collide get a digest of the path.
 */
export class ResourceNames {
  private readonly owners = new Map<string, string>();

  constructor(private readonly stack: string) {}

  /** @param suffix what tells generations of the same thing apart, for example a fingerprint's start */
  nameOf(planId: string, suffix = ""): string {
    const readable = plainName(this.stack, planId);
    const name = suffix === "" ? readable : `${readable}_${suffix}`;
    const owner = this.owners.get(name) ?? planId;
    this.owners.set(name, owner);
    if (owner === planId) return name;
    return `${name}_${digestOf(planId)}`;
  }
}

/** The name of a part of the plan where no other has the same. */
export function plainName(stack: string, planId: string): string {
  const below = planId.startsWith(`${stack}/`) ? planId.slice(stack.length + 1) : planId;
  return below.replaceAll(/[^A-Za-z0-9_-]+/g, "_").replace(/^(?=[^A-Za-z_])/, "_");
}

/** What is added to the name of a part where another has the same already. */
export function digestOf(planId: string): string {
  return createHash("sha256").update(planId).digest("hex").slice(0, 8);
}
