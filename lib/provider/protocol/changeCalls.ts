import { type Attempt, Call, describe, type Served } from "./calls";
import type { WireDiagnostic } from "./diagnostics";
import { decodeValues, encodeValues } from "./dynamicValue";
import { isDestroying } from "./parentCommand";
import { type PlannedChange, planChange } from "./planChange";
import type { ApplyRequest, PlanRequest } from "./requests";
import type { AnyResourceType, Provider, Values } from "./resource";

/** Calls about what is to be done, and doing it. */
export function changeCalls(all: Served) {
  const { provider, resource } = all;
  return {
    PlanResourceChange: async (request: PlanRequest): Promise<object> => {
      const type = resource(request.type_name);
      const prior = decodeValues(request.prior_state, type.attributes);
      const proposed = decodeValues(request.proposed_new_state, type.attributes);
      const call = new Call(all);
      if (proposed === undefined) {
        if (prior !== undefined) provider.notePlan?.(type.typeName, prior, false);
        await foreseeDestroy(call, "destroy", provider, type, prior);
        return { planned_state: encodeValues(undefined, type.attributes), diagnostics: call.diagnostics };
      }
      const config = decodeValues(request.config, type.attributes) ?? {};
      const plan = await call.attempt(`plan ${describe(type, prior ?? proposed)}`, () => {
        if (prior !== undefined) provider.admit?.(prior);
        return planChange(type, prior, proposed, config);
      });
      if (!plan.ok) return { diagnostics: call.diagnostics };
      provider.notePlan?.(type.typeName, plan.value.planned, plan.value.isChange);
      await foresee(call, provider, type, prior, plan.value);
      return {
        planned_state: encodeValues(plan.value.planned, type.attributes),
        requires_replace: plan.value.replacedBy.map((name) => ({ steps: [{ attribute_name: name }] })),
        planned_private: request.prior_private,
        diagnostics: call.diagnostics,
      };
    },

    ApplyResourceChange: async (request: ApplyRequest): Promise<object> => {
      const type = resource(request.type_name);
      const prior = decodeValues(request.prior_state, type.attributes);
      const planned = decodeValues(request.planned_state, type.attributes);
      const call = new Call(all);
      const admitted = await call.attempt(`change ${describe(type, prior)}`, () => {
        if (prior !== undefined) provider.admit?.(prior);
      });
      const applied = admitted.ok ? await applyChange(call, type, prior, planned) : admitted;
      return {
        new_state: encodeValues(applied.ok ? applied.value : prior, type.attributes),
        private: request.planned_private,
        diagnostics: call.diagnostics,
      };
    },
  };
}

/** Looks for what the apply would be refused for. */
async function foresee(
  call: Call,
  provider: Provider,
  type: AnyResourceType,
  prior: Values | undefined,
  { planned, replacedBy, isChange }: PlannedChange,
): Promise<void> {
  const destroying = isDestroying();
  if (!isChange || destroying === true) return;
  if (replacedBy.length > 0) return foreseeDestroy(call, "replace", provider, type, prior);
  const verb = prior === undefined ? "create" : "update";
  const foreseen: WireDiagnostic[] = [];
  await call.attempt(
    `${verb} ${describe(type, planned)}`,
    () => type.foresee?.(planned, prior, call.context),
    foreseen,
  );
  // Where it may be about to destroy, it is told and not stopped.
  const severity = destroying === false ? {} : { severity: 2 };
  call.diagnostics.push(...foreseen.map((one) => ({ ...one, ...severity })));
}

async function foreseeDestroy(
  call: Call,
  verb: string,
  provider: Provider,
  type: AnyResourceType,
  state: Values | undefined,
): Promise<void> {
  await call.attempt(`${verb} ${describe(type, state)}`, async () => {
    if (state === undefined) return;
    provider.admit?.(state);
    await type.foreseeDestroy?.(state);
  });
}

function applyChange(
  call: Call,
  type: AnyResourceType,
  prior: Values | undefined,
  planned: Values | undefined,
): Promise<Attempt<Values | undefined>> {
  if (planned === undefined) {
    return call.attempt(`destroy ${describe(type, prior)}`, async () => {
      call.refuseWhenStopped();
      if (prior !== undefined) await type.destroy(prior, call.context);
      return undefined;
    });
  }
  const verb = prior === undefined ? "create" : "update";
  return call.attempt(`${verb} ${describe(type, planned)}`, () => {
    call.refuseWhenStopped();
    return prior === undefined
      ? type.create(planned, call.context)
      : type.update(planned, prior, call.context);
  });
}
