import { parseSecretReference } from "../../hosts";
import { findEntry } from "../../keystore";
import { readArtifactStore } from "../artifact";
import { AS_DECLARED, keyStateOf } from "../entries";
import { relocate } from "../configuration";
import { checkEach } from "../location";
import { computed, defineResource, isKnown, optional, type Unknown } from "../protocol";
import {
  changesInPhases,
  checkRelying,
  foreseeTrust,
  relyingAttributes,
  type RelyingPlace,
  type Replacement,
  requireTrust,
} from "../relying";
import { secret, secretForRefresh, secretIfAtHand } from "../secrets";
import { checkGeneration } from "../claims/generation";
import { deliverEntry, destroyEntry, importEntry, refreshEntry } from "./entry";
import { deliveredEntry, foreseeEntry, foreseeEntryDestroy, planEntry } from "./entryPlan";
import {
  artifactAttributes,
  entryAttributes,
  entryChecks,
  type EntryKind,
  type EntryState,
  type PlannedEntry,
  upgradeEntry,
} from "./entryRow";

const attributes = {
  ...entryAttributes,
  ...artifactAttributes,
  key_password: optional.string("Reference to the key's password, where it is not the store's."),
  key_state: {
    ...computed.string(
      "Whether the key that is there opens with its password and belongs to its certificate.",
    ),
    default: AS_DECLARED,
  },
  ...relyingAttributes,
};

const key: EntryKind = { kind: "identity", typeName: "trust_key_entry" };

interface PlannedKeyEntry extends PlannedEntry {
  readonly artifact: string;
  readonly key_password: string | null;
  readonly relying: readonly RelyingPlace[] | Unknown;
  readonly phased: boolean | Unknown;
}

/** What a key's row remembers beside what every entry does. */
type KeyEntryState = EntryState & {
  readonly artifact: string;
  readonly key_password: string | null;
  readonly key_state: string;
  readonly relying: readonly RelyingPlace[];
  readonly phased: boolean;
};

/** A private key with its certificate chain in a store. */
export const keyEntryResource = defineResource({
  typeName: key.typeName,
  description:
    "Puts a private key with its certificate chain into a store. Neither plan nor state holds the key.",
  version: 1,
  attributes,
  validate: (config) => [
    ...checkEach(config, { ...entryChecks, key_password: parseSecretReference }),
    ...checkRelying(config.relying),
    ...checkGeneration(config),
  ],
  upgrade: (state) => ({
    ...upgradeEntry(state, "identity"),
    key_password: state.key_password === null ? null : relocate(state.key_password),
    key_state: AS_DECLARED,
    relying: [],
    phased: false,
  }),
  plan: planEntry,
  foresee: async (planned, prior, context) => {
    await foreseeEntry(planned, prior, keyUnder(planned.key_password));
    const { path, alias, artifact, password, sha256, content, relying } = planned;
    const { identity, phased } = planned;
    // Without an artifact or its password, this is a plan of somebody who looks at no host.
    if (!isKnown(path) || !isKnown(alias) || !isKnown(artifact) || !isKnown(password)) return;
    if (!isKnown(sha256) || !isKnown(content)) return;
    const known = { path, alias, artifact, password, sha256, relying, identity, phased };
    await foreseeTrust(replacementOf(known, prior), context);
  },
  foreseeDestroy: foreseeEntryDestroy,
  create: (planned) => deliver(planned, undefined),
  read: async (state, context) => {
    // Where the store's is not at hand, that is said once, and nothing is looked at.
    if (secretIfAtHand(state.password) === undefined) return refreshEntry(state, "identity", context);
    const keyPassword = secretForRefresh(state.key_password ?? state.password, context);
    const delivered = await deliveredEntry(state);
    return refreshEntry(state, "identity", context, (entry) =>
      keyPassword === undefined || entry.kind === "anchor"
        ? {}
        : { key_state: keyStateOf(entry, keyPassword.value, delivered) },
    );
  },
  update: async (planned, prior) => {
    await requireTrust(replacementOf(planned, prior));
    return deliver(planned, prior);
  },
  destroy: destroyEntry,
  import: async (id) => {
    const { keyPassword, ...state } = await importEntry(id, key);
    return { ...state, key_password: keyPassword, key_state: AS_DECLARED, relying: [], phased: false };
  },
});

async function deliver(planned: PlannedKeyEntry, prior: EntryState | undefined): Promise<KeyEntryState> {
  const { artifact, key_password: keyPassword, relying, phased } = planned;
  const state = await deliverEntry(planned, prior, keyUnder(keyPassword));
  return {
    ...state,
    artifact,
    key_password: keyPassword,
    key_state: AS_DECLARED,
    relying: isKnown(relying) ? relying : [],
    phased: isKnown(phased) && phased,
  };
}

function replacementOf(
  planned: Pick<
    PlannedKeyEntry,
    "path" | "alias" | "artifact" | "password" | "sha256" | "relying" | "identity" | "phased"
  >,
  prior: Pick<EntryState, "sha256"> | undefined,
): Replacement {
  const { path, alias, artifact, password, sha256, relying } = planned;
  return {
    what: `${path}: "${alias}"`,
    prior: prior?.sha256,
    next: sha256,
    relying,
    ...changesInPhases(planned),
    delivered: async () => {
      const entry = findEntry(await readArtifactStore(artifact, secret(password)), alias);
      return entry?.kind === "identity" ? entry.chain : [];
    },
  };
}

function keyUnder(keyPassword: string | Unknown | null): EntryKind {
  return isKnown(keyPassword) && keyPassword !== null ? { ...key, keyPassword } : key;
}
