import { readStateRows } from "../../lib/project";

const state = (...resources: readonly object[]) => JSON.stringify({ version: 4, serial: 1, resources });

describe("the rows of a state", () => {
  test("have the addresses that Terraform's commands take", () => {
    const resource = { mode: "managed", type: "trust_file", name: "a", instances: [{ attributes: {} }] };
    const rows = readStateRows(
      "state",
      state(
        resource,
        { ...resource, mode: "data" },
        { ...resource, module: "module.x", instances: [{ index_key: 0 }, { index_key: 'q"' }] },
      ),
    );
    expect(rows.map(({ address, isPlain }) => [address, isPlain])).toEqual([
      ["trust_file.a", true],
      ["data.trust_file.a", false],
      ["module.x.trust_file.a[0]", false],
      ['module.x.trust_file.a["q\\""]', false],
    ]);
  });

  test("say what they stand for, where they do", () => {
    const attributes = {
      id: "i",
      host: "local:app",
      path: "/opt/x",
      alias: "a",
      claim: "c",
      created: true,
      owner: null,
    };
    const [row] = readStateRows(
      "state",
      state({ mode: "managed", type: "trust_key_entry", name: "k", instances: [{ attributes }] }),
    );
    expect(row).toMatchObject({ id: "i", host: "local:app", path: "/opt/x", alias: "a", claim: "c" });
    expect(readStateRows("state", "")).toEqual([]);
  });

  test("of a state that is damaged are refused, without a word of what is in it", () => {
    expect(() => readStateRows("the state of shop", '{"secret')).toThrow(
      /^the state of shop is damaged: this is no JSON/,
    );
    expect(() => readStateRows("the state of shop", '{"resources":{}}')).toThrow(
      "at resources: a list was expected",
    );
  });
});
