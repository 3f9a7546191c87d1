import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createStore, PROFILES, setEntry, writeStore } from "../../lib/keystore";
import type { StoreProfile } from "../../lib/model";
import { JAVA_RELEASES, type JavaRelease, StoreJudge } from "../support/storeJudge";
import { describeWith } from "../support/tools";
import { identities } from "./edits/oddStores";

const page = readFileSync(join(__dirname, "../../docs/keystore-formats.md"), "utf8");
const PASSWORD = "correct horse";

/** Cells of a table row by the name in code that it begins with. */
function cellsOf(profile: string): readonly string[] {
  const rows = [...page.matchAll(/^\| (`.*?) \|$/gm)].map(([, row = ""]) =>
    row.split("|").map((cell) => cell.trim()),
  );
  return (
    rows.find(([name, ...cells]) => name === `\`${profile}\`` && cells.length === JAVA_RELEASES.length) ?? []
  );
}

/** Every kind of key, and an anchor. */
function storeOf(profile: StoreProfile): Buffer {
  const keys = identities.map(({ pkcs8, chain }, index) => ({
    kind: "identity" as const,
    alias: `server${index}`,
    key: { kind: "clear" as const, pkcs8 },
    chain,
  }));
  const anchor = {
    kind: "anchor" as const,
    alias: "partner",
    certificate: identities[0]?.chain[0] ?? Buffer.alloc(0),
  };
  return writeStore([...keys, anchor].reduce(setEntry, createStore(profile)), PASSWORD);
}

describeWith(
  "javac",
  "the table of docs/keystore-formats.md that says which Java reads which profile",
  () => {
    const { judges, stop } = StoreJudge.startAll();
    afterAll(stop);

    test.each(Object.values(PROFILES))("is right about $profile", async ({ profile, format }) => {
      // WHEN each Java that is installed loads a store with every key
      const bytes = storeOf(profile);
      const listings = await Promise.all(
        judges.map((judge) => judge.list(format === "jks" ? "JKS" : "PKCS12", bytes, PASSWORD)),
      );

      // THEN
      const reads = ({ error, entries }: (typeof listings)[number]): boolean =>
        error === undefined &&
        entries.length === identities.length + 1 &&
        entries.every(({ key }) => key !== "sealed");
      const [, ...cells] = cellsOf(profile);
      const said = (release: JavaRelease) => cells[JAVA_RELEASES.indexOf(release)];
      expect(judges.map(({ release }) => [release, said(release)])).toEqual(
        judges.map(({ release }, index) => [
          release,
          listings[index] !== undefined && reads(listings[index]) ? "yes" : "no",
        ]),
      );
    });
  },
);
