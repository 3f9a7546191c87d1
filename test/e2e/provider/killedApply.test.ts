import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readStore } from "../../../lib/keystore";
import { describeWith } from "../../support/tools";
import {
  anchorEntry,
  keyEntry,
  keytoolList,
  makeIdentity,
  writeTestStore,
} from "../../provider/support/stores";
import { AttachedStack } from "../../provider/support/attachedStack";
import { bundleProvider } from "../../provider/support/terraform";

const password = "changeit";
const root = makeIdentity("Public Root");
const identity = makeIdentity("electricflow");
const renewed = makeIdentity("electricflow renewed");
const anchorCount = 25;

/** How long after the first trace on the host everything is killed, in milliseconds. */
const delays = process.env["SLOW"] === "1" ? Array.from({ length: 40 }, (_, index) => index * 3) : [0, 15];

describeWith(["terraform", "keytool"], "an apply that is killed", () => {
  const scratch = mkdtempSync(join(tmpdir(), "trust-kill-"));
  const bundle = bundleProvider(scratch);
  let stack: AttachedStack;
  let folder: string;

  beforeEach(() => {
    stack = new AttachedStack(bundle);
    stack.environment = { STORE_PASSWORD: password };
    folder = join(stack.root, "host", "opt");
    mkdirSync(folder, { recursive: true });
  });

  afterEach(() => stack.remove());
  afterAll(() => rmSync(scratch, { recursive: true }));

  function declare(current: typeof identity): void {
    const anchors = Array.from({ length: anchorCount }, (_, index) =>
      anchorEntry(`anchor-${index}`, current),
    );
    writeTestStore(join(stack.directory, "anchors"), "jks", password, anchors);
    writeTestStore(join(stack.directory, "key"), "modern", password, [keyEntry("jetty", current)]);
    stack.configure(`
locals { generation = "${current.sha256}" }
resource "trust_truststore_entry" "anchor" {
  count    = ${anchorCount}
  host     = "local:../host"
  path     = "/opt/cacerts"
  password = "env:STORE_PASSWORD"
  alias    = "anchor-\${count.index}"
  artifact = "anchors"
  sha256   = local.generation
}
resource "trust_keystore" "keystore" {
  host     = "local:../host"
  path     = "/opt/keystore"
  password = "env:STORE_PASSWORD"
  profile  = "modern"
}
resource "trust_key_entry" "jetty" {
  host       = "local:../host"
  path       = "/opt/keystore"
  password   = "env:STORE_PASSWORD"
  alias      = "jetty"
  artifact   = "key"
  sha256     = local.generation
  depends_on = [trust_keystore.keystore, trust_truststore_entry.anchor]
}`);
  }

  test.each(delays)("leaves every store readable after %d ms, and the next one converges", async (delay) => {
    // GIVEN
    writeTestStore(join(folder, "cacerts"), "jks", password, [anchorEntry("root", root)]);
    declare(identity);
    stack.init();

    for (const current of [identity, renewed]) {
      declare(current);
      const before = snapshot();

      // WHEN
      const running = stack.startApply();
      await firstTrace(before, running.ended);
      await new Promise((resolve) => setTimeout(resolve, delay));
      running.kill();
      await running.ended;

      // THEN
      for (const name of ["cacerts", "keystore"]) {
        const file = join(folder, name);
        if (existsSync(file)) expect(readStore(readFileSync(file), password).integrity).toBe("verified");
      }
      expect(stack.apply().text).toMatch(/Apply complete|No changes/);
      const listed = keytoolList(join(folder, "cacerts"), password);
      expect(Object.keys(listed)).toHaveLength(anchorCount + 1);
      expect(listed).toMatchObject({
        root: `trustedCertEntry ${root.sha256}`,
        "anchor-7": `trustedCertEntry ${current.sha256}`,
      });
      expect(keytoolList(join(folder, "keystore"), password)).toEqual({
        jetty: `PrivateKeyEntry ${current.sha256}`,
      });
      expect(stack.plan()).toEqual([]);
    }

    // WHEN
    expect(stack.destroy().status).toBe(0);

    // THEN
    expect(keytoolList(join(folder, "cacerts"), password)).toEqual({
      root: `trustedCertEntry ${root.sha256}`,
    });
    expect(readdirSync(folder)).toEqual(["cacerts"]);
  });

  const snapshot = () => readdirSync(folder).join();

  /** Waits until the apply has touched the host, or is over. */
  async function firstTrace(before: string, ended: Promise<number | null>): Promise<void> {
    const pause = (): Promise<"pause"> => new Promise((resolve) => setTimeout(() => resolve("pause"), 1));
    while (snapshot() === before) {
      if ((await Promise.race([ended, pause()])) !== "pause") return;
    }
  }
});
