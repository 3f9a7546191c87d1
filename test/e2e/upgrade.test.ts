import { readFileSync } from "node:fs";
import { join } from "node:path";
import { App } from "cdktf";
import type { TrustPlan } from "../../lib";
import { collectPlan } from "../../lib/synth/plan/collectPlan";
import { exampleStacks } from "../../stacks";

/** What lock, Terraform's addresses and the hosts know the parts of a plan by. */
function namesOf(plan: TrustPlan): string[] {
  const paths = new Map(plan.stores.map(({ id, hostId, path }) => [id, `${hostId}:${path}`]));
  const answering = new Set(plan.hops.map(({ endpointId }) => endpointId));
  return [
    ...plan.identities.map(({ id, request }) => `identity ${id} ${request.kind}`),
    ...plan.stores.map(({ id, hostId, path, profile }) => `store ${id} ${hostId}:${path} ${profile}`),
    ...plan.entries.map(({ id, kind, storeId, alias }) => `${kind} ${id} ${paths.get(storeId)} ${alias}`),
    ...plan.files.map(({ id, hostId, path }) => `file ${id} ${hostId}:${path}`),
    ...plan.configFiles.map(({ id, hostId, path }) => `config ${id} ${hostId}:${path}`),
    ...plan.endpoints.map(({ id }) => `endpoint ${id}${answering.has(id) ? " called" : ""}`),
    ...plan.fingerprints.map(({ id }) => `output ${id}`),
  ];
}

/** Java never presented it: among the two keys of shop's store it chose the server's own, which the call names now. */
const WITHDRAWN = [
  "identity generic-servers/shop/stock/Certificate issued",
  "key generic-servers/shop/stock/KeyEntry shop:/etc/shop/keystore.p12 stock",
];

describe("the example environment", () => {
  test("keeps every name that version 0.1.0 deployed it under", () => {
    // GIVEN what the plans of its first deploy hold
    const deployed = JSON.parse(
      readFileSync(join(__dirname, "../fixtures/upgrade/names.json"), "utf8"),
    ) as string[];

    // WHEN
    const plans = exampleStacks(new App()).map(
      (stack) => collectPlan(stack, { project: "cdktf-trust", name: "local" }).plan,
    );

    // THEN
    expect(plans.flatMap(namesOf).sort()).toEqual(deployed.filter((name) => !WITHDRAWN.includes(name)));
  });
});
