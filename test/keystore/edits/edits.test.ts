import { readFileSync, writeFileSync } from "node:fs";
import fc from "fast-check";
import { CliSandbox } from "../../cli/cliRun";
import { JAVA_RELEASES, type JudgedEntry, type JudgedStore, StoreJudge } from "../../support/storeJudge";
import { describeWith, slowly } from "../../support/tools";
import { applyEdit, type Edit, type Edited, edits, VARIABLES } from "./edits";
import { makeOddStore, type OddStore, shapes } from "./oddStores";

const isSlow = process.env["SLOW"] === "1";

describeWith(["javac", "java", "openssl"], "an edit", () => {
  const sandbox = new CliSandbox(VARIABLES);
  // A look at a store costs each of them as much as its keys do.
  const { judges, stop } = StoreJudge.startAll(isSlow ? JAVA_RELEASES : [8, 17, 25]);

  afterAll(() => {
    stop();
    sandbox.remove();
  });

  const judge = ({ type, bytes, password, keyPasswords }: OddStore): Promise<JudgedStore[]> =>
    Promise.all(judges.map((one) => one.list(type, bytes, password, keyPasswords)));

  /** Edits odd stores until `enough` edits were made. */
  async function editAtRandom(enough: number, seed: number): Promise<{ made: number; refused: number }> {
    let [made, refused] = [0, 0];
    const property = fc.asyncProperty(
      shapes,
      fc.array(edits, { minLength: 2, maxLength: 6 }),
      async (shape, all) => {
        let store = made < enough ? await makeOddStore(shape, judges) : undefined;
        if (store === undefined) return;
        let before = await judge(store);
        for (const edit of all) {
          writeFileSync(sandbox.path("store"), store.bytes);
          const { result, password, type, ...about } = await applyEdit(sandbox, store, edit);
          const bytes = readFileSync(sandbox.path("store"));
          if (result.exitCode !== 0) {
            refused += 1;
            expect(bytes.equals(store.bytes)).toBe(true);
            continue;
          }
          made += 1;
          const origin: string = `${store.origin}, ${describeEdit(edit)}`;
          store = {
            origin,
            type,
            bytes,
            password,
            keyPasswords: [...new Set([...store.keyPasswords, password])],
          };
          const after = await judge(store);
          const lost = before.flatMap((one, index) =>
            lossesOf(one, after[index], about).map((loss) => `Java ${judges[index]?.release}: ${loss}`),
          );
          expect({ origin, lost }).toEqual({ origin, lost: [] });
          before = after;
        }
      },
    );
    await fc.assert(property, { numRuns: enough, seed, endOnFailure: true });
    return { made, refused };
  }

  test("takes nothing from any Java that it could read before", async () => {
    const { made, refused } = await editAtRandom(10, 1);
    expect(made).toBeGreaterThan(refused);
  });

  slowly(
    "takes nothing from any Java, a thousand times",
    async () => {
      expect(judges.map(({ release }) => release)).toEqual(expect.arrayContaining([8, 11, 17, 25]));
      const { made, refused } = await editAtRandom(1_000, Date.now());
      process.stdout.write(`${made} edits made, ${refused} refused\n`);
      expect(made).toBeGreaterThanOrEqual(1_000);
    },
    3_600_000,
  );
});

/** What a release could read before an edit and cannot after it. */
function lossesOf(
  before: JudgedStore,
  after: JudgedStore | undefined,
  { touched, renamed }: Pick<Edited, "touched" | "renamed">,
): string[] {
  if (before.error !== undefined) return [];
  if (after === undefined || after.error !== undefined) return [`does not load: ${after?.error}`];
  const aliases = before.entries.map(({ alias }) => alias);
  const namesakes = (alias: string) => aliases.filter((other) => other.toLowerCase() === alias.toLowerCase());
  /** Whether a command that named an alias was about this entry: exactly, where another spelling is there too. */
  const isMeant = (alias: string, name: string): boolean =>
    namesakes(alias).length > 1 ? alias === name : alias.toLowerCase() === name.toLowerCase();
  return before.entries.flatMap((entry) => {
    const { alias } = entry;
    // Java finds the entry in lower case under it.
    const isShadow = alias !== alias.toLowerCase() && aliases.includes(alias.toLowerCase());
    if (isShadow || isUnreadable(entry) || (touched !== undefined && isMeant(alias, touched))) return [];
    const wanted = renamed !== undefined && isMeant(alias, renamed.from) ? renamed.to : alias;
    const found = after.entries.filter((one) => one.alias.toLowerCase() === wanted.toLowerCase());
    return found.some((one) => holds(one, entry))
      ? []
      : [`${JSON.stringify(entry)} is ${JSON.stringify(found)}`];
  });
}

/** As Java shows a key in upper case in JKS: it lists the alias and finds nothing under it. */
function isUnreadable({ chain, key }: JudgedEntry): boolean {
  return chain === "" && (key === "sealed" || key === "");
}

/** A chain may grow by issuers that the file holds for other reasons. */
function holds(after: JudgedEntry, before: JudgedEntry): boolean {
  const isSameKey = before.key === "sealed" || after.key === before.key;
  return (
    after.kind === before.kind &&
    isSameKey &&
    `${after.chain},`.startsWith(before.chain === "" ? "" : `${before.chain},`)
  );
}

function describeEdit(edit: Edit): string {
  return Object.values(edit).join(" ");
}
