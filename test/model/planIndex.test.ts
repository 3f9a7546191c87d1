import { planIndex } from "../../lib/model";
import { call, endpoint, keystore, plan } from "../check/plans";

describe("the index of a plan", () => {
  const binding = {
    id: "binding",
    identityId: "identity",
    identity: { kind: "store", storeId: "keystore", alias: "server" },
  } as const;
  const declared = plan({
    bindings: [binding],
    hops: [call, { ...call, id: "bound", bindingId: "binding" }],
  });
  const index = planIndex(declared);

  test("finds each part by its id, and nothing under another", () => {
    expect(index.host("client")).toBe(declared.hosts[1]);
    expect(index.store("keystore")).toBe(keystore);
    expect(index.identity("identity")).toBe(declared.identities[0]);
    expect(index.endpoint("endpoint")).toBe(endpoint);
    expect(index.binding("binding")).toBe(binding);
    expect(index.hop("bound")).toBe(declared.hops[1]);
    expect([index.file("file"), index.store("endpoint"), index.binding(undefined)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test("finds what belongs to a part, in the plan's order", () => {
    expect(index.entriesOf("truststore").map(({ id }) => id)).toEqual(["anchor"]);
    expect(index.hopsOf("endpoint").map(({ id }) => id)).toEqual([call.id, "bound"]);
    expect(index.hopsWith("binding").map(({ id }) => id)).toEqual(["bound"]);
    expect(index.endpointsOf("identity")).toEqual([endpoint]);
    expect(index.bindingsOf("identity")).toEqual([binding]);
    expect(index.entriesOf("nowhere")).toEqual([]);
  });

  test("is built once a plan", () => {
    expect(planIndex(declared)).toBe(index);
    expect(planIndex({ ...declared })).not.toBe(index);
  });
});
