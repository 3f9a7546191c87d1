import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readStore } from "../../../lib/keystore";
import { childrenOf, killAll } from "../../support/processes";
import { isOverSsh } from "../../support/testMachine";
import { describeWith } from "../../support/tools";
import { anchorEntry, keytoolList, makeIdentity, writeTestStore } from "../../provider/support/stores";
import type { AttachedStack } from "../../provider/support/attachedStack";
import { stackForEachTest } from "../../provider/support/stackForEachTest";

const password = "changeit";
const root = makeIdentity("Public Root");
const identity = makeIdentity("electricflow");
const anchorCount = 15;

/** All that these have started, and what that has. */
function allBelow(ids: readonly number[]): number[] {
  const children = childrenOf(ids);
  return children.length === 0 ? [] : [...children, ...allBelow(children)];
}

/** What stands between Terraform and a file over there, from here to there. */
const victims: Readonly<Record<string, (terraform: readonly number[]) => number[]>> = {
  provider: (terraform) => childrenOf(terraform),
  ssh: (terraform) => childrenOf(childrenOf(terraform), "ssh"),
  sshd: (terraform) => childrenOf(childrenOf(childrenOf(terraform), "ssh"), "sshd"),
  "remote shell": (terraform) => allBelow(victims["sshd"]?.(terraform) ?? []),
};

// The same of this machine is in killedApply.test.ts; here are the parts that it does not have.
(isOverSsh ? describeWith : (_: unknown, name: string) => test.todo(`${name} (npm run test:ssh)`))(
  ["terraform", "keytool"],
  "a run whose way to its machine is killed",
  () => {
    let stack: AttachedStack;
    let folder: string;

    stackForEachTest({ STORE_PASSWORD: password }, (begun, opt) => {
      [stack, folder] = [begun, opt];
    });

    function declare(): void {
      const anchors = Array.from({ length: anchorCount }, (_, index) =>
        anchorEntry(`anchor-${index}`, identity),
      );
      writeTestStore(join(stack.directory, "anchors"), "jks", password, anchors);
      stack.configure(`
resource "trust_truststore_entry" "anchor" {
  count    = ${anchorCount}
  host     = "local:../host"
  path     = "/opt/cacerts"
  password = "env:STORE_PASSWORD"
  alias    = "anchor-\${count.index}"
  artifact = "anchors"
  sha256   = "${identity.sha256}"
}`);
    }

    /** Starts an apply and kills a part of it at some moment after it has touched the machine. */
    async function applyKilled(find: (terraform: readonly number[]) => number[]): Promise<void> {
      const before = readdirSync(folder).join();
      const running = stack.startApply();
      const pause = (): Promise<"pause"> => sleep(5, "pause");
      while (readdirSync(folder).join() === before)
        if ((await Promise.race([running.ended, pause()])) !== "pause") break;
      await sleep(Math.random() * 300);
      killAll(find(childrenOf([process.pid], "terraform")));
      await running.ended;
    }

    test.each(Object.entries(victims))(
      "loses nothing, leaves nothing and is done by the next run: %s",
      async (_, find) => {
        // GIVEN
        const cacerts = join(folder, "cacerts");
        writeTestStore(cacerts, "jks", password, [anchorEntry("root", root)]);
        declare();
        stack.init();
        // WHEN, THEN on the way there
        await applyKilled(find);
        expect(readStore(readFileSync(cacerts), password).integrity).toBe("verified");
        expect(stack.apply().text).toMatch(/Apply complete|No changes/);
        expect(Object.keys(keytoolList(cacerts, password))).toHaveLength(anchorCount + 1);
        expect(stack.plan()).toEqual([]);
        // WHEN, THEN on the way back
        stack.configure("");
        await applyKilled(find);
        expect(readStore(readFileSync(cacerts), password).integrity).toBe("verified");
        expect(stack.apply().text).toMatch(/Apply complete|No changes/);
        expect(keytoolList(cacerts, password)).toEqual({ root: `trustedCertEntry ${root.sha256}` });
        expect(readdirSync(folder)).toEqual(["cacerts"]);
      },
      300_000,
    );
  },
);
