import { parseSecretReference } from "../../hosts";
import { checkGeneration } from "../claims/generation";
import { relocate } from "../configuration";
import { checkEach } from "../location";
import { defineResource, isKnown, optional, type Unknown } from "../protocol";
import {
  deliverEntry,
  destroyEntry,
  entryAttributes,
  entryChecks,
  type EntryKind,
  type EntryState,
  foreseeEntry,
  foreseeEntryDestroy,
  importEntry,
  planEntry,
  type PlannedEntry,
  refreshEntry,
  upgradeEntry,
} from "./entry";

const attributes = {
  ...entryAttributes,
  key_password: optional.string("Reference to the key's password, where it is not the store's."),
};

const key: EntryKind = { kind: "identity", typeName: "trust_key_entry" };

interface PlannedKeyEntry extends PlannedEntry {
  readonly key_password: string | null;
}

/** A private key with its certificate chain in a store. */
export const keyEntryResource = defineResource({
  typeName: key.typeName,
  description:
    "Puts a private key with its certificate chain into a store. Neither plan nor state holds the key.",
  version: 1,
  attributes,
  validate: (config) => [
    ...checkEach(config, { ...entryChecks, key_password: parseSecretReference }),
    ...checkGeneration(config),
  ],
  upgrade: (state) => ({
    ...upgradeEntry(state, "identity"),
    key_password: state.key_password === null ? null : relocate(state.key_password),
  }),
  plan: planEntry,
  foresee: (planned, prior) => foreseeEntry(planned, prior, keyUnder(planned.key_password)),
  foreseeDestroy: foreseeEntryDestroy,
  create: (planned) => deliver(planned, undefined),
  read: (state, context) => refreshEntry(state, "identity", context),
  update: deliver,
  destroy: destroyEntry,
  import: async (id) => {
    const { keyPassword, ...state } = await importEntry(id, key);
    return { ...state, key_password: keyPassword };
  },
});

async function deliver(
  planned: PlannedKeyEntry,
  prior: EntryState | undefined,
): Promise<EntryState & { readonly key_password: string | null }> {
  const { key_password: keyPassword } = planned;
  const state = await deliverEntry(planned, prior, keyUnder(keyPassword));
  return { ...state, key_password: keyPassword };
}

function keyUnder(keyPassword: string | Unknown | null): EntryKind {
  return isKnown(keyPassword) && keyPassword !== null ? { ...key, keyPassword } : key;
}
