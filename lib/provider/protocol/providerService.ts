import type { UntypedServiceImplementation, sendUnaryData, ServerUnaryCall } from "@grpc/grpc-js";
import { completeRow } from "./completeRow";
import { fromError, toWire, type WireDiagnostic } from "./diagnostics";
import { decodeJson, decodeValues, encodeValues, requireComplete } from "./dynamicValue";
import { notImportable, stopped, unknownType } from "./errors";
import { isDestroying } from "./parentCommand";
import { planChange } from "./planChange";
import type { AnyDataSourceType, AnyResourceType, CallContext, Provider, Values } from "./resource";
import type {
  ApplyRequest,
  ConfigureRequest,
  ImportRequest,
  PlanRequest,
  ReadRequest,
  TypedConfigRequest,
  UpgradeRequest,
} from "./requests";
import { describeSchema, Unknown } from "./schema";

/** The `tfplugin6.Provider` service for a provider's resources. `stop` is aborted by StopProvider. */
export function providerService(provider: Provider, stop: AbortController): UntypedServiceImplementation {
  const served: Served = {
    provider,
    resource: finder(provider.resources),
    dataSource: finder(provider.dataSources),
    stop,
  };
  return {
    ...schemaCalls(provider),
    ...configurationCalls(served),
    ...changeCalls(served),
    ...readingCalls(served),
  };
}

/** What the calls have in common. */
interface Served {
  readonly provider: Provider;
  readonly resource: (typeName: string) => AnyResourceType;
  readonly dataSource: (typeName: string) => AnyDataSourceType;
  readonly stop: AbortController;
}

/** What the provider serves. */
function schemaCalls(provider: Provider): UntypedServiceImplementation {
  return {
    GetMetadata: unary(async () => ({
      server_capabilities: serverCapabilities,
      resources: provider.resources.map(({ typeName }) => ({ type_name: typeName })),
      data_sources: provider.dataSources.map(({ typeName }) => ({ type_name: typeName })),
    })),

    GetProviderSchema: unary(async () => ({
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
    })),
  };
}

/** What is declared, and the end of the work. */
function configurationCalls({ provider, resource, dataSource, stop }: Served): UntypedServiceImplementation {
  return {
    ValidateProviderConfig: unary(async () => ({})),
    ConfigureProvider: unary(async (request: ConfigureRequest) => {
      const { diagnostics } = startCall(stop);
      const block = decodeValues(request.config, provider.attributes) ?? {};
      // What is not known yet, while a plan is made, is as good as not given.
      const known = Object.entries(block).map(([name, value]) => [
        name,
        value instanceof Unknown ? null : value,
      ]);
      await attempt(diagnostics, "configure the provider", async () =>
        provider.configure(Object.fromEntries(known)),
      );
      return { diagnostics };
    }),

    StopProvider: unary(async () => {
      stop.abort();
      return { error: "" };
    }),

    ValidateResourceConfig: unary(async (request: TypedConfigRequest) => {
      const type = resource(request.type_name);
      const config = decodeValues(request.config, type.attributes) ?? {};
      return { diagnostics: (type.validate?.(config) ?? []).map(toWire) };
    }),

    ValidateDataResourceConfig: unary(async (request: TypedConfigRequest) => {
      const type = dataSource(request.type_name);
      const config = decodeValues(request.config, type.attributes) ?? {};
      return { diagnostics: (type.validate?.(config) ?? []).map(toWire) };
    }),
  };
}

/** What is on the hosts. */
function readingCalls({ provider, resource, dataSource, stop }: Served): UntypedServiceImplementation {
  return {
    UpgradeResourceState: unary(async (request: UpgradeRequest) => {
      const type = resource(request.type_name);
      const state = decodeJson(request.raw_state.json, type.attributes);
      const { diagnostics } = startCall(stop);
      const upgraded = await attempt(diagnostics, `read the state of ${describe(type, state)}`, async () =>
        requireComplete(
          state === undefined || request.version >= type.version
            ? state
            : (type.upgrade?.(state, request.version) ?? state),
          type.attributes,
        ),
      );
      if (!upgraded.ok) return { diagnostics };
      const row = completeRow(upgraded.value, type.attributes);
      return { upgraded_state: encodeValues(row, type.attributes), diagnostics };
    }),

    ReadResource: unary(async (request: ReadRequest) => {
      const type = resource(request.type_name);
      const state = decodeValues(request.current_state, type.attributes);
      const { context, diagnostics } = startCall(stop);
      if (state === undefined) return { new_state: encodeValues(undefined, type.attributes) };
      const read = await attempt(diagnostics, `read ${describe(type, state)}`, async () => {
        provider.admit?.(state);
        return type.read(state, context);
      });
      const newState = read.ok ? read.value : state;
      return { new_state: encodeValues(newState, type.attributes), private: request.private, diagnostics };
    }),

    ImportResourceState: unary(async (request: ImportRequest) => {
      const type = resource(request.type_name);
      const { context, diagnostics } = startCall(stop);
      const imported = await attempt(diagnostics, `import ${type.typeName}`, async () => {
        if (type.import === undefined) throw notImportable(type.typeName);
        return type.import(request.id, context);
      });
      if (!imported.ok) return { diagnostics };
      const state = encodeValues(imported.value, type.attributes);
      return { imported_resources: [{ type_name: type.typeName, state }], diagnostics };
    }),

    ReadDataSource: unary(async (request: TypedConfigRequest) => {
      const type = dataSource(request.type_name);
      const config = decodeValues(request.config, type.attributes) ?? {};
      const { context, diagnostics } = startCall(stop);
      const read = await attempt(diagnostics, `read ${type.typeName}`, () => type.read(config, context));
      return { state: encodeValues(read.ok ? read.value : undefined, type.attributes), diagnostics };
    }),
  };
}

