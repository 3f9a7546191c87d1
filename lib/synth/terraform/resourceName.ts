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
    const below = planId.startsWith(`${this.stack}/`) ? planId.slice(this.stack.length + 1) : planId;
    const readable = below.replaceAll(/[^A-Za-z0-9_-]+/g, "_").replace(/^(?=[^A-Za-z_])/, "_");
    const name = suffix === "" ? readable : `${readable}_${suffix}`;
    const owner = this.owners.get(name) ?? planId;
    this.owners.set(name, owner);
    if (owner === planId) return name;
    return `${name}_${createHash("sha256").update(planId).digest("hex").slice(0, 8)}`;
  }
}
