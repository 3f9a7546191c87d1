import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { readProperties } from "../../../lib/config";
import { type Claim, openHost, readOwnership } from "../../../lib/hosts";
import type { ConfigSetting } from "../../../lib/model";
import { configFileResource } from "../../../lib/provider/resources/configFile";
import { holdSettings, standingClaims } from "../../../lib/provider/settings/heldSettings";
import { histories } from "../../support/testMachine";
import { type Interference, ResourceInProcess } from "../support/terraformInProcess";

type Owner = "web" | "shop";
type Key = "a" | "b";
type Value = string | null;

/** What a person does with the file; null takes a key out, "delete" the whole file. */
type Edit = { readonly key: Key; readonly value: Value } | "nothing" | "delete";

/** What one of two owners does, with what comes between; or a person alone. */
type Step =
  | { readonly edit: Edit }
  | {
      readonly owner: Owner;
      /** Absent: destroy. */
      readonly settings?: readonly (readonly [Key, Value])[];
      readonly beforeApply: Edit;
      readonly killedAfter: number | undefined;
      readonly afterKill: Edit;
    };

const key = fc.constantFrom<Key>("a", "b");
const edit: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 20, arbitrary: fc.record({ key, value: fc.constantFrom("h1", "h2", "d1", null) }) },
  { weight: 1, arbitrary: fc.constant("delete" as const) },
);
const seldom = fc.oneof(
  { weight: 5, arbitrary: fc.constant("nothing" as const) },
  { weight: 1, arbitrary: edit },
);
const settings = fc.uniqueArray(fc.tuple(key, fc.constantFrom<Value>("d1", "d2", "d3", null)), {
  minLength: 1,
  maxLength: 2,
  selector: ([name]) => name,
});
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 1, arbitrary: fc.record({ edit }) },
  {
    weight: 3,
    arbitrary: fc.record(
      {
        owner: fc.constantFrom<Owner>("web", "shop"),
        settings,
        beforeApply: seldom,
        killedAfter: fc.option(fc.nat(6), { nil: undefined }),
        afterKill: seldom,
      },
      { requiredKeys: ["owner", "beforeApply", "killedAfter", "afterKill"] },
    ),
  },
);

/** An apply that nothing comes between. */
function apply(owner: Owner, settings: readonly (readonly [Key, Value])[]) {
  return {
    owner,
    settings,
    beforeApply: "nothing",
    killedAfter: undefined,
    afterKill: "nothing",
  } satisfies Step;
}

const scratch = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "trust-settings-"));
const runs = histories(process.env["SLOW"] === "1" ? 20_000 : 120);

afterAll(() => rmSync(scratch, { recursive: true }));

/** What claims keep, and where a run was killed what they kept before it. */
function keptOf(claims: readonly Claim[]): Value[] {
  return claims
    .flatMap(({ kept, replaces }) => [kept, replaces?.kept])
    .flatMap((kept) => (kept?.place === "record" ? [kept.value] : []));
}

/** A product's file in which two owners and people set values, and what Terraform and the people know. */
class World {
  private readonly root = mkdtempSync(join(scratch, "host-"));
  private readonly folder = join(this.root, "opt");
  private readonly file = join(this.folder, "agent.properties");
  private readonly owners = { web: this.newOwner("web"), shop: this.newOwner("shop") };
  /** What an owner without a row was to set by killed runs, was refused when it was tried again, and has not been set since. */
  private readonly unfinished: Record<Owner, Map<Key, Value>> = { web: new Map(), shop: new Map() };
  /** What people last wrote; a key that they never touched was not there. */
  private readonly people: Record<Key, Value> = { a: null, b: null };
  /** Values besides that which may come back, where nobody can tell which a person meant. */
  private readonly mayComeBack: Record<Key, Value[]> = { a: [], b: [] };

  constructor(before: Readonly<Partial<Record<Key, string>>>) {
    mkdirSync(this.folder);
    Object.assign(this.people, before);
    const lines = Object.entries(before).map(([name, value]) => `${name}=${value}\n`);
    writeFileSync(this.file, ["# product\n", ...lines].join(""));
  }

