import type { ServiceDefinition } from "@grpc/grpc-js";
import { fromJSON } from "@grpc/proto-loader";

/**
 * Terraform's plugin protocol 6 and go-plugin's own services, as a table.
 *
 * Only field numbers, types and the method paths are on the wire; message names are ours. Enumerations are
 * written as `int32`, which has the same encoding. A trailing `[]` repeats, a leading `map ` maps strings.
 */
const messages = {
  Empty: {},
  DynamicValue: { msgpack: "1 bytes", json: "2 bytes" },
  Step: { attribute_name: "1 string", element_key_string: "2 string", element_key_int: "3 int64" },
  AttributePath: { steps: "1 Step[]" },
  Diagnostic: { severity: "1 int32", summary: "2 string", detail: "3 string", attribute: "4 AttributePath" },
  RawState: { json: "1 bytes", flatmap: "2 map string" },
  ServerCapabilities: {
    plan_destroy: "1 bool",
    get_provider_schema_optional: "2 bool",
    move_resource_state: "3 bool",
  },
  Schema: { version: "1 int64", block: "2 Block" },
  Block: {
    version: "1 int64",
    attributes: "2 Attribute[]",
    description: "4 string",
    description_kind: "5 int32",
    deprecated: "6 bool",
  },
  Attribute: {
    name: "1 string",
    type: "2 bytes",
    nested_type: "10 NestedType",
    description: "3 string",
    required: "4 bool",
    optional: "5 bool",
    computed: "6 bool",
    sensitive: "7 bool",
    description_kind: "8 int32",
    deprecated: "9 bool",
  },
  NestedType: { attributes: "1 Attribute[]", nesting: "3 int32" },
  TypeName: { type_name: "1 string" },
  Metadata: {
    server_capabilities: "1 ServerCapabilities",
    diagnostics: "2 Diagnostic[]",
    data_sources: "3 TypeName[]",
    resources: "4 TypeName[]",
  },
  ProviderSchema: {
    provider: "1 Schema",
    resource_schemas: "2 map Schema",
    data_source_schemas: "3 map Schema",
    diagnostics: "4 Diagnostic[]",
    server_capabilities: "6 ServerCapabilities",
  },
  ConfigRequest: { config: "1 DynamicValue" },
  TypedConfigRequest: { type_name: "1 string", config: "2 DynamicValue" },
  DiagnosticsResponse: { diagnostics: "1 Diagnostic[]" },
  LateDiagnosticsResponse: { diagnostics: "2 Diagnostic[]" },
  UpgradeRequest: { type_name: "1 string", version: "2 int64", raw_state: "3 RawState" },
  UpgradeResponse: { upgraded_state: "1 DynamicValue", diagnostics: "2 Diagnostic[]" },
  ConfigureRequest: { terraform_version: "1 string", config: "2 DynamicValue" },
  ReadRequest: { type_name: "1 string", current_state: "2 DynamicValue", private: "3 bytes" },
  ReadResponse: { new_state: "1 DynamicValue", diagnostics: "2 Diagnostic[]", private: "3 bytes" },
  PlanRequest: {
    type_name: "1 string",
    prior_state: "2 DynamicValue",
    proposed_new_state: "3 DynamicValue",
    config: "4 DynamicValue",
    prior_private: "5 bytes",
  },
  PlanResponse: {
    planned_state: "1 DynamicValue",
    requires_replace: "2 AttributePath[]",
    planned_private: "3 bytes",
    diagnostics: "4 Diagnostic[]",
  },
  ApplyRequest: {
    type_name: "1 string",
    prior_state: "2 DynamicValue",
    planned_state: "3 DynamicValue",
    config: "4 DynamicValue",
    planned_private: "5 bytes",
  },
  ApplyResponse: { new_state: "1 DynamicValue", private: "2 bytes", diagnostics: "3 Diagnostic[]" },
  ImportRequest: { type_name: "1 string", id: "2 string" },
  ImportedResource: { type_name: "1 string", state: "2 DynamicValue", private: "3 bytes" },
  ImportResponse: { imported_resources: "1 ImportedResource[]", diagnostics: "2 Diagnostic[]" },
  DataResponse: { state: "1 DynamicValue", diagnostics: "2 Diagnostic[]" },
  StopResponse: { error: "1 string" },
  StdioData: { channel: "1 int32", data: "2 bytes" },
  ConnInfo: { service_id: "1 uint32", network: "2 string", address: "3 string" },
  HealthRequest: { service: "1 string" },
  HealthResponse: { status: "1 int32" },
} as const;

