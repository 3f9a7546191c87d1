import { existsSync, readFileSync, readdirSync, renameSync, statSync } from "node:fs";
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
import type { AttachedStack } from "../../provider/support/attachedStack";
import { stackForEachTest } from "../../provider/support/stackForEachTest";

const password = "changeit";
const root = makeIdentity("Public Root");
const identity = makeIdentity("electricflow");
const renewed = makeIdentity("electricflow renewed");
const anchorCount = 25;

/** How long after the first trace on the host everything is killed, in milliseconds. */
const delays = process.env["SLOW"] === "1" ? Array.from({ length: 40 }, (_, index) => index * 3) : [0, 15];

describeWith(["terraform", "keytool"], "an apply that is killed", () => {
  let stack: AttachedStack;
  let folder: string;

  stackForEachTest({ STORE_PASSWORD: password }, (begun, opt) => {
    [stack, folder] = [begun, opt];
  });

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
      restoreTornState();
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

  /**
   * Terraform writes a local state in place: killed meanwhile it leaves an empty file, and that of before the run beside
   * it, as the page for bad days says.
   */
  function restoreTornState(): void {
    const state = join(stack.directory, "terraform.tfstate");
    const isTorn = existsSync(state) && statSync(state).size === 0;
    if (isTorn && existsSync(`${state}.backup`)) renameSync(`${state}.backup`, state);
  }

  const snapshot = () => readdirSync(folder).join();

  /** Waits until the apply has touched the host, or is over. */
  async function firstTrace(before: string, ended: Promise<number | null>): Promise<void> {
    const pause = (): Promise<"pause"> => new Promise((resolve) => setTimeout(() => resolve("pause"), 1));
    while (snapshot() === before) {
      if ((await Promise.race([ended, pause()])) !== "pause") return;
    }
  }
});
