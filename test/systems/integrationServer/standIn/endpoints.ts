import { type Pipeline, asPipeline, text } from "./pipeline";
import type { ServerState } from "./state";

/** `wm.server.ws`: consumer endpoint aliases. What a request leaves out is lost. */
export function endpointServices(
  state: ServerState,
): Readonly<Record<string, (request: Pipeline) => Pipeline>> {
  return {
    listAllConsumerEndpoints: () => ({
      endpoints: [...state.endpoints].map(([alias, endpoint]) => ({
        alias,
        transportInfo: { transportType: text(asPipeline(endpoint["transportInfo"]), "transportType") },
      })),
    }),
    getConsumerEndpoint: (request) => {
      const endpoint = state.endpoints.get(text(request, "alias"));
      if (endpoint === undefined) return { message: "Endpoint alias does not exist" };
      const transportInfo = asPipeline(endpoint["transportInfo"]);
      const shown = "password" in transportInfo ? { password: "******" } : {};
      return { endpoint: { ...endpoint, transportInfo: { ...transportInfo, ...shown } } };
    },
    addConsumerEndpoint: (request) => {
      const { oldAlias, ...endpoint } = request;
      const alias = text(request, "alias");
      const transport = asPipeline(request["transportInfo"]);
      if (!/^[A-Za-z0-9_]+$/.test(alias))
        return { status: "FAILURE", message: "Alias has illegal characters" };
      if (!["HTTP", "HTTPS"].includes(text(transport, "transportType"))) return { message: "No transport" };
      if (oldAlias === undefined && state.endpoints.has(alias))
        return { message: "Endpoint alias already exists" };
      if (oldAlias !== undefined && !state.endpoints.delete(text(request, "oldAlias")))
        return { message: "Endpoint alias does not exist" };
      state.endpoints.set(alias, endpoint);
      return { message: "Endpoint alias saved" };
    },
    deleteConsumerEndpoint: (request) => {
      const endpoint = state.endpoints.get(text(request, "alias"));
      const type = text(asPipeline(endpoint?.["transportInfo"]), "transportType");
      if (endpoint === undefined || type !== text(request, "transportType"))
        return { message: "Endpoint alias does not exist" };
      state.endpoints.delete(text(request, "alias"));
      return { message: "Endpoint alias deleted" };
    },
  };
}
