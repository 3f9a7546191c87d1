import { claimIdOfVersion1, claimsOf, contentOfStore, findClaim, withoutClaims } from "../../hosts";
import { createStore, parseReader, PROFILES } from "../../keystore";
import { TrustError } from "../../model";
import { refuseOtherEnvironment } from "../claims/environment";
import {
  claimantOf,
  claimAttributes,
  claimChecks,
  claimedRow,
  type ClaimRow,
  importedRow,
  plannedContent,
  refreshedOwner,
  upgradedRow,
} from "../claims/row";
import { claimStore, isEndedHalfway, requireAgreement, requireCreatable } from "../claims/storeClaim";
import { relocate } from "../configuration";
import { badImportId, storeMissing } from "../errors";
import { checkEach, formatId, oneOf, parseImportId, storeAttributes, storeChecks } from "../location";
import {
  type ApplyOf,
  computed,
  defaulted,
  defineResource,
  isKnown,
  type PlanOf,
  required,
  type StateOf,
} from "../protocol";
import { secret, secretForPlan, secretForRefresh, secretIfAtHand } from "../secrets";
import { openSession } from "../storeSession";
import { foreseeWritable } from "../writable";
import { asProfile, isKeptAsItIs, isProfile, refreshedProfile, storeInProfile } from "./keystoreProfile";
import { ANY_JAVA, readerOf, requireOpenable } from "./keystoreReader";

const typeName = "trust_keystore";

const attributes = {
  id: computed.string("Host and path."),
  ...storeAttributes,
  profile: required.string(
    "Encoding: `jks`, or PKCS12 as `modern`, `compat` or `jdk-legacy`. Stacks that share a store declare the same.",
  ),
  if_missing: defaulted.string("create", "Whether a store that is missing is created, or refused (`fail`).", {
    quiet: true,
  }),
  reader: defaulted.string(
    ANY_JAVA,
    "What opens the store, for example `java 25`; it decides which passwords a new encoding can be under.",
    { quiet: true },
  ),
  created: computed.bool("Whether the file is ours, and goes when nothing of somebody else's is left in it."),
  ...claimAttributes,
};

