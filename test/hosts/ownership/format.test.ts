import { formatOwnership, parseOwnership } from "../../../lib/hosts";
import type { Claim, OwnershipRecord } from "../../../lib/hosts";
import { hostFailure } from "../support";

const claim: Claim = {
  owner: "shop/tst/web",
  declaredAt: "trust_key_entry jetty",
  kind: "key",
  at: "jetty",
  content: "ab".repeat(32),
  generation: 3,
  identity: "shop/Orders",
  origin: "displaced",
  kept: { place: "beside", alias: "Jetty" },
  replaces: {
    at: "jetty",
    content: "cd".repeat(32),
    generation: 2,
    identity: "shop/Former",
    origin: "adopted",
  },
};
const setting: Claim = {
  owner: "shop/tst/web",
  declaredAt: "trust_config_file",
  kind: "setting",
  at: "property port",
  content: "ef".repeat(32),
  origin: "displaced",
  kept: { place: "record", value: null },
};

const read = (text: string) => parseOwnership(Buffer.from(text), "/record");

describe("a record", () => {
  it("is read back as it was written", () => {
    const record: OwnershipRecord = {
      created: true,
      original: "12".repeat(32),
      claims: { ["1".repeat(32)]: claim, [`${"2".repeat(32)}/property port`]: setting },
    };
    expect(read(formatOwnership(record))).toEqual(record);
  });

  it("is written in one order, whatever order its claims came in", () => {
    const one = formatOwnership({ created: false, claims: { a: claim, b: setting } });
    expect(formatOwnership({ created: false, claims: { b: setting, a: claim } })).toBe(one);
  });

  it("that knows no generations is read, and written as it was", () => {
    const { generation: _, replaces: __, identity: ___, ...bare } = claim;
    const text = formatOwnership({ created: false, claims: { a: bare } });
    expect(text).not.toContain("generation");
    expect(formatOwnership(read(text))).toBe(text);
  });

  it("takes no inherited name for a claim", () => {
    const record = read('{"formatVersion":2,"created":false,"claims":{}}');
    expect(Object.hasOwn(record.claims, "constructor")).toBe(false);
  });

  it("of a newer version is read as long as that version says it may be", () => {
    expect(read('{"formatVersion":3,"minimumReader":2,"created":false,"claims":{}}').claims).toEqual({});
  });

  it("that needs a newer reader is refused, naming both versions", async () => {
    const error = await hostFailure(async () => read('{"formatVersion":3,"minimumReader":3}'));
    expect(error.code).toBe("ownership-version");
    expect(error.message).toMatch(/format version 3, .* knows 2/);
  });

  it.each([
    ["", "not JSON"],
    ["[]", "not a JSON object"],
    ['{"formatVersion":"x"}', "whole numbers"],
    ['{"formatVersion":2}', '"created"'],
    ['{"formatVersion":2,"created":false}', '"claims" must be an object'],
    ['{"formatVersion":2,"created":false,"original":1,"claims":{}}', '"original"'],
    ['{"formatVersion":2,"created":false,"claims":{"a":1}}', 'the claim "a" must be an object'],
    ['{"formatVersion":2,"created":false,"claims":{"a":{"kind":"x"}}}', 'kind of the claim "a"'],
    ['{"formatVersion":2,"created":false,"claims":{"a":{"kind":"key"}}}', 'owner of the claim "a"'],
    [
      '{"formatVersion":2,"created":false,"claims":{"a":{"kind":"key","owner":"o","declaredAt":"d","origin":"x"}}}',
      'origin of the claim "a"',
    ],
    [
      '{"formatVersion":2,"created":false,"claims":{"a":{"kind":"key","owner":"o","declaredAt":"d","origin":"created","generation":0}}}',
      'generation of the claim "a"',
    ],
    [
      '{"formatVersion":2,"created":false,"claims":{"a":{"kind":"key","owner":"o","declaredAt":"d","origin":"created","at":"x"}}}',
      'content of the claim "a"',
    ],
    [
      '{"formatVersion":2,"created":false,"claims":{"a":{"kind":"key","owner":"o","declaredAt":"d","origin":"created","at":"x","content":"y","kept":{"place":"moon"}}}}',
      "kept must be",
    ],
    ['{"formatVersion":1}', '"created"'],
    ['{"formatVersion":1,"created":false}', '"entries"'],
    ['{"formatVersion":1,"created":false,"entries":{"a":1}}', '"a" must be an object'],
    ['{"formatVersion":1,"created":false,"entries":{"a":{"kind":"x"}}}', 'kind of the entry "a"'],
    [
      '{"formatVersion":1,"created":false,"entries":{"a":{"kind":"anchor","sha256":"x"}}}',
      'sha256 of the entry "a"',
    ],
    ['{"formatVersion":1,"created":false,"entries":{},"settings":{"a":1}}', 'setting "a" must be an object'],
    ['{"formatVersion":1,"created":false,"entries":{},"settings":{"a":{"value":1}}}', 'value of "a"'],
    [
      '{"formatVersion":1,"created":false,"entries":{},"settings":{"a":{"value":null}}}',
      'previous value of "a"',
    ],
    ['{"formatVersion":1,"created":false,"entries":{},"file":{}}', '"content" and "sha256"'],
  ])("is refused with what is wrong: %s", async (text, words) => {
    const error = await hostFailure(async () => read(text));
    expect(error.code).toBe("ownership-damaged");
    expect(error.message).toContain(words);
    expect(error.message).toContain("/record");
  });
});
