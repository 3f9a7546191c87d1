import { createHash } from "node:crypto";
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
import {
  anchorEntry,
  keytool,
  keytoolList,
  makeIdentity,
  writeTestStore,
} from "../../provider/support/stores";
import { AttachedStack } from "../../provider/support/attachedStack";
import { bundleProvider } from "../../provider/support/terraform";
import { describeWith } from "../../support/tools";

const password = "changeit";
const identities = {
  root: makeIdentity("Public Root"),
  shared: makeIdentity("shared"),
  tst: makeIdentity("tst"),
  prod: makeIdentity("prod"),
  person: makeIdentity("by hand"),
};
const runs = process.env["SLOW"] === "1" ? 40 : 2;
const before = { file: "from a person\n", properties: "# product\nport=8080\n" };

type Side = "tst" | "prod";

/** What happens on the host that two stacks of two environments share. */
type Step =
  | { readonly what: "deploy" | "destroy"; readonly side: Side }
  /** Everything of Terraform is killed so many milliseconds after it was started. */
  | { readonly what: "kill"; readonly side: Side; readonly afterMs: number }
  | { readonly what: "import" | "delete"; readonly alias: "person" | "shared" }
  | { readonly what: "file"; readonly content: string }
  | { readonly what: "port"; readonly value: string };

const side = fc.constantFrom<Side>("tst", "prod");
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ what: fc.constant("deploy"), side }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant("destroy"), side }) },
  {
    weight: 2,
    arbitrary: fc.record({ what: fc.constant("kill"), side, afterMs: fc.integer({ min: 300, max: 2_500 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      what: fc.constantFrom("import", "delete"),
      alias: fc.constantFrom("person", "shared"),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ what: fc.constant("file"), content: fc.constantFrom("edit one\n", "edit two\n") }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("port"), value: fc.constantFrom("9000", "9001") }) },
);

