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
  type Claim,
  noOwnership,
  openHost,
  type OwnershipRecord,
  readOwnership,
  writeOwnership,
} from "../../../lib/hosts";
import { inMirror } from "../support";

const claim: Claim = {
  owner: "shop/tst/web",
  declaredAt: "trust_truststore_entry electricflow",
  kind: "anchor",
  at: "electricflow",
  content: "ab".repeat(32),
  origin: "created",
};
const record: OwnershipRecord = { created: false, claims: { ["0a".repeat(16)]: claim } };

describe("writeOwnership", () => {
  it("keeps a record beside the real file, with its mode", async () => {
    await inMirror(async (root) => {
      // GIVEN a store behind a link
      mkdirSync(join(root, "data"));
      writeFileSync(join(root, "data/cacerts"), "store");
      chmodSync(join(root, "data/cacerts"), 0o640);
      symlinkSync("data/cacerts", join(root, "link"));
      const host = openHost(`local:${root}`);
      // WHEN
      await writeOwnership(host, "/link", record);
      // THEN
      expect(statSync(join(root, "data/.cacerts.cdktf-trust.json")).mode & 0o7777).toBe(0o640);
      expect(await readOwnership(host, "/data/cacerts")).toEqual(record);
    });
  });

  it("is private where the store is still to come, and gone when nothing is claimed", async () => {
    await inMirror(async (root) => {
      const host = openHost(`local:${root}`);
      const file = join(root, "new/.store.cdktf-trust.json");
      await writeOwnership(host, "/new/store", record, { createParents: true });
      expect(statSync(file).mode & 0o7777).toBe(0o600);
      expect(readFileSync(file, "utf8")).toMatch(/^{\n {2}"formatVersion": 2,\n {2}"minimumReader": 2,/);
      await writeOwnership(host, "/new/store", noOwnership);
      expect(existsSync(file)).toBe(false);
      expect(await readOwnership(host, "/new/store")).toEqual(noOwnership);
    });
  });
});
