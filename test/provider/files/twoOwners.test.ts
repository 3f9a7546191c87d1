import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { openHost } from "../../../lib/hosts";
import { claimsOnFile, readHeldFile } from "../../../lib/provider/files/heldFile";
import { fileResource } from "../../../lib/provider/resources/file";
import { histories } from "../../support/testMachine";
import { type Interference, ResourceInProcess } from "../support/terraformInProcess";

type Owner = "web" | "shop";

/** What a person does with the file; nothing is put there under another mode than people's. */
type Edit = { readonly put: string } | "delete" | "nothing";

/** What one of two owners does, with what comes between; or a person alone. */
type Step =
  | { readonly edit: Edit }
  | {
      readonly owner: Owner;
      /** Absent: destroy. */
      readonly content?: string;
      readonly mode: string;
      readonly isForeignReplaced: boolean;
      readonly beforeApply: Edit;
      readonly killedAfter: number | undefined;
      readonly afterKill: Edit;
    };

const edit: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ put: fc.constantFrom("h1", "h2", "d1") }) },
  { weight: 1, arbitrary: fc.constant("delete" as const) },
);
const seldom = fc.oneof(
  { weight: 5, arbitrary: fc.constant("nothing" as const) },
  { weight: 1, arbitrary: edit },
);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 1, arbitrary: fc.record({ edit }) },
  {
    weight: 3,
    arbitrary: fc.record(
      {
        owner: fc.constantFrom<Owner>("web", "shop"),
        content: fc.constantFrom("d1", "d2", "d3"),
        mode: fc.constantFrom("0644", "0644", "0600"),
        isForeignReplaced: fc.boolean(),
        beforeApply: seldom,
        killedAfter: fc.option(fc.nat(9), { nil: undefined }),
        afterKill: seldom,
      },
      { requiredKeys: ["owner", "mode", "isForeignReplaced", "beforeApply", "killedAfter", "afterKill"] },
    ),
  },
);

const scratch = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "trust-files-"));
const runs = histories(process.env["SLOW"] === "1" ? 20_000 : 80);

beforeAll(() => {
  for (const content of ["d1", "d2", "d3"]) writeFileSync(join(scratch, content), content);
});

afterAll(() => rmSync(scratch, { recursive: true }));

function isKept(name: string): boolean {
  return name.startsWith(".file.cdktf-trust.kept.");
}

/** A file that two owners and people share, and what Terraform and the people know. */
class World {
  private readonly root = mkdtempSync(join(scratch, "host-"));
  private readonly folder = join(this.root, "opt");
  private readonly file = join(this.folder, "file");
  private readonly owners = { web: this.newOwner("web"), shop: this.newOwner("shop") };
  /** What was killed, and was refused when it was tried again. */
  private readonly unfinished = new Map<Owner, Readonly<Record<string, unknown>>>();
  /** What people last put there, and did not take out again. */
  private people: string | undefined;
  /** What may be put back in the end where people have taken out what they had put there. */
  private mayComeBack: readonly string[] = [];
  /** What people had put there before they put something else. */
  private readonly superseded = new Set<string>();

  constructor(before: string | undefined) {
    mkdirSync(this.folder);
    if (before !== undefined) this.write(before);
    this.people = before;
  }

  async take(taken: Step): Promise<void> {
    if ("edit" in taken) {
      await this.edit(taken.edit);
      return;
    }
    const { owner, content, mode, isForeignReplaced, beforeApply, killedAfter, afterKill } = taken;
    const interference: Interference = {
      beforeApply: () => this.edit(beforeApply),
      killedAfter,
      afterKill: () => this.edit(afterKill),
    };
    const isQuiet = beforeApply === "nothing" && (killedAfter === undefined || afterKill === "nothing");
    const other = this.owners[owner === "web" ? "shop" : "web"];
    const held = await this.holds(other);
    const before = this.snapshot();
    if (content === undefined) await this.owners[owner].destroy(interference);
    else {
      // Whoever is killed and gives up leaves what no state knows.
      const isReplaced = isForeignReplaced || killedAfter !== undefined;
      const declared = this.declare(content, mode, isReplaced);
      const isDone = await this.owners[owner].apply(declared, interference);
      if (isDone) this.unfinished.delete(owner);
      else if (killedAfter !== undefined) this.unfinished.set(owner, declared);
      if (!isDone && isQuiet && killedAfter === undefined) expect(this.snapshot()).toEqual(before);
    }
    // No owner's content is changed by another's work.
    if (held && isQuiet) expect(await this.holds(other)).toBe(true);
  }

  /** Nothing of people's is lost: it is in its place, or kept beside it. */
  requireNothingLost(): void {
    if (this.people === undefined) return;
    expect([this.read(), ...this.allKept()]).toContain(this.people);
  }