describeWith(["terraform", "keytool"], "two stacks of two environments on one host", () => {
  const scratch = mkdtempSync(join(tmpdir(), "trust-two-"));
  const bundle = bundleProvider(scratch);

  afterAll(() => rmSync(scratch, { recursive: true }));

  /** A host and the stacks on it. */
  class World {
    private readonly root = mkdtempSync(join(scratch, "host-"));
    private readonly folder = join(this.root, "opt");
    private readonly stacks = { tst: new AttachedStack(bundle), prod: new AttachedStack(bundle) };
    /** What people last put there. */
    private readonly people: {
      readonly aliases: Record<string, string>;
      /** What ours had displaced when a person deleted ours: nobody can tell whether it is wanted back. */
      readonly returning: Record<string, string>;
      file: string;
      port: string;
    };

    constructor() {
      mkdirSync(this.folder);
      writeTestStore(this.path("store"), "jks", password, [anchorEntry("root", identities.root)]);
      writeFileSync(this.path("file"), before.file, { mode: 0o644 });
      writeFileSync(this.path("agent.properties"), before.properties, { mode: 0o644 });
      this.people = {
        aliases: { root: `trustedCertEntry ${identities.root.sha256}` },
        returning: {},
        file: before.file,
        port: "8080",
      };
      for (const name of ["tst", "prod"] as const) this.declare(name);
    }

    async take(taken: Step): Promise<void> {
      switch (taken.what) {
        case "deploy":
          this.stacks[taken.side].apply();
          return;
        case "destroy":
          this.stacks[taken.side].destroy();
          return;
        case "kill": {
          const running = this.stacks[taken.side].startApply();
          await Promise.race([running.ended, new Promise((wake) => setTimeout(wake, taken.afterMs))]);
          running.kill();
          await running.ended;
          return;
        }
        case "import":
        case "delete":
          this.editStore(taken.what, taken.alias);
          return;
        case "file":
          if (!existsSync(this.path("file")) || this.read("file") === taken.content) return;
          writeFileSync(this.path("file"), taken.content);
          this.people.file = taken.content;
          return;
        case "port":
          writeFileSync(
            this.path("agent.properties"),
            this.read("agent.properties").replace(/^port=.*$/m, `port=${taken.value}`),
          );
          this.people.port = taken.value;
          return;
        default:
          taken satisfies never;
      }
    }

    /** Destroys all; people have what was theirs. Gives what is left. */
    end(order: readonly Side[]): readonly string[] {
      // Whoever was killed before there was a state deploys once more, so that there is one to destroy.
      for (const name of order) this.stacks[name].apply();
      for (const name of order) {
        const destroyed = this.stacks[name].destroy();
        if (destroyed.status !== 0) throw new Error(destroyed.text);
      }
      expect(this.aliasesLeft()).toEqual(this.people.aliases);
      expect(this.read("file")).toBe(this.people.file);
      expect(this.read("agent.properties")).toBe(`# product\nport=${this.people.port}\n`);
      return readdirSync(this.folder)
        .filter((name) => !this.isSuperseded(name))
        .sort();
    }

    /** What is in the store, without what came back to a person who had deleted ours in its place. */
    private aliasesLeft(): Record<string, string> {
      const listed = Object.entries(keytoolList(this.path("store"), password));
      return Object.fromEntries(
        listed.filter(
          ([alias, entry]) =>
            Object.hasOwn(this.people.aliases, alias) || this.people.returning[alias] !== entry,
        ),
      );
    }

    remove(): void {
      for (const stack of Object.values(this.stacks)) stack.remove();
      rmSync(this.root, { recursive: true });
    }

    /** What ours had displaced and a person has put something else over since lies beside it for them to find. */
    private isSuperseded(name: string): boolean {
      if (name === ".store.cdktf-trust.kept") return true;
      return name.startsWith(".file.cdktf-trust.kept.") && this.read(name) !== this.people.file;
    }

    private editStore(what: "import" | "delete", alias: "person" | "shared"): void {
      const store = this.path("store");
      const listed = keytoolList(store, password);
      if (what === "delete") {
        if (Object.hasOwn(listed, alias)) keytool(store, password, "-delete", "-alias", alias);
        const theirs = this.people.aliases[alias];
        if (theirs !== undefined && listed[alias] !== theirs) this.people.returning[alias] = theirs;
        delete this.people.aliases[alias];
        return;
      }
      if (Object.hasOwn(listed, alias)) return;
      const certificate = join(this.root, "person.der");
      writeFileSync(certificate, identities.person.certificate);
      keytool(store, password, "-importcert", "-alias", alias, "-file", certificate);
      this.people.aliases[alias] = `trustedCertEntry ${identities.person.sha256}`;
    }

    private declare(name: Side): void {
      const stack = this.stacks[name];
      stack.environment = { STORE_PASSWORD: password };
      writeTestStore(join(stack.directory, "overlay"), "jks", password, [
        anchorEntry(name, identities[name]),
        anchorEntry("shared", identities.shared),
      ]);
      const delivered = "the same from both\n";
      writeFileSync(join(stack.directory, "file"), delivered);
      const host = `host = "local:${this.root}"`;
      const entry = (alias: string, { sha256 }: typeof identities.tst) => `
resource "trust_truststore_entry" "${alias}" {
  ${host}
  path       = "/opt/store"
  password   = "env:STORE_PASSWORD"
  alias      = "${alias}"
  artifact   = "overlay"
  sha256     = "${sha256}"
  on_foreign = "replace"
}`;
      stack.configure(`
provider "trust" {
  owner = "shop/${name}/${name}"
}
${entry(name, identities[name])}
${entry("shared", identities.shared)}
resource "trust_keystore" "new" {
  ${host}
  path     = "/opt/new"
  password = "env:STORE_PASSWORD"
  profile  = "jks"
}
resource "trust_truststore_entry" "new" {
  ${host}
  path       = trust_keystore.new.path
  password   = "env:STORE_PASSWORD"
  alias      = "${name}"
  artifact   = "overlay"
  sha256     = "${identities[name].sha256}"
}
resource "trust_file" "file" {
  ${host}
  path       = "/opt/file"
  artifact   = "file"
  sha256     = "${createHash("sha256").update(delivered).digest("hex")}"
  on_foreign = "replace"
}
resource "trust_config_file" "agent" {
  ${host}
  path     = "/opt/agent.properties"
  settings = [
    { kind = "property", key = "port", value = "8443" },
    { kind = "property", key = "${name}", value = "on" },
  ]
}`);
      stack.init();
    }

    private path(name: string): string {
      return join(this.folder, name);
    }

    private read(name: string): string {
      return readFileSync(this.path(name), "utf8");
    }
  }

  test(
    `in every order of deploy, destroy, kill and edits by hand lose nothing and leave nothing (${runs} histories)`,
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(step, { minLength: 3, maxLength: 7 }),
          fc.constantFrom<Side[]>(["tst", "prod"], ["prod", "tst"]),
          async (steps, order) => {
            const world = new World();
            try {
              for (const taken of steps) await world.take(taken);
              expect(world.end(order)).toEqual(["agent.properties", "file", "store"]);
            } finally {
              world.remove();
            }
          },
        ),
        { numRuns: runs, endOnFailure: true },
      );
    },
    runs * 120_000,
  );
});
