import { checkEach } from "../location";
import { defineResource } from "../protocol";
import {
  deliverEntry,
  destroyEntry,
  entryAttributes,
  entryChecks,
  importEntry,
  planEntry,
  refreshEntry,
} from "./entry";

/** A certificate that a store's reader trusts. */
export const truststoreEntryResource = defineResource({
  typeName: "trust_truststore_entry",
  description:
    "Puts a certificate that is to be trusted into a store. With create_before_destroy, both the old and the new " +
    "one are trusted until everything has moved to the new one.",
  version: 0,
  attributes: entryAttributes,
  validate: (config) => checkEach(config, entryChecks),
  plan: planEntry,
  create: (planned) => deliverEntry(planned, { kind: "anchor", takesPlace: false }),
  read: (state, context) => refreshEntry(state, "anchor", context),
  update: (planned) => deliverEntry(planned, { kind: "anchor", takesPlace: true }),
  destroy: destroyEntry,
  import: async (id) => {
    const { keyPassword: _, ...state } = await importEntry(id, "anchor");
    return state;
  },
});
