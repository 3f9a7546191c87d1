import { randomInt } from "node:crypto";
import { computed, optional } from "../protocol/schema";
import { defineResource } from "../protocol/resource";

/**
 * The one resource of the registry's null provider that stacks use, with the same schema, so that a closed
 * network needs no registry, no second provider has to start, and a state moves from one to another.
 */
export const nullResource = defineResource({
  typeName: "null_resource",
  description: "Does nothing: a barrier in the graph, and a place for provisioners.",
  version: 0,
  attributes: {
    id: computed.string("Set to a random value at create time."),
    triggers: optional.mapOfStrings("Arbitrary strings that, when changed, replace the resource.", {
      replaces: true,
    }),
  },
  // The registry's provider draws a random number too; nobody reads it.
  create: async ({ triggers }) => ({ id: String(randomInt(1, 2 ** 47)), triggers }),
  read: async (state) => state,
  update: async (_planned, prior) => prior,
  destroy: async () => undefined,
});
