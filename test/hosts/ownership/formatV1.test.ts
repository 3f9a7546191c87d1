import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import {
  claimIdOfVersion1,
  claimsOf,
  contentOfSetting,
  contentOfVersion1,
  findClaim,
  formatOwnership,
  parseOwnership,
  settingClaimId,
} from "../../../lib/hosts";

const folder = join(__dirname, "../../fixtures/upgrade/records");
const sha256 = Array.from({ length: 32 }, () => "A1").join(":");
const other = Array.from({ length: 32 }, () => "B2").join(":");
const read = (record: object) =>
  parseOwnership(
    Buffer.from(JSON.stringify({ formatVersion: 1, created: false, entries: {}, ...record })),
    "/r",
  );

describe("a record of version 1", () => {
  it("claims an anchor under the id that the state's row of that version gets", () => {
    const record = read({ entries: { flow: { kind: "anchor", sha256 } } });
    expect(findClaim(record, claimIdOfVersion1({ kind: "anchor", alias: "Flow", sha256 }))).toMatchObject({
      owner: "v1",
      declaredAt: "trust_truststore_entry flow",
      kind: "anchor",
      at: "flow",
      content: contentOfVersion1(sha256),
      origin: "created",
    });
  });

  it("knows the older of two generations, and where it was before it moved", () => {
    const record = read({
      entries: {
        flow: { kind: "anchor", sha256: other },
        "flow-previous": { kind: "anchor", sha256, previous: true },
      },
    });
    expect(findClaim(record, claimIdOfVersion1({ kind: "anchor", alias: "flow", sha256 }))).toMatchObject({
      declaredAt: "trust_truststore_entry flow",
      at: "flow-previous",
      replaces: { at: "flow" },
    });
  });

  it("keeps what was displaced where that version kept it", () => {
    const record = read({ entries: { jetty: { kind: "identity", sha256, displaced: true } } });
    expect(findClaim(record, claimIdOfVersion1({ kind: "key", alias: "jetty" }))).toMatchObject({
      origin: "displaced",
      kept: { place: "orig" },
    });
  });

  it("keeps the values that settings had, and adopts those that were there already", () => {
    const record = read({
      settings: {
        "property a": { value: "8443", before: null },
        "property b": { value: "on", before: "on" },
      },
    });
    const claim = claimIdOfVersion1({ kind: "setting" });
    expect(findClaim(record, settingClaimId(claim, "property a"))).toMatchObject({
      content: contentOfSetting("8443"),
      origin: "displaced",
      kept: { place: "record", value: null },
    });
    expect(findClaim(record, settingClaimId(claim, "property b"))).toMatchObject({
      content: contentOfSetting("on"),
      origin: "adopted",
    });
  });

  it("knows a store that was made, and a file", () => {
    const record = read({ created: true, file: { content: "ab".repeat(32), sha256, displaced: true } });
    expect(record.created).toBe(true);
    expect(findClaim(record, claimIdOfVersion1({ kind: "store" }))?.origin).toBe("created");
    expect(findClaim(record, claimIdOfVersion1({ kind: "file" }))).toMatchObject({
      content: "ab".repeat(32),
      kept: { place: "orig" },
    });
  });

  it.each(readdirSync(folder))("of a real deployment is read, and written as this version: %s", (name) => {
    const bytes = readFileSync(join(folder, name));
    const old: { entries: object; settings?: object; file?: object; created: boolean } = JSON.parse(
      bytes.toString(),
    );
    const record = parseOwnership(bytes, name);
    expect(claimsOf(record)).toHaveLength(
      Object.keys(old.entries).length +
        Object.keys(old.settings ?? {}).length +
        (old.file === undefined ? 0 : 1) +
        (old.created ? 1 : 0),
    );
    expect(parseOwnership(Buffer.from(formatOwnership(record)), name)).toEqual(record);
  });
});
