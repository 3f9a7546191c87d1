import { parseSecretReference } from "../../hosts";
import { checkEach } from "../location";
import { defineResource, optional } from "../protocol";
import {
  deliverEntry,
  destroyEntry,
  entryAttributes,
  entryChecks,
  type EntryState,
  importEntry,
  planEntry,
  type PlannedEntry,
  refreshEntry,
} from "./entry";

const attributes = {
  ...entryAttributes,
  key_password: optional.string("Reference to the key's password, where it is not the store's."),
};

interface PlannedKeyEntry extends PlannedEntry {
  readonly key_password: string | null;
}

/** A private key with its certificate chain in a store. */
export const keyEntryResource = defineResource({
  typeName: "trust_key_entry",
  description:
    "Puts a private key with its certificate chain into a store. Neither plan nor state holds the key.",
  version: 0,
  attributes,
  validate: (config) => checkEach(config, { ...entryChecks, key_password: parseSecretReference }),
  plan: planEntry,
  create: (planned) => deliver(planned, false),
  read: (state, context) => refreshEntry(state, "identity", context),
  update: (planned) => deliver(planned, true),
  destroy: destroyEntry,
  import: async (id) => {
    const { keyPassword, ...state } = await importEntry(id, "identity");
    return { ...state, key_password: keyPassword };
  },
});

async function deliver(
  planned: PlannedKeyEntry,
  takesPlace: boolean,
): Promise<EntryState & { readonly key_password: string | null }> {
  const { key_password: keyPassword } = planned;
  const state = await deliverEntry(planned, {
    kind: "identity",
    takesPlace,
    ...(keyPassword === null ? {} : { keyPassword }),
  });
  return { ...state, key_password: keyPassword };
}
