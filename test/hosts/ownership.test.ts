import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

import {
  findOwnedEntry,
  formatOwnership,
  noOwnership,
  openHost,
  type OwnedEntry,
  type Ownership,
  parseOwnership,
  readOwnership,
  withOwnedEntry,
  withoutOwnedEntry,
  writeOwnership,
} from "../../lib/hosts";
import { hostFailure, inMirror } from "./support";

const anchor: OwnedEntry = { kind: "anchor", sha256: Array.from({ length: 32 }, () => "A1").join(":") };

describe("writeOwnership", () => {
  it("keeps a record beside the real file, with its mode", async () => {
    await inMirror(async (root) => {
      // GIVEN a store behind a link
      mkdirSync(join(root, "data"));
      writeFileSync(join(root, "data/cacerts"), "store");
      chmodSync(join(root, "data/cacerts"), 0o640);
      symlinkSync("data/cacerts", join(root, "link"));
      const host = openHost(`local:${root}`);
      const ownership: Ownership = {
        created: false,
        entries: { electricflow: anchor, jetty: { ...anchor, kind: "identity", displaced: true } },
        settings: {
          "property a": { value: "ours", before: null },
          "property b": { value: null, before: "before" },
        },
      };
      // WHEN
      await writeOwnership(host, "/link", ownership);
      // THEN
      expect(statSync(join(root, "data/.cacerts.cdktf-trust.json")).mode & 0o7777).toBe(0o640);
      expect(await readOwnership(host, "/data/cacerts")).toEqual(ownership);
    });
  });

  it("is private where the store is still to come, and gone when it says nothing", async () => {
    await inMirror(async (root) => {
      const host = openHost(`local:${root}`);
      const record = join(root, "new/.store.cdktf-trust.json");
      await writeOwnership(host, "/new/store", { created: true, entries: {} }, { createParents: true });
      expect(statSync(record).mode & 0o7777).toBe(0o600);
      expect(readFileSync(record, "utf8")).toBe(
        '{\n  "formatVersion": 1,\n  "created": true,\n  "entries": {}\n}\n',
      );
      await writeOwnership(host, "/new/store", noOwnership);
      expect(existsSync(record)).toBe(false);
      expect(await readOwnership(host, "/new/store")).toEqual(noOwnership);
    });
  });
});

describe("entries", () => {
  it("are found as Java compares aliases, and no inherited name is one", () => {
    const ownership = withOwnedEntry(withOwnedEntry(noOwnership, "Jetty", anchor), "__proto__", anchor);
    expect(findOwnedEntry(ownership, "JETTY")).toEqual(anchor);
    expect(findOwnedEntry(ownership, "__proto__")).toEqual(anchor);
    expect(findOwnedEntry(ownership, "constructor")).toBeUndefined();
    expect(parseOwnership(Buffer.from(formatOwnership(ownership)), "/record")).toEqual(ownership);
    expect(withoutOwnedEntry(withoutOwnedEntry(ownership, "jeTTY"), "__proto__")).toEqual(noOwnership);
  });

  it("are written in one order, whatever order they came in", () => {
    const one = withOwnedEntry(withOwnedEntry(noOwnership, "a", anchor), "b", { ...anchor, previous: true });
    const other = withOwnedEntry(
      withOwnedEntry(noOwnership, "b", { ...anchor, previous: true }),
      "a",
      anchor,
    );
    expect(formatOwnership(one)).toBe(formatOwnership(other));
  });
});

describe("parseOwnership", () => {
  it("reads back a file of ours and an entry that is about to replace another", () => {
    const ownership = {
      created: false,
      entries: { a: { ...anchor, replaces: anchor.sha256 } },
      file: { content: "ab".repeat(32), sha256: anchor.sha256, displaced: true },
    } as const;
    expect(parseOwnership(Buffer.from(formatOwnership(ownership)), "/record")).toEqual(ownership);
  });

  it("refuses another version, naming both", async () => {
    const error = await hostFailure(async () =>
      parseOwnership(Buffer.from('{"formatVersion": 2}'), "/record"),
    );
    expect(error.code).toBe("ownership-version");
    expect(error.message).toMatch(/format version 2, .* knows 1/);
  });

  it.each([
    ["", "not JSON"],
    ["[]", "not a JSON object"],
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
  ])("says what is wrong with %s", async (text, words) => {
    const error = await hostFailure(async () => parseOwnership(Buffer.from(text), "/record"));
    expect(error.code).toBe("ownership-damaged");
    expect(error.message).toContain(words);
    expect(error.message).toContain("/record");
  });
});