  async take(taken: Step): Promise<void> {
    if ("edit" in taken) return this.edit(taken.edit);
    const { owner, settings: wanted, beforeApply, killedAfter, afterKill } = taken;
    const interference: Interference = {
      beforeApply: () => this.edit(beforeApply),
      killedAfter,
      // Whoever never had a row could clear nothing away where the file is gone.
      afterKill: () => this.edit(afterKill === "delete" ? "nothing" : afterKill),
    };
    const isQuiet = beforeApply === "nothing" && (killedAfter === undefined || afterKill === "nothing");
    const other = owner === "web" ? "shop" : "web";
    const held = await this.held(other);
    const before = this.snapshot();
    if (wanted === undefined) await this.owners[owner].destroy(interference);
    else {
      const isNew = this.owners[owner].row === undefined;
      const isDone = await this.owners[owner].apply(this.declare(wanted), interference);
      for (const [name, value] of wanted) {
        if (isDone) this.unfinished[owner].delete(name);
        else if (killedAfter !== undefined && isNew) this.unfinished[owner].set(name, value);
      }
      if (!isDone && isQuiet && killedAfter === undefined) expect(this.snapshot()).toEqual(before);
    }
    // No owner's value is changed by another's work.
    if (isQuiet) expect(await this.held(other)).toEqual(expect.arrayContaining([...held]));
    return undefined;
  }

  /** Nothing of people's is lost: it is in its place, or the record knows it. */
  async requireNothingLost(): Promise<void> {
    if (!existsSync(this.file)) return;
    const record = await this.record();
    for (const name of ["a", "b"] as const) {
      const kept = keptOf(Object.values(record.claims).filter(({ at }) => at === `property ${name}`));
      const isCreated = this.people[name] === null;
      if (!isCreated) expect([name, this.read(name), ...kept]).toContain(this.people[name]);
    }
  }

  /** Destroys all; people have what was theirs. Gives what of ours is left. */
  async end(order: readonly Owner[]): Promise<readonly string[]> {
    for (const owner of order) {
      await this.owners[owner].destroy();
      expect(this.owners[owner].row).toBeUndefined();
    }
    // What was killed and then refused is done now that the others are gone.
    for (const owner of order) {
      if (this.unfinished[owner].size === 0) continue;
      await this.owners[owner].apply(this.declare([...this.unfinished[owner]]));
      await this.owners[owner].destroy();
    }
    const isThere = existsSync(this.file);
    const left = readdirSync(this.folder).filter((name) => name !== "agent.properties");
    for (const name of ["a", "b"] as const) {
      if (isThere) expect([this.people[name], ...this.mayComeBack[name]]).toContain(this.read(name));
    }
    rmSync(this.root, { recursive: true });
    return left;
  }

  private newOwner(name: Owner): ResourceInProcess {
    return new ResourceInProcess(configFileResource, name, this.root);
  }

  private declare(wanted: readonly (readonly [Key, Value])[]) {
    return {
      host: "local:.",
      path: "/opt/agent.properties",
      settings: wanted.map(([name, value]) => ({
        kind: "property",
        element: null,
        attribute: null,
        key: name,
        pattern: null,
        value,
      })),
    };
  }

  /** Values that an owner has claimed and the file has. */
  private async held(owner: Owner): Promise<readonly string[]> {
    const all = await Promise.all((["a", "b"] as const).map(async (name) => this.claimsTo(name)));
    return all.flat().flatMap((claim) => (claim.owner === owner ? [`${claim.at} ${claim.content}`] : []));
  }

  private async claimsTo(name: Key) {
    if (!existsSync(this.file)) return [];
    const host = openHost(`local:${this.root}`);
    const record = await readOwnership(host, "/opt/agent.properties");
    const setting: ConfigSetting = { kind: "property", key: name, value: null };
    return holdSettings({ bytes: readFileSync(this.file) }, record, [setting]).flatMap(standingClaims);
  }

