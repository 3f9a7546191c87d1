import type { BuiltHop } from "./buildHop";

/** Without what we alone refuse, which a site's `java.security` may allow. */
export function lenient(hop: BuiltHop): BuiltHop {
  return {
    ...hop,
    material: (...javas) => ({ ...hop.material(...javas), letPassBecause: "the site allows it" }),
  };
}