  /** Destroys all; people have what was theirs. Gives what of ours is left. */
  async end(order: readonly Owner[]): Promise<readonly string[]> {
    for (const owner of order) {
      await this.owners[owner].destroy();
      expect(this.owners[owner].row).toBeUndefined();
    }
    // What was killed and then refused is done now that the others are gone.
    for (const [owner, declared] of this.unfinished) {
      const isDone = await this.owners[owner].apply(declared);
      // What the same owner has left there otherwise is taken over by an import, as the refusal says.
      if (!isDone) await this.owners[owner].import("local:.:/opt/file");
      await this.owners[owner].destroy();
    }
    if (this.people === undefined) expect([undefined, ...this.mayComeBack]).toContain(this.read());
    else expect(this.read()).toBe(this.people);
    const beside = readdirSync(this.folder).filter((name) => name !== "file");
    // What somebody puts over ours comes to stay; what ours had displaced lies beside it for them to find.
    for (const name of beside.filter(isKept))
      expect(this.superseded).toContain(readFileSync(join(this.folder, name), "utf8"));
    rmSync(this.root, { recursive: true });
    return beside.filter((name) => !isKept(name));
  }

  private newOwner(name: Owner): ResourceInProcess {
    return new ResourceInProcess(fileResource, name, this.root);
  }

  private declare(content: string, mode: string, isForeignReplaced: boolean) {
    return {
      host: "local:.",
      path: "/opt/file",
      artifact: join(scratch, content),
      sha256: createHash("sha256").update(content).digest("hex"),
      mode,
      on_foreign: isForeignReplaced ? "replace" : "refuse",
    };
  }

  /** Whether what an owner's state says is there and claimed. */
  private async holds(owner: ResourceInProcess): Promise<boolean> {
    const held = await readHeldFile(openHost(`local:${this.root}`), "/opt/file");
    const claim = claimsOnFile(held).find(({ id }) => id === owner.row?.["claim"]);
    return claim !== undefined && owner.row?.["content"] === claim.content;
  }

  private async edit(edited: Edit): Promise<void> {
    if (edited === "nothing") return;
    const present = this.read();
    if (edited === "delete") {
      if (present === this.people) {
        // Nobody can tell whether it was what ours had displaced that was put back and taken out, or ours.
        if (this.people !== undefined) this.superseded.add(this.people);
        this.people = undefined;
        this.mayComeBack = this.allKept();
      }
      rmSync(this.file, { force: true });
      return;
    }
    // Nobody can tell the same content from the one that is there.
    if (present === edited.put) return;
    this.write(edited.put);
    const ours = claimsOnFile(await readHeldFile(openHost(`local:${this.root}`), "/opt/file"));
    if (this.people !== undefined) this.superseded.add(this.people);
    // Whoever puts back what is ours has what that had displaced.
    if (ours.length === 0 || ours.some(({ origin }) => origin === "adopted")) this.people = edited.put;
    else {
      this.people = ours
        .filter(({ kept }) => kept !== undefined)
        .map(({ id }) => this.kept(id))
        .find((kept) => kept !== undefined);
      this.mayComeBack = this.allKept();
    }
  }

  private allKept(): string[] {
    const kept = readdirSync(this.folder).filter(isKept);
    return kept.map((name) => readFileSync(join(this.folder, name), "utf8"));
  }

  private kept(id: string): string | undefined {
    const path = join(this.folder, `.file.cdktf-trust.kept.${id}`);
    return existsSync(path) ? readFileSync(path, "utf8") : undefined;
  }

  private write(content: string): void {
    writeFileSync(this.file, content);
    chmodSync(this.file, 0o644);
  }

  private read(): string | undefined {
    return existsSync(this.file) ? readFileSync(this.file, "utf8") : undefined;
  }

  private snapshot(): readonly string[] {
    return readdirSync(this.folder).map((name) => {
      const path = join(this.folder, name);
      return `${name} ${statSync(path).mode} ${readFileSync(path, "utf8")}`;
    });
  }
}

test(
  `whatever two owners and people do with a file, killed or not, nothing is lost and nothing is left (${runs} histories)`,
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 10 }),
        fc.constantFrom(undefined, "h0", "d1"),
        fc.constantFrom<Owner[]>(["web", "shop"], ["shop", "web"]),
        async (steps, before, order) => {
          const world = new World(before);
          for (const taken of steps) {
            await world.take(taken);
            world.requireNothingLost();
          }
          expect(await world.end(order)).toEqual([]);
        },
      ),
      { numRuns: runs },
    );
  },
  60_000 + runs * 2_000,
);
