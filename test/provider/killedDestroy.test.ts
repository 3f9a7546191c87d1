import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AnyResourceType, Values } from "../../lib/provider/protocol";
import { fileResource } from "../../lib/provider/resources/file";
import { keystoreResource } from "../../lib/provider/resources/keystore";
import { ResourceInProcess } from "./support/terraformInProcess";

/** A destroy writes and removes fewer files than this. */
const MOST_STEPS = 6;
const CONTENT = "ours";

describe.each<[string, AnyResourceType, (root: string) => Values]>([
  [
    "store",
    keystoreResource,
    (root) => {
      writeFileSync(join(root, "password"), "changeit", { mode: 0o600 });
      const password = `file:${join(root, "password")}`;
      return { host: "local:host", path: "/opt/made", password, profile: "jks" };
    },
  ],
  [
    "file",
    fileResource,
    (root) => {
      writeFileSync(join(root, "artifact"), CONTENT);
      const sha256 = createHash("sha256").update(CONTENT).digest("hex");
      return { host: "local:host", path: "/opt/made", artifact: join(root, "artifact"), sha256 };
    },
  ],
])("the destroy of a %s that we made", (_, type, declare) => {
  let root: string;
  let folder: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "trust-destroy-"));
    folder = join(root, "host", "opt");
    mkdirSync(folder, { recursive: true });
  });

  afterEach(() => rmSync(root, { recursive: true }));

  test.each(Array.from({ length: MOST_STEPS }, (__, steps) => steps))(
    "leaves nothing when it is killed after %d writes and run again",
    async (killedAfter) => {
      const resource = new ResourceInProcess(type, "web", root);
      expect(await resource.apply(declare(root))).toBe(true);
      expect(readdirSync(folder)).toContain("made");
      await resource.destroy({ killedAfter });
      expect([resource.row, readdirSync(folder)]).toEqual([undefined, []]);
    },
  );

  test.each(Array.from({ length: MOST_STEPS }, (__, steps) => steps))(
    "is undone by an apply after %d writes, and leaves nothing the next time",
    async (killedAfter) => {
      const resource = new ResourceInProcess(type, "web", root);
      await resource.apply(declare(root));
      await resource.destroy({
        killedAfter,
        afterKill: async () => {
          expect(await resource.apply(declare(root))).toBe(true);
          expect(readdirSync(folder)).toContain("made");
        },
      });
      expect([resource.row, readdirSync(folder)]).toEqual([undefined, []]);
    },
  );
});