/** Service, method, request and response; `stream` before a name where it is one. */
const services = {
  "tfplugin6.Provider": {
    GetMetadata: "Empty Metadata",
    GetProviderSchema: "Empty ProviderSchema",
    ValidateProviderConfig: "ConfigRequest LateDiagnosticsResponse",
    ValidateResourceConfig: "TypedConfigRequest DiagnosticsResponse",
    ValidateDataResourceConfig: "TypedConfigRequest DiagnosticsResponse",
    UpgradeResourceState: "UpgradeRequest UpgradeResponse",
    ConfigureProvider: "ConfigureRequest DiagnosticsResponse",
    ReadResource: "ReadRequest ReadResponse",
    PlanResourceChange: "PlanRequest PlanResponse",
    ApplyResourceChange: "ApplyRequest ApplyResponse",
    ImportResourceState: "ImportRequest ImportResponse",
    ReadDataSource: "TypedConfigRequest DataResponse",
    StopProvider: "Empty StopResponse",
  },
  "plugin.GRPCController": { Shutdown: "Empty Empty" },
  "plugin.GRPCStdio": { StreamStdio: "Empty stream:StdioData" },
  "plugin.GRPCBroker": { StartStream: "stream:ConnInfo stream:ConnInfo" },
  "grpc.health.v1.Health": { Check: "HealthRequest HealthResponse" },
} as const;

export type ServiceName = keyof typeof services;

/** Finds the definition that a gRPC server takes by a service's full name. */
export function loadServices(): (name: ServiceName) => ServiceDefinition {
  const loaded = fromJSON(
    { nested: { ...describeMessages(), ...describeServices() } },
    { keepCase: true, longs: Number, bytes: Buffer, defaults: true, arrays: true, objects: true },
  );
  return (name) => {
    const found = loaded[name];
    // Messages carry a format, services do not.
    if (found === undefined || "format" in found) throw new TypeError(`${name} is not a service`);
    return found;
  };
}

interface FieldDescription {
  readonly id: number;
  readonly type: string;
  readonly rule?: "repeated";
  readonly keyType?: "string";
}

function describeMessages(): Record<string, { fields: Record<string, FieldDescription> }> {
  return mapValues(messages, (fields) => ({
    fields: mapValues<string, FieldDescription>(fields, describeField),
  }));
}

function describeField(text: string): FieldDescription {
  const [id = "", ...rest] = text.split(" ");
  const type = rest.at(-1) ?? "";
  if (rest[0] === "map") return { id: Number(id), type, keyType: "string" };
  if (type.endsWith("[]")) return { id: Number(id), type: type.slice(0, -2), rule: "repeated" };
  return { id: Number(id), type };
}

/** A package, or a service in one. */
interface Scope {
  nested?: Record<string, Scope>;
  methods?: Record<string, object>;
}

function describeServices(): Record<string, Scope> {
  const root: Record<string, Scope> = {};
  for (const [fullName, methods] of Object.entries(services)) {
    const path = fullName.split(".");
    const name = path.pop() ?? "";
    let scope = root;
    for (const part of path) {
      const inner = (scope[part] ??= {});
      scope = inner.nested ??= {};
    }
    scope[name] = { methods: mapValues<string, object>(methods, describeMethod) };
  }
  return root;
}

function describeMethod(text: string): object {
  const [request = "", response = ""] = text.split(" ");
  return {
    requestType: request.replace("stream:", ""),
    requestStream: request.startsWith("stream:"),
    responseType: response.replace("stream:", ""),
    responseStream: response.startsWith("stream:"),
  };
}

function mapValues<T, U>(record: Readonly<Record<string, T>>, change: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
