import { Call, describe, type Served } from "./calls";
import { completeRow } from "./completeRow";
import { decodeJson, decodeValues, encodeValues, requireComplete } from "./dynamicValue";
import { notImportable } from "./errors";
import type { ImportRequest, ReadRequest, TypedConfigRequest, UpgradeRequest } from "./requests";

/** Calls that find out what is there: in a state, and on the hosts. */
export function readingCalls(all: Served) {
  const { provider, resource, dataSource } = all;
  return {
    UpgradeResourceState: async (request: UpgradeRequest): Promise<object> => {
      const type = resource(request.type_name);
      const state = decodeJson(request.raw_state.json, type.attributes);
      const call = new Call(all);
      const upgraded = await call.attempt(`read the state of ${describe(type, state)}`, () =>
        requireComplete(
          state === undefined || request.version >= type.version
            ? state
            : (type.upgrade?.(state, request.version) ?? state),
          type.attributes,
        ),
      );
      if (!upgraded.ok) return { diagnostics: call.diagnostics };
      const row = completeRow(upgraded.value, type.attributes);
      return { upgraded_state: encodeValues(row, type.attributes), diagnostics: call.diagnostics };
    },

    ReadResource: async (request: ReadRequest): Promise<object> => {
      const type = resource(request.type_name);
      const state = decodeValues(request.current_state, type.attributes);
      if (state === undefined) return { new_state: encodeValues(undefined, type.attributes) };
      const call = new Call(all);
      const read = await call.attempt(`read ${describe(type, state)}`, () => {
        provider.admit?.(state);
        return type.read(state, call.context);
      });
      return {
        new_state: encodeValues(read.ok ? read.value : state, type.attributes),
        private: request.private,
        diagnostics: call.diagnostics,
      };
    },

    ImportResourceState: async (request: ImportRequest): Promise<object> => {
      const type = resource(request.type_name);
      const call = new Call(all);
      const imported = await call.attempt(`import ${type.typeName}`, () => {
        if (type.import === undefined) throw notImportable(type.typeName);
        return type.import(request.id, call.context);
      });
      if (!imported.ok) return { diagnostics: call.diagnostics };
      const state = encodeValues(imported.value, type.attributes);
      return {
        imported_resources: [{ type_name: type.typeName, state }],
        diagnostics: call.diagnostics,
      };
    },

    ReadDataSource: async (request: TypedConfigRequest): Promise<object> => {
      const type = dataSource(request.type_name);
      const config = decodeValues(request.config, type.attributes) ?? {};
      const call = new Call(all);
      const read = await call.attempt(`read ${type.typeName}`, () => type.read(config, call.context));
      return {
        state: encodeValues(read.ok ? read.value : undefined, type.attributes),
        diagnostics: call.diagnostics,
      };
    },
  };
}
