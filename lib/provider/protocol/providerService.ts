import { Call, type Served, served } from "./calls";
import { changeCalls } from "./changeCalls";
import { fromError, toWire } from "./diagnostics";
import { decodeValues } from "./dynamicValue";
import { readingCalls } from "./readingCalls";
import type { ConfigureRequest, TypedConfigRequest } from "./requests";
import type { Provider } from "./resource";
import { describeSchema, Unknown } from "./schema";
import type { services } from "./wire";

/** The methods of `tfplugin6.Provider`; what they are sent depends on which it is. */
export type ProviderService = Readonly<
  Record<keyof (typeof services)["tfplugin6.Provider"], (request: never) => Promise<object>>
>;

/**
 * The `tfplugin6.Provider` service for a provider's resources. None of its methods rejects: a failure reaches the
 * person as a diagnostic, not as a broken call.
 *
 * @param stop aborted by StopProvider
 */
export function providerService(provider: Provider, stop: AbortController): ProviderService {
  const all = served(provider, stop);
  const methods: ProviderService = {
    ...schemaCalls(provider),
    ...configurationCalls(all),
    ...readingCalls(all),
    ...changeCalls(all),
  };
  const answering = Object.entries(methods).map(([name, method]) => [name, tellingFailure(method)]);
  return Object.fromEntries(answering) as ProviderService;
}

/** What the provider serves. */
function schemaCalls(provider: Provider) {
  return {
    GetMetadata: async (): Promise<object> => ({
      server_capabilities: serverCapabilities,
      resources: provider.resources.map(({ typeName }) => ({ type_name: typeName })),
      data_sources: provider.dataSources.map(({ typeName }) => ({ type_name: typeName })),
    }),

    GetProviderSchema: async (): Promise<object> => ({
      server_capabilities: serverCapabilities,
      provider: describeSchema(provider.version, provider.description, provider.attributes),
      resource_schemas: Object.fromEntries(
        provider.resources.map((one) => [
          one.typeName,
          describeSchema(one.version, one.description, one.attributes),
        ]),
      ),
      data_source_schemas: Object.fromEntries(
        provider.dataSources.map((one) => [one.typeName, describeSchema(0, one.description, one.attributes)]),
      ),
    }),
  };
}

const serverCapabilities = { plan_destroy: true, get_provider_schema_optional: true };

/** What is declared, and the end of the work. */
function configurationCalls(all: Served) {
  const { provider, resource, dataSource, stop } = all;
  return {
    ValidateProviderConfig: async (): Promise<object> => ({}),

    ConfigureProvider: async (request: ConfigureRequest): Promise<object> => {
      const call = new Call(all);
      const block = decodeValues(request.config, provider.attributes) ?? {};
      // What is not known yet, while a plan is made, is as good as not given.
      const known = Object.entries(block).map(([name, value]) => [
        name,
        value instanceof Unknown ? null : value,
      ]);
      await call.attempt("configure the provider", () => provider.configure(Object.fromEntries(known)));
      return { diagnostics: call.diagnostics };
    },

    StopProvider: async (): Promise<object> => {
      stop.abort();
      return { error: "" };
    },

    ValidateResourceConfig: async (request: TypedConfigRequest): Promise<object> => {
      const type = resource(request.type_name);
      const config = decodeValues(request.config, type.attributes) ?? {};
      return { diagnostics: (type.validate?.(config) ?? []).map(toWire) };
    },

    ValidateDataResourceConfig: async (request: TypedConfigRequest): Promise<object> => {
      const type = dataSource(request.type_name);
      const config = decodeValues(request.config, type.attributes) ?? {};
      return { diagnostics: (type.validate?.(config) ?? []).map(toWire) };
    },
  };
}

function tellingFailure<Request>(method: (request: Request) => Promise<object>) {
  return async (request: Request): Promise<object> => {
    try {
      return await method(request);
    } catch (error) {
      return { diagnostics: [toWire(fromError(error, "answer Terraform"))] };
    }
  };
}