/** What is to be done, and doing it. */
function changeCalls({ provider, resource, stop }: Served): UntypedServiceImplementation {
  return {
    PlanResourceChange: unary(async (request: PlanRequest) => {
      const type = resource(request.type_name);
      const prior = decodeValues(request.prior_state, type.attributes);
      const proposed = decodeValues(request.proposed_new_state, type.attributes);
      const config = decodeValues(request.config, type.attributes) ?? {};
      const { context, diagnostics } = startCall(stop);
      const foreseeDestroy = async (state: Values | undefined) => {
        if (state === undefined) return;
        provider.admit?.(state);
        await type.foreseeDestroy?.(state);
      };
      if (proposed === undefined) {
        await attempt(diagnostics, `destroy ${describe(type, prior)}`, () => foreseeDestroy(prior));
        return { planned_state: encodeValues(undefined, type.attributes), diagnostics };
      }
      const plan = await attempt(diagnostics, `plan ${describe(type, prior ?? proposed)}`, async () => {
        if (prior !== undefined) provider.admit?.(prior);
        return planChange(type, prior, proposed, config);
      });
      if (!plan.ok) return { diagnostics };
      const { planned, replacedBy, isChange } = plan.value;
      const destroying = isDestroying();
      if (isChange && replacedBy.length === 0 && destroying !== true) {
        const verb = prior === undefined ? "create" : "update";
        const foreseen: WireDiagnostic[] = [];
        await attempt(foreseen, `${verb} ${describe(type, planned)}`, async () =>
          type.foresee?.(planned, prior, context),
        );
        // Where it may be about to destroy, it is told and not stopped.
        const severity = destroying === false ? {} : { severity: 2 };
        diagnostics.push(...foreseen.map((one) => ({ ...one, ...severity })));
      }
      if (replacedBy.length > 0 && destroying !== true) {
        await attempt(diagnostics, `replace ${describe(type, prior)}`, () => foreseeDestroy(prior));
      }
      return {
        planned_state: encodeValues(planned, type.attributes),
        requires_replace: replacedBy.map((name) => ({ steps: [{ attribute_name: name }] })),
        planned_private: request.prior_private,
        diagnostics,
      };
    }),

    ApplyResourceChange: unary(async (request: ApplyRequest) => {
      const type = resource(request.type_name);
      const prior = decodeValues(request.prior_state, type.attributes);
      const planned = decodeValues(request.planned_state, type.attributes);
      const { context, diagnostics } = startCall(stop);
      const admitted = await attempt(diagnostics, `change ${describe(type, prior)}`, async () => {
        if (prior !== undefined) provider.admit?.(prior);
      });
      const applied = admitted.ok
        ? await applyChange(type, prior, planned, context, diagnostics)
        : { ok: false as const };
      return {
        new_state: encodeValues(applied.ok ? applied.value : prior, type.attributes),
        private: request.planned_private,
        diagnostics,
      };
    }),
  };
}

const serverCapabilities = { plan_destroy: true, get_provider_schema_optional: true };

type Attempt<T> = { readonly ok: true; readonly value: T } | { readonly ok: false };

function applyChange(
  type: AnyResourceType,
  prior: Values | undefined,
  planned: Values | undefined,
  context: CallContext,
  diagnostics: WireDiagnostic[],
): Promise<Attempt<Values | undefined>> {
  const notStopped = () => {
    if (context.signal.aborted) throw stopped();
  };
  if (planned === undefined) {
    return attempt(diagnostics, `destroy ${describe(type, prior)}`, async () => {
      notStopped();
      if (prior !== undefined) await type.destroy(prior, context);
      return undefined;
    });
  }
  const verb = prior === undefined ? "create" : "update";
  return attempt(diagnostics, `${verb} ${describe(type, planned)}`, () => {
    notStopped();
    return prior === undefined ? type.create(planned, context) : type.update(planned, prior, context);
  });
}

/** The kind of a resource and its id, where it has one already. */
function describe(type: AnyResourceType, values: Values | undefined): string {
  const id = values?.["id"];
  return typeof id === "string" ? `${type.typeName} ${id}` : type.typeName;
}

async function attempt<T>(
  diagnostics: WireDiagnostic[],
  action: string,
  run: () => Promise<T>,
): Promise<Attempt<T>> {
  try {
    return { ok: true, value: await run() };
  } catch (error) {
    diagnostics.push(toWire(fromError(error, action)));
    return { ok: false };
  }
}

function startCall(stop: AbortController): { context: CallContext; diagnostics: WireDiagnostic[] } {
  const diagnostics: WireDiagnostic[] = [];
  const warn = (summary: string, detail: string) =>
    void diagnostics.push(toWire({ severity: "warning", summary, detail }));
  return { context: { signal: stop.signal, warn }, diagnostics };
}

function finder<T extends { readonly typeName: string }>(types: readonly T[]): (typeName: string) => T {
  const byName = new Map(types.map((type) => [type.typeName, type]));
  return (typeName) => {
    const found = byName.get(typeName);
    if (found === undefined) throw unknownType(typeName, [...byName.keys()]);
    return found;
  };
}

/** A handler whose failure outside any step still reaches the person as a diagnostic, not as a broken call. */
function unary<Request>(handle: (request: Request) => Promise<object>) {
  return (call: ServerUnaryCall<Request, object>, reply: sendUnaryData<object>): void => {
    handle(call.request).then(
      (response) => reply(null, response),
      (error: unknown) => reply(null, { diagnostics: [toWire(fromError(error, "answer Terraform"))] }),
    );
  };
}
