import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runCli } from "../../../lib/cli/run";
import { findEntry, openKey, readStore } from "../../../lib/keystore";
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

const BEFORE = "the-former-password";
const AFTER = "the-new-password";
const ours = makeIdentity("ours");
const product = makeIdentity("the product's own");
const partner = makeIdentity("partner");

describeWith(
  ["terraform", "keytool"],
  "a store whose password is changed while something is displaced",
  () => {
    let stack: AttachedStack;
    let keystore: string;

    stackForEachTest({ KEYSTORE_PASSWORD: BEFORE }, (begun, folder) => {
      stack = begun;
      keystore = join(folder, "keystore");
    });

    test.each(["jks", "modern"] as const)("gives it back under the new password (%s)", async (profile) => {
      // GIVEN a key of the product's that ours displaced
      writeTestStore(keystore, profile, BEFORE, [
        keyEntry("jetty", product),
        anchorEntry("partner", partner),
      ]);
      writeTestStore(join(stack.directory, "overlay"), profile, BEFORE, [keyEntry("jetty", ours)]);
      stack.configure(`
resource "trust_key_entry" "jetty" {
  host       = "local:../host"
  path       = "/opt/keystore"
  password   = "env:KEYSTORE_PASSWORD"
  alias      = "jetty"
  artifact   = "overlay"
  sha256     = "${ours.sha256}"
  on_foreign = "replace"
}`);
      stack.init();
      expect(stack.apply()).toMatchObject({ status: 0 });
      expect(keytoolList(keystore, BEFORE)).toMatchObject({ jetty: `PrivateKeyEntry ${ours.sha256}` });

      // WHEN the password is changed with the command, and the secret's value with it
      const passwords = ["--password", "env:BEFORE", "--new-password", "env:AFTER"];
      const exitCode = await runCli(["store", "change-password", keystore, ...passwords], {
        stdout: { write: () => undefined },
        stderr: { write: () => undefined },
        stdin: async function* () {},
        environment: { BEFORE, AFTER },
        workingDirectory: stack.root,
        now: new Date("2026-03-01T12:00:00Z"),
        clock: () => 0,
        randomBytes: (length) => Buffer.alloc(length, 1),
      });
      expect(exitCode).toBe(0);
      stack.environment = { KEYSTORE_PASSWORD: AFTER };
      writeTestStore(join(stack.directory, "overlay"), profile, AFTER, [keyEntry("jetty", ours)]);
      expect(stack.plan()).toEqual([]);
      expect(stack.destroy()).toMatchObject({ status: 0, text: expect.stringContaining("1 destroyed") });

      // THEN
      expect(keytoolList(keystore, AFTER)).toEqual({
        jetty: `PrivateKeyEntry ${product.sha256}`,
        partner: `trustedCertEntry ${partner.sha256}`,
      });
      const entry = findEntry(readStore(readFileSync(keystore), AFTER), "jetty");
      expect(entry?.kind === "identity" && openKey(entry, AFTER).equals(product.pkcs8)).toBe(true);
    });
  },
);