/** A JKS or PKCS12 file: created where it is missing, adopted where it is there. */
export const keystoreResource = defineResource({
  typeName,
  description: "A JKS or PKCS12 store. Entries that are not declared stay as they are.",
  version: 1,
  attributes,

  validate: (config) =>
    checkEach(config, {
      ...storeChecks,
      ...claimChecks,
      profile: oneOf(Object.keys(PROFILES)),
      if_missing: oneOf(["create", "fail"]),
      reader: parseReader,
    }),

  upgrade: (state) => {
    const host = relocate(state.host ?? "");
    const path = state.path ?? "";
    return {
      ...upgradedRow(claimIdOfVersion1({ kind: "store" })),
      id: formatId(host, path),
      host,
      path,
      password: relocate(state.password ?? ""),
      profile: state.profile ?? "",
      if_missing: state.if_missing ?? "create",
      reader: state.reader ?? ANY_JAVA,
      created: state.created ?? false,
    };
  },

  plan: async (planned, prior) => {
    const { host, path } = planned;
    // An imported store may be in none of our profiles; it is not ours to re-encode.
    const profile = prior !== undefined && isKeptAsItIs(prior) ? prior.profile : planned.profile;
    const content = typeof profile === "string" ? contentOfStore(profile) : undefined;
    return {
      ...(isKnown(host) && isKnown(path) ? { id: formatId(host, path) } : {}),
      profile,
      content: plannedContent(prior, content, prior?.profile === profile),
      ...(prior === undefined ? await adopted(planned) : {}),
    };
  },

  foresee: async (planned, prior, context) => {
    const { host, path, password: reference, profile, if_missing: ifMissing } = planned;
    await foreseeWritable({ host, path });
    if (!isKnown(host) || !isKnown(path) || !isKnown(reference)) return;
    const password = secretForPlan(reference);
    if (password === undefined) return;
    const session = await openSession(host, path);
    const { store, ownership, isUnderFormer } = await session.read(password);
    if (isUnderFormer) {
      context.warn(
        `${path} will be re-keyed`,
        `The store, and every key in it that ${session.passwordChange?.from ?? "the former password"} opens, is put under ` +
          `${reference}. Whatever opens it must have that one when it is started again.`,
      );
    }
    if (prior === undefined && store === undefined) {
      requireCreatable(path, ownership, isKnown(ifMissing) ? ifMissing : "create");
    }
    if (!isProfile(profile)) return;
    if (store !== undefined)
      requireAgreement(path, ownership, profile, claimantOf(typeName, prior?.claim ?? ""));
    const made =
      store === undefined ? profile : storeInProfile(path, { store, ownership }, profile, password).profile;
    if (made !== store?.profile) requireOpenable(path, password, profile, readerOf(planned.reader));
  },

  foreseeDestroy: async ({ host, path, claim, password }) => {
    const session = await openSession(host, path);
    if (!(await session.exists()) || findClaim(await session.ownership(), claim) === undefined) return;
    await foreseeWritable({ host, path });
    secretForPlan(password);
  },

  create: async (planned) => {
    const { host, path, profile } = planned;
    const password = secret(planned.password);
    const row = claimedRow(planned, contentOfStore(profile));
    const claimant = claimantOf(typeName, row.claim);
    const session = await openSession(host, path);
    let created = false;
    await session.change(password, ({ store, ...draft }) => {
      if (store === undefined) {
        requireCreatable(path, draft.ownership, isKnown(planned.if_missing) ? planned.if_missing : "create");
      }
      requireAgreement(path, draft.ownership, profile, claimant);
      const ownership = store === undefined ? { ...draft.ownership, created: true } : draft.ownership;
      created = ownership.created;
      return {
        ...draft,
        store:
          store === undefined
            ? createStore(asProfile(profile))
            : storeInProfile(path, { ...draft, store }, asProfile(profile), password),
        ownership: claimStore(ownership, claimant, profile),
        reader: readerOf(planned.reader),
      };
    });
    return completed(planned, created, row);
  },

  read: async (state, context) => {
    const password = secretForRefresh(state.password, context);
    if (password === undefined) return state;
    const session = await openSession(state.host, state.path);
    const { store, ownership, isUnderFormer } = await session.read(password);
    if (store === undefined) {
      return isEndedHalfway(ownership, state.claim)
        ? { ...state, owner: refreshedOwner(state), profile: "", content: "" }
        : undefined;
    }
    const profile = refreshedProfile(state.profile, store, ownership.created);
    return {
      ...state,
      password: isUnderFormer ? (session.passwordChange?.from ?? state.password) : state.password,
      profile,
      created: ownership.created,
      owner: refreshedOwner(state),
      content: contentOfStore(profile),
    };
  },

  update: async (planned, prior) => {
    const { host, path, profile } = planned;
    const password = secret(planned.password);
    const row = claimedRow(planned, contentOfStore(profile));
    const claimant = claimantOf(typeName, row.claim);
    const session = await openSession(host, path);
    await session.change(password, ({ store, ...found }) => {
      const draft = { ...found, reader: readerOf(planned.reader) };
      if (store === undefined) {
        if (!isEndedHalfway(draft.ownership, row.claim)) throw storeMissing(path);
        const made = createStore(asProfile(profile));
        return { ...draft, store: made, ownership: claimStore(draft.ownership, claimant, profile) };
      }
      if (profile === prior.profile) return { ...draft, store };
      requireAgreement(path, draft.ownership, profile, claimant);
      return {
        ...draft,
        store: storeInProfile(path, { ...draft, store }, asProfile(profile), password),
        ownership: claimStore(draft.ownership, claimant, profile),
      };
    });
    return completed(planned, prior.created, row);
  },

  destroy: async (state, context) => {
    const { path } = state;
    const session = await openSession(state.host, path);
    const ownership = await session.ownership();
    if (!(await session.exists())) {
      context.warn(`${path} was gone already`, "There was nothing to remove.");
      if (!isEndedHalfway(ownership, state.claim)) return;
    }
    // Without a claim, as those have it that earlier versions adopted, there is nothing to give up.
    if (findClaim(ownership, state.claim) === undefined) return;
    await session.change(secret(state.password), (draft) => {
      const claim = findClaim(draft.ownership, state.claim);
      if (claim === undefined) return draft;
      const created = draft.ownership.created || state.on_destroy === "remove";
      const ownership = { ...withoutClaims(draft.ownership, [claim.id]), created };
      const left = claimsOf(ownership).length > 0 ? [] : (draft.store?.entries ?? []);
      if (left.length > 0 && created) {
        const aliases = left.map(({ alias }) => `"${alias}"`).join(", ");
        context.warn(`${path} was left in place`, `It holds entries that are not ours: ${aliases}.`);
      }
      return { ...draft, ownership };
    });
  },

  import: async (id) => {
    const form = "HOST:PATH?password=env:NAME";
    const { host, path, password } = parseImportId(id, form);
    if (password === undefined) throw badImportId(id, form);
    const row = importedRow();
    const session = await openSession(host, path);
    await session.change(secret(password), (draft) => {
      const { store, ownership } = draft;
      if (store === undefined) return draft;
      for (const { kind, owner } of claimsOf(ownership)) if (kind === "store") refuseOtherEnvironment(owner);
      const claimant = claimantOf(typeName, row.claim);
      return { ...draft, ownership: claimStore(ownership, claimant, store.profile, "imported") };
    });
    return {
      id: formatId(host, path),
      host,
      path,
      password,
      profile: "",
      if_missing: "create",
      reader: ANY_JAVA,
      created: false,
      ...row,
    };
  },
});

/** So that the plan does not read as if a store that is there already were made. */
async function adopted({
  host,
  path,
  password: reference,
}: Pick<PlanOf<typeof attributes>, "host" | "path" | "password">): Promise<{ readonly created?: false }> {
  if (!isKnown(host) || !isKnown(path) || !isKnown(reference)) return {};
  const password = secretIfAtHand(reference);
  if (password === undefined) return {};
  try {
    const { store, ownership } = await (await openSession(host, path)).read(password);
    return store !== undefined && !ownership.created ? { created: false } : {};
  } catch (error) {
    // The apply says what is wrong with it.
    if (error instanceof TrustError) return {};
    throw error;
  }
}

type Planned = ApplyOf<typeof attributes>;

function completed(planned: Planned, created: boolean, row: ClaimRow): StateOf<typeof attributes> {
  return {
    ...planned,
    id: formatId(planned.host, planned.path),
    if_missing: isKnown(planned.if_missing) ? planned.if_missing : "create",
    reader: isKnown(planned.reader) ? planned.reader : ANY_JAVA,
    created,
    ...row,
  };
}
