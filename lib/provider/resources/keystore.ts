import { noOwnership } from "../../hosts";
import { convertStore, createStore, PROFILES, type Store } from "../../keystore";
import type { StoreProfile } from "../../model";
import { isOurs } from "../entryPlacement";
import { badImportId, inStore, storeForeign, storeMissing } from "../errors";
import { checkEach, formatId, oneOf, parseImportId, storeAttributes, storeChecks } from "../location";
import {
  type ApplyOf,
  computed,
  defaulted,
  defineResource,
  isKnown,
  required,
  type StateOf,
} from "../protocol";
import { type Secret, secret, secretForRefresh } from "../secrets";
import type { StoreDraft } from "../storeDraft";
import { openSession } from "../storeSession";

const attributes = {
  id: computed.string("Host and path."),
  ...storeAttributes,
  profile: required.string("Encoding: `jks`, or PKCS12 as `modern`, `compat` or `jdk-legacy`."),
  if_missing: defaulted.string("create", "Whether a store that is missing is created, or refused (`fail`).", {
    quiet: true,
  }),
  created: computed.bool("Whether the file is ours, and goes when nothing of somebody else's is left in it."),
};

/** A JKS or PKCS12 file: created where it is missing, adopted where it is there. */
export const keystoreResource = defineResource({
  typeName: "trust_keystore",
  description: "A JKS or PKCS12 store. Entries that are not declared stay as they are.",
  version: 0,
  attributes,

  validate: (config) =>
    checkEach(config, {
      ...storeChecks,
      profile: oneOf(Object.keys(PROFILES)),
      if_missing: oneOf(["create", "fail"]),
    }),

  plan: ({ host, path, profile }, prior) => ({
    ...(isKnown(host) && isKnown(path) ? { id: formatId(host, path) } : {}),
    // An imported store may be in none of our profiles; it is not ours to re-encode.
    ...(prior?.created === false && !isProfile(prior.profile) ? { profile: prior.profile } : { profile }),
  }),

  create: async (planned) => {
    const { host, path, profile } = planned;
    const password = secret(planned.password);
    const session = await openSession(host, path);
    let created = false;
    await session.change(password, ({ store, ownership }) => {
      if (store === undefined && planned.if_missing === "fail") throw storeMissing(path);
      const next =
        store === undefined
          ? { store: createStore(asProfile(profile)), ownership: { ...noOwnership, created: true } }
          : { store: adopt(path, { store, ownership }, asProfile(profile), password), ownership };
      created = next.ownership.created;
      return next;
    });
    return completed(planned, created);
  },

  read: async (state, context) => {
    const password = secretForRefresh(state.password, context);
    if (password === undefined) return state;
    const session = await openSession(state.host, state.path);
    const { store, ownership } = await session.read(password);
    if (store === undefined) return undefined;
    const profile = ownership.created || state.profile === "" ? store.profile : state.profile;
    return { ...state, profile, created: ownership.created };
  },

  update: async (planned, prior) => {
    const { host, path, profile } = planned;
    const password = secret(planned.password);
    const session = await openSession(host, path);
    await session.change(password, ({ store, ownership }) => {
      if (store === undefined) throw storeMissing(path);
      const changed =
        profile === prior.profile ? store : encode(path, { store, ownership }, asProfile(profile), password);
      return { store: changed, ownership };
    });
    return completed(planned, prior.created);
  },

  destroy: async (state, context) => {
    const session = await openSession(state.host, state.path);
    if (!(await session.exists())) {
      context.warn(`${state.path} was gone already`, "There was nothing to remove.");
      return;
    }
    if (!state.created) return;
    await session.change(secret(state.password), ({ store, ownership }) => {
      if (store === undefined) return { ownership: noOwnership };
      const foreign = store.entries.filter((entry) => !isOurs(ownership, entry.alias, entry));
      if (foreign.length === 0 && ownership.created) return { ownership: noOwnership };
      const aliases = foreign.map(({ alias }) => `"${alias}"`).join(", ");
      context.warn(`${state.path} was left in place`, `It holds entries that are not ours: ${aliases}.`);
      return { store, ownership: { ...ownership, created: false } };
    });
  },

  import: async (id) => {
    const form = "HOST:PATH?password=env:NAME";
    const { host, path, password } = parseImportId(id, form);
    if (password === undefined) throw badImportId(id, form);
    return {
      id: formatId(host, path),
      host,
      path,
      password,
      profile: "",
      if_missing: "create",
      created: false,
    };
  },
});

type Planned = ApplyOf<typeof attributes>;

function completed(planned: Planned, created: boolean): StateOf<typeof attributes> {
  return {
    ...planned,
    id: formatId(planned.host, planned.path),
    if_missing: isKnown(planned.if_missing) ? planned.if_missing : "create",
    created,
  };
}

/** The store in the declared profile, where it is ours to re-encode. */
function encode(
  path: string,
  { store, ownership }: OpenDraft,
  profile: StoreProfile,
  password: Secret,
): Store {
  if (store.profile === profile) return store;
  if (!ownership.created) throw storeForeign(path, describeStore(store), profile);
  return inStore(path, password.reference, () => convertStore(store, profile, { store: password.value }));
}

/** One that is not ours keeps its own algorithms when it is adopted, as long as the format is the declared one. */
function adopt(path: string, draft: OpenDraft, profile: StoreProfile, password: Secret): Store {
  const { store, ownership } = draft;
  const fits = !ownership.created && store.format === PROFILES[profile].format;
  return fits ? store : encode(path, draft, profile, password);
}

type OpenDraft = StoreDraft & { readonly store: Store };

function describeStore({ format, profile }: Store): string {
  return profile === format ? format.toUpperCase() : `${format.toUpperCase()} in the profile ${profile}`;
}

function isProfile(profile: string): profile is StoreProfile {
  return Object.hasOwn(PROFILES, profile);
}

function asProfile(profile: string): StoreProfile {
  if (!isProfile(profile)) throw new RangeError(`"${profile}" is no profile`);
  return profile;
}