  private async edit(edited: Edit): Promise<void> {
    if (edited === "nothing" || !existsSync(this.file)) return;
    if (edited === "delete") {
      if (Object.values(this.unfinished).some(({ size }) => size > 0)) return;
      rmSync(this.file);
      return;
    }
    const { key: name, value } = edited;
    // Nobody can tell the same value from the one that is there.
    if (this.read(name) === value) return;
    const lines = readFileSync(this.file, "utf8").split("\n");
    const others = lines.filter((line) => line !== "" && !line.startsWith(`${name}=`));
    writeFileSync(this.file, [...others, ...(value === null ? [] : [`${name}=${value}`]), ""].join("\n"));
    const ours = await this.claimsTo(name);
    if (ours.length === 0 || ours.some(({ origin }) => origin === "adopted")) {
      this.people[name] = value;
      this.mayComeBack[name] = [];
      return;
    }
    // Whoever puts back what is ours has what that had displaced, or what others have displaced since.
    this.people[name] = keptOf(ours)[0] ?? null;
    this.mayComeBack[name] = keptOf(
      Object.values((await this.record()).claims).filter(({ at }) => at === `property ${name}`),
    );
  }

  private record() {
    return readOwnership(openHost(`local:${this.root}`), "/opt/agent.properties");
  }

  private read(name: Key): Value {
    return readProperties(readFileSync(this.file)).get(name) ?? null;
  }

  private snapshot(): readonly string[] {
    return readdirSync(this.folder).map((name) => `${name} ${readFileSync(join(this.folder, name), "utf8")}`);
  }
}

type History = [Step[], Readonly<Partial<Record<Key, string>>>, Owner[]];

/** An update is killed and then refused, for a person puts back what another owner has set; what it claimed goes with the row. */
const KILLED_UPDATE_GIVEN_UP: History = [
  [
    apply("shop", [["a", null]]),
    apply("web", [["b", "d1"]]),
    {
      ...apply("web", [
        ["a", "d1"],
        ["b", "d2"],
      ]),
      beforeApply: { key: "a", value: "h1" },
      killedAfter: 1,
      afterKill: { key: "a", value: null },
    },
    apply("web", [["b", "d1"]]),
  ],
  {},
  ["web", "shop"],
];

/** A new row is killed and then refused, and another is declared instead; what the first claimed waits for it. */
const KILLED_CREATE_DECLARED_OTHERWISE: History = [
  [
    apply("shop", [["a", null]]),
    {
      ...apply("web", [
        ["a", "d1"],
        ["b", "d1"],
      ]),
      beforeApply: { key: "a", value: "h1" },
      killedAfter: 1,
      afterKill: { key: "a", value: null },
    },
    { ...apply("web", [["a", "d1"]]), killedAfter: 0 },
  ],
  {},
  ["web", "shop"],
];

/** A person removes what one owner has set; what that had displaced does not come back after another sets the same. */
const REMOVED_BY_A_PERSON: History = [
  [
    { ...apply("web", [["b", "d1"]]), killedAfter: 0, afterKill: { key: "b", value: "h1" } },
    { edit: { key: "b", value: null } },
    apply("shop", [["b", null]]),
    apply("shop", [["b", "d1"]]),
  ],
  {},
  ["shop", "web"],
];

/** A destroy puts back the very value that a killed and refused run of another owner had claimed: it is people's, and stays. */
const RESTORED_AS_ANOTHER_CLAIMS: History = [
  [
    { edit: { key: "b", value: "d1" } },
    apply("shop", [["b", null]]),
    { ...apply("shop", [["b", "d1"]]), killedAfter: 2 },
    { ...apply("web", [["b", "d1"]]), killedAfter: 1, afterKill: { key: "b", value: null } },
  ],
  {},
  ["web", "shop"],
];

test(
  `whatever two owners and people do with values in a file, killed or not, nothing is lost and nothing is left (${runs} histories)`,
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 10 }),
        fc.constantFrom({}, { a: "h0" }, { a: "d1", b: "h0" }),
        fc.constantFrom<Owner[]>(["web", "shop"], ["shop", "web"]),
        async (steps, before, order) => {
          const world = new World(before);
          for (const taken of steps) {
            await world.take(taken);
            await world.requireNothingLost();
          }
          expect(await world.end(order)).toEqual([]);
        },
      ),
      {
        numRuns: runs,
        examples: [
          KILLED_UPDATE_GIVEN_UP,
          KILLED_CREATE_DECLARED_OTHERWISE,
          REMOVED_BY_A_PERSON,
          RESTORED_AS_ANOTHER_CLAIMS,
        ],
      },
    );
  },
  60_000 + runs * 2_000,
);
