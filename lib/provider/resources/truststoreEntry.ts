import { checkGeneration } from "../claims/generation";
import { checkEach } from "../location";
import { defineResource } from "../protocol";
import { deliverEntry, destroyEntry, importEntry, refreshEntry } from "./entry";
import { foreseeEntry, foreseeEntryDestroy, planEntry } from "./entryPlan";
import { entryAttributes, entryChecks, type EntryKind, upgradeEntry } from "./entryRow";

const anchor: EntryKind = { kind: "anchor", typeName: "trust_truststore_entry" };

/** A certificate that a store's reader trusts. */
export const truststoreEntryResource = defineResource({
  typeName: anchor.typeName,
  description:
    "Puts a certificate that is to be trusted into a store. With create_before_destroy, both the old and the new " +
    "one are trusted until everything has moved to the new one.",
  version: 1,
  attributes: entryAttributes,
  validate: (config) => [...checkEach(config, entryChecks), ...checkGeneration(config)],
  upgrade: (state) => upgradeEntry(state, "anchor"),
  plan: planEntry,
  foresee: (planned, prior) => foreseeEntry(planned, prior, anchor),
  foreseeDestroy: foreseeEntryDestroy,
  create: (planned) => deliverEntry(planned, undefined, anchor),
  read: (state, context) => refreshEntry(state, "anchor", context),
  update: (planned, prior) => deliverEntry(planned, prior, anchor),
  destroy: destroyEntry,
  import: async (id) => {
    const { keyPassword: _, ...state } = await importEntry(id, anchor);
    return state;
  },
});
