import { type Pipeline, text } from "./pipeline";
import type { ListenerState, ServerState } from "./state";

type Services = Readonly<Record<string, (request: Pipeline) => Pipeline>>;

/** `wm.server.net.listeners`: a port is found by its key and the package that it belongs to. */
export function listenerServices(state: ServerState): Services {
  const named = (request: Pipeline, pkg = "pkg") => {
    const listener = state.listeners.get(text(request, "listenerKey"));
    return listener?.fields["pkg"] === text(request, pkg) ? listener : undefined;
  };
  const failed = (message: string) => ({ status: "failed", message });
  const put = (request: Pipeline, listener: ListenerState, message: string) => {
    state.listeners.set(text(request, "listenerKey"), listener);
    return { status: "success", message };
  };
  const unknown = (request: Pipeline) =>
    failed(`${text(request, "listenerKey")} is not a listener of the package`);
  return {
    getListener: (request) => {
      const listener = named(request);
      return listener === undefined ? unknown(request) : { ...listener.fields };
    },
    addListener: (request) => {
      const key = `${text(request, "protocol")}Listener@${text(request, "port")}`;
      if (state.listeners.has(key)) return failed(`${key} exists`);
      state.listeners.set(key, {
        fields: fieldsOf(request, {}),
        listening: false,
        serves: "",
        access: "exclude",
      });
      return { status: "success", message: "added" };
    },
    updateListener: (request) => {
      const listener = named(request, "oldPkg");
      if (listener === undefined) return unknown(request);
      if (listener.listening) return failed("the port has to be disabled first");
      return put(request, { ...listener, fields: fieldsOf(request, listener.fields) }, "updated");
    },
    enableListener: (request) => {
      const listener = named(request);
      if (listener === undefined) return unknown(request);
      const store = state.stores.get(`key/${listener.fields["keyStore"] ?? ""}`);
      if (listener.fields["ssl"] === "true" && store?.isLoaded !== true)
        return failed("no keystore is loaded");
      return put(request, { ...listener, listening: true, serves: store?.contents ?? "" }, "enabled");
    },
    disableListener: (request) => {
      const listener = named(request);
      if (listener === undefined) return unknown(request);
      if (listener.fields["primary"] === "true") return failed("the primary port cannot be disabled");
      return put(request, { ...listener, listening: false, serves: "" }, "disabled");
    },
    deleteListener: (request) => {
      const listener = named(request);
      if (listener === undefined || listener.listening) return unknown(request);
      state.listeners.delete(text(request, "listenerKey"));
      return { status: "success", message: "deleted" };
    },
  };
}

/** `wm.server.ports`. */
export function portServices(state: ServerState): Services {
  return {
    listListeners: () => ({
      listeners: [...state.listeners].map(([key, { fields, listening, access }]) => ({
        ...fields,
        key,
        listening: String(listening),
        accessMode: access === "include" ? "Allow" : "Deny",
      })),
    }),
  };
}

/** `wm.server.portAccess`: a port's access mode, by the listener's key. */
export function portAccessServices(state: ServerState): Services {
  return {
    getPort: (request) => {
      const type = state.listeners.get(text(request, "port"))?.access;
      return type === undefined ? { message: "no such port" } : { type };
    },
    setType: (request) => {
      const key = text(request, "port");
      const listener = state.listeners.get(key);
      const access = text(request, "type");
      if (listener === undefined || (access !== "include" && access !== "exclude"))
        return { message: "no such port" };
      state.listeners.set(key, { ...listener, access });
      return { message: "changed" };
    },
  };
}

/** A port's fields after a request: what is left out stays as it was. */
function fieldsOf(request: Pipeline, known: Readonly<Record<string, string>>): Record<string, string> {
  const fields = { ...known };
  for (const name of Object.keys(request)) if (!NOT_FIELDS.has(name)) fields[name] = text(request, name);
  return fields;
}

const NOT_FIELDS = new Set(["listenerKey", "oldPkg", "factoryKey", "operation", "listening", "primary"]);
