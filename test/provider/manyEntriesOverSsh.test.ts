import { readdirSync } from "node:fs";
import { join } from "node:path";

import { openHost } from "../../lib/hosts";
import { type DeclaredEntry, placeEntry } from "../../lib/provider/entries";
import { StoreSession } from "../../lib/provider/storeSession";
import { describeSsh } from "../hosts/kinds";
import { inMirror } from "../hosts/support";
import { describeWith } from "../support/tools";
import { anchorEntry, keytoolList, makeIdentity, writeTestStore } from "./support/stores";

const password = { reference: "env:WORD", value: "changeit" };
const count = 1_000;
const identity = makeIdentity("anchor");

function refuse(): never {
  throw new Error("nobody else is here");
}

describeWith("keytool", "many entries", () => {
  describeSsh("in a store of a machine over SSH", {}, (server) => {
    it(`${count} of one run go over one connection, and keytool sees them`, async () => {
      await inMirror(async (root) => {
        // GIVEN
        const store = join(root, "cacerts");
        writeTestStore(store, "jks", password.value, [anchorEntry("root", identity)]);
        const host = openHost(server().address, { connection: server().connection });
        const session = new StoreSession(host, store);
        const add = (alias: string): Promise<void> =>
          session.change(password, ({ store: before, ...draft }) => {
            if (before === undefined) throw new Error("no store");
            const entry: DeclaredEntry = { kind: "anchor", alias, certificate: identity.certificate };
            const claimant = { claim: alias, owner: "web", takeOver: [], declaredAt: alias };
            const answers = { isSame: () => false, onForeign: refuse, onOthers: refuse, onLost: refuse };
            return placeEntry({ ...draft, store: before }, entry, claimant, answers);
          });
        // WHEN
        await Promise.all(Array.from({ length: count }, (_, index) => add(`anchor-${index}`)));
        // THEN
        const listed = keytoolList(store, password.value);
        expect(Object.keys(listed)).toHaveLength(count + 1);
        expect(listed[`anchor-${count - 1}`]).toBe(`trustedCertEntry ${identity.sha256}`);
        expect(readdirSync(root).filter((name) => /lock|tmp/.test(name))).toEqual([]);
        expect(server().logins()).toBe(1);
      });
    }, 120_000);
  });
});
