import { type Pipeline, text, texts } from "./pipeline";
import type { ServerState, StoreState } from "./state";

/** `wm.server.security.keystore`, as the pages of WmRoot 9.12 call it. */
export function keystoreServices(
  state: ServerState,
): Readonly<Record<string, (request: Pipeline) => Pipeline>> {
  const key = (request: Pipeline) => `${text(request, "type")}/${text(request, "keyStoreName")}`;
  const list = (type: string) =>
    [...state.stores.values()].filter((store) => store.type === type).map(listed);
  return {
    listKeyStores: () => ({ keyStores: list("key") }),
    listTrustStores: () => ({ trustStores: list("trust") }),
    getKeyStore: (request) => {
      const store = state.stores.get(key(request));
      if (store === undefined) return { isError: "true", message: "Alias does not exist" };
      return {
        keyStore: {
          ...listed(store),
          isHsm: "false",
          configuredKeyAliases: usable(state, store).map((keyAlias) => ({ keyAlias, nullPassword: "false" })),
        },
      };
    },
    createStore: (request) => {
      const known = state.stores.get(key(request));
      const mode = text(request, "mode");
      if (!["add", "edit", "edit_add", "edit_edit"].includes(mode))
        return { message: `Unknown mode ${mode}` };
      const isEdit = mode === "edit" || mode === "edit_edit";
      if (isEdit && known === undefined) return { message: "Alias does not exist" };
      const passwordChanged = !isEdit || text(request, "keyStorePasswordChanged") === "true";
      const moved = known?.location !== text(request, "keyStoreLocation");
      const store = {
        type: text(request, "type"),
        name: text(request, "keyStoreName"),
        description: text(request, "keyStoreDescription"),
        storeType: text(request, "keyStoreType"),
        provider: text(request, "keyStoreProvider"),
        location: text(request, "keyStoreLocation"),
        password: passwordChanged ? text(request, "keyStorePassword") : (known?.password ?? ""),
        keys: keysOf(request, moved ? {} : (known?.keys ?? {})),
      };
      state.stores.set(key(request), loaded(state, store));
      return { message: "Keystore alias saved" };
    },
    refreshStore: (request) => {
      const store = state.stores.get(key(request));
      if (store === undefined) return { message: "Alias does not exist" };
      state.stores.set(key(request), loaded(state, store));
      return { message: "Keystore alias reloaded" };
    },
    deleteStore: (request) =>
      state.stores.delete(key(request)) ? { message: "Deleted" } : { message: "Alias does not exist" },
  };
}

/**
 * Arrays are read under `…List`; without them `pkAliases` is one string. A key that is not named is forgotten, and of
 * one whose bit is not set the password stays.
 */
function keysOf(request: Pipeline, known: Readonly<Record<string, string>>): Record<string, string> {
  const aliases = texts(request, "pkAliasesList") ?? [text(request, "pkAliases")];
  const passwords = texts(request, "pkPasswordsList") ?? [text(request, "pkPasswords")];
  const changed = text(request, "bitarray").split(",");
  return Object.fromEntries(
    aliases
      .map(
        (alias, index) => [alias, (changed[index] === "1" ? passwords[index] : known[alias]) ?? ""] as const,
      )
      .filter(([alias]) => alias !== ""),
  );
}

function loaded(state: ServerState, store: Omit<StoreState, "isLoaded" | "contents">): StoreState {
  const file = state.files.get(store.location);
  const isLoaded = file !== undefined && file.password === store.password;
  return { ...store, isLoaded, contents: isLoaded ? file.contents : "" };
}

/** Keys that the server can use: those in the file whose passwords it knows. */
function usable(state: ServerState, store: StoreState): string[] {
  const inFile = state.files.get(store.location)?.keys ?? {};
  return Object.entries(store.keys).flatMap(([alias, password]) =>
    inFile[alias] === password && store.isLoaded ? [alias] : [],
  );
}

function listed(store: StoreState): Pipeline {
  return {
    keyStoreName: store.name,
    keyStoreDescription: store.description,
    keyStoreType: store.storeType,
    keyStoreProvider: store.provider,
    keyStoreLocation: store.location,
    ...(store.isLoaded
      ? { isLoaded: "true" }
      : { isLoaded: "false", errorMessage: `Keystore was tampered with, or password was incorrect` }),
  };
}
