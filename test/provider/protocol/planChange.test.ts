import { planChange } from "../../../lib/provider/protocol/planChange";
import { defineResource } from "../../../lib/provider/protocol/resource";
import { computed, defaulted, discovered, required, Unknown } from "../../../lib/provider/protocol/schema";

const resource = defineResource({
  typeName: "trust_example",
  description: "For tests.",
  version: 0,
  attributes: {
    id: computed.string("Id."),
    path: required.string("Path.", { replaces: true }),
    artifact: required.string("Artifact.", { quiet: true }),
    subject: discovered.string("Subject."),
    mode: defaulted.string("0644", "Mode."),
    generation: defaulted.number(0, "Generation.", {
      quiet: (prior, planned) => Number(planned) >= Number(prior),
    }),
  },
  create: async () => Promise.reject(new Error("not called")),
  read: async () => undefined,
  update: async (_planned, prior) => prior,
  destroy: async () => undefined,
});

const config = { id: null, path: "/a", artifact: "one", subject: null, mode: null, generation: 1 };
const state = { id: "/a", path: "/a", artifact: "one", subject: "CN=a", mode: "0644", generation: 1 };

describe("planChange", () => {
  test("of something new has defaults, and leaves open what the provider finds out", async () => {
    // WHEN
    const { planned, replacedBy } = await planChange(resource, undefined, config, config);

    // THEN
    expect(planned).toEqual({ ...config, id: Unknown.value, subject: Unknown.value, mode: "0644" });
    expect(replacedBy).toEqual([]);
  });

  test("keeps what the provider found out before", async () => {
    expect((await planChange(resource, state, { ...state, mode: null }, config)).planned).toEqual(state);
  });

  test("replaces where an attribute says so", async () => {
    // WHEN
    const moved = { ...config, path: "/b" };
    const { planned, replacedBy } = await planChange(resource, state, { ...state, path: "/b" }, moved);

    // THEN
    expect(planned["path"]).toBe("/b");
    expect(replacedBy).toEqual(["path"]);
  });

  test("takes an unknown value for a change", async () => {
    const unknown = { ...config, path: Unknown.value };
    expect((await planChange(resource, state, { ...state, ...unknown }, unknown)).replacedBy).toEqual([
      "path",
    ]);
  });

  test("asks an attribute that is quiet about some changes only", async () => {
    const to = async (generation: number) =>
      await planChange(resource, state, { ...state, generation }, { ...config, generation });
    expect(await to(2)).toMatchObject({ planned: state, isChange: false });
    expect(await to(0)).toMatchObject({ planned: { ...state, generation: 0 }, isChange: true });
  });

  test("is silent about a quiet attribute, unless something else changes too", async () => {
    // WHEN
    const other = { ...config, artifact: "two" };

    // THEN
    expect((await planChange(resource, state, { ...state, artifact: "two" }, other)).planned).toEqual(state);
    expect(
      (
        await planChange(
          resource,
          state,
          { ...state, artifact: "two", mode: "0600" },
          { ...other, mode: "0600" },
        )
      ).planned,
    ).toEqual({ ...state, artifact: "two", mode: "0600" });
  });
});
