/**
 * Terraform's plugin protocol 6 and go-plugin's own services, as tables: what we read of what Terraform sends, and
 * what we write.
 *
 * Only field numbers, types and the method paths are on the wire; message names are ours. Enumerations are
 * written as `int32`, which has the same encoding. A trailing `[]` repeats, a leading `map ` maps strings. Fields that
 * we have no use for are left out, and skipped where they are sent.
 */

/** Messages that are read. */
export const requests = {
  Empty: {},
  DynamicValue: { msgpack: "1 bytes", json: "2 bytes" },
  RawState: { json: "1 bytes" },
  ConfigRequest: { config: "1 DynamicValue" },
  TypedConfigRequest: { type_name: "1 string", config: "2 DynamicValue" },
  UpgradeRequest: { type_name: "1 string", version: "2 int64", raw_state: "3 RawState" },
  ConfigureRequest: { config: "2 DynamicValue" },
  ReadRequest: { type_name: "1 string", current_state: "2 DynamicValue", private: "3 bytes" },
  PlanRequest: {
    type_name: "1 string",
    prior_state: "2 DynamicValue",
    proposed_new_state: "3 DynamicValue",
    config: "4 DynamicValue",
    prior_private: "5 bytes",
  },
  ApplyRequest: {
    type_name: "1 string",
    prior_state: "2 DynamicValue",
    planned_state: "3 DynamicValue",
    planned_private: "5 bytes",
  },
  ImportRequest: { type_name: "1 string", id: "2 string" },
} as const satisfies MessageTable;

/** Messages that are written. */
export const responses = {
  Empty: {},
  DynamicValue: { msgpack: "1 bytes" },
  Step: { attribute_name: "1 string" },
  AttributePath: { steps: "1 Step[]" },
  Diagnostic: { severity: "1 int32", summary: "2 string", detail: "3 string", attribute: "4 AttributePath" },
  ServerCapabilities: { plan_destroy: "1 bool", get_provider_schema_optional: "2 bool" },
  Schema: { version: "1 int64", block: "2 Block" },
  Block: { version: "1 int64", attributes: "2 Attribute[]", description: "4 string" },
  Attribute: {
    name: "1 string",
    type: "2 bytes",
    nested_type: "10 NestedType",
    description: "3 string",
    required: "4 bool",
    optional: "5 bool",
    computed: "6 bool",
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
  DiagnosticsResponse: { diagnostics: "1 Diagnostic[]" },
  LateDiagnosticsResponse: { diagnostics: "2 Diagnostic[]" },
  UpgradeResponse: { upgraded_state: "1 DynamicValue", diagnostics: "2 Diagnostic[]" },
  ReadResponse: { new_state: "1 DynamicValue", diagnostics: "2 Diagnostic[]", private: "3 bytes" },
  PlanResponse: {
    planned_state: "1 DynamicValue",
    requires_replace: "2 AttributePath[]",
    planned_private: "3 bytes",
    diagnostics: "4 Diagnostic[]",
  },
  ApplyResponse: { new_state: "1 DynamicValue", private: "2 bytes", diagnostics: "3 Diagnostic[]" },
  ImportedResource: { type_name: "1 string", state: "2 DynamicValue" },
  ImportResponse: { imported_resources: "1 ImportedResource[]", diagnostics: "2 Diagnostic[]" },
  DataResponse: { state: "1 DynamicValue", diagnostics: "2 Diagnostic[]" },
  StopResponse: { error: "1 string" },
  HealthResponse: { status: "1 int32" },
} as const satisfies MessageTable;

/** What each method is sent and answers, by service. */
export const services = {
  "tfplugin6.Provider": {
    GetMetadata: ["Empty", "Metadata"],
    GetProviderSchema: ["Empty", "ProviderSchema"],
    ValidateProviderConfig: ["ConfigRequest", "LateDiagnosticsResponse"],
    ValidateResourceConfig: ["TypedConfigRequest", "DiagnosticsResponse"],
    ValidateDataResourceConfig: ["TypedConfigRequest", "DiagnosticsResponse"],
    UpgradeResourceState: ["UpgradeRequest", "UpgradeResponse"],
    ConfigureProvider: ["ConfigureRequest", "DiagnosticsResponse"],
    ReadResource: ["ReadRequest", "ReadResponse"],
    PlanResourceChange: ["PlanRequest", "PlanResponse"],
    ApplyResourceChange: ["ApplyRequest", "ApplyResponse"],
    ImportResourceState: ["ImportRequest", "ImportResponse"],
    ReadDataSource: ["TypedConfigRequest", "DataResponse"],
    StopProvider: ["Empty", "StopResponse"],
  },
  "plugin.GRPCController": { Shutdown: ["Empty", "Empty"] },
  "grpc.health.v1.Health": { Check: ["Empty", "HealthResponse"] },
} as const satisfies Record<string, Record<string, readonly [RequestName, ResponseName]>>;

/** Terraform opens both and expects them to stay open and silent. */
export const silentStreams: readonly string[] = [
  "/plugin.GRPCStdio/StreamStdio",
  "/plugin.GRPCBroker/StartStream",
];

export type RequestName = keyof typeof requests;
export type ResponseName = keyof typeof responses;
export type ServiceName = keyof typeof services;

/** Fields by name, by message. */
export type MessageTable = Readonly<Record<string, Readonly<Record<string, string>>>>;
