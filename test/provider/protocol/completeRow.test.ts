import { completeRow } from "../../../lib/provider/protocol/completeRow";
import { computed, defaulted, optional, required } from "../../../lib/provider/protocol/schema";

const attributes = {
  id: computed.string("Id."),
  path: required.string("Path."),
  word: optional.string("Word."),
  mode: defaulted.string("0644", "Mode."),
  places: defaulted.listOf({ path: required.string("Path.") }, "Places.", { quiet: true }),
};

describe("a row that was written before attributes existed", () => {
  test("holds the defaults of what it lacks, and nothing else that is new", () => {
    const row = { id: "/a", path: "/a", word: null, mode: null };
    expect(completeRow(row, attributes)).toEqual({ ...row, mode: "0644", places: [] });
  });

  test("keeps what it says", () => {
    const row = { id: "/a", path: "/a", word: "w", mode: "0600", places: [{ path: "/b" }] };
    expect(completeRow(row, attributes)).toEqual(row);
  });

  test("is none where there is none", () => {
    expect(completeRow(undefined, attributes)).toBeUndefined();
  });
});
