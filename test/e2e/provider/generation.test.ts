import { createHash } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  anchorEntry,
  keyEntry,
  keytoolList,
  makeIdentity,
  writeTestStore,
} from "../../provider/support/stores";
import type { AttachedStack } from "../../provider/support/attachedStack";
import { stackForEachTest } from "../../provider/support/stackForEachTest";
import { describeWith } from "../../support/tools";

const password = "changeit";
const first = makeIdentity("generation one");
const second = makeIdentity("generation two");
const third = makeIdentity("generation three");

type Identity = typeof first;
type Kind = "key" | "anchor";

interface Declaration {
  readonly kind?: Kind;
  readonly generation?: number;
  /** The identity that the generation counts for. */
  readonly identity?: string;
  /** Name of the entry's resource. */
  readonly name?: string;
  readonly block?: string;
}

describeWith(["terraform", "keytool"], "generations under Terraform", () => {
  let folder: string;
  let stack: AttachedStack;

  stackForEachTest({ STORE_PASSWORD: password }, (begun, opt) => {
    [stack, folder] = [begun, opt];
    stack.configure("");
    stack.init();
  });

  function declare(
    identity: Identity,
    { kind = "key", generation, identity: counted, name = "entry", block = "" }: Declaration = {},
  ): void {
    const entry = kind === "anchor" ? anchorEntry("jetty", identity) : keyEntry("jetty", identity);
    writeTestStore(join(stack.directory, "overlay"), "jks", password, [entry]);
    stack.configure(`
provider "trust" {
  ${block}
}
resource "trust_keystore" "store" {
  host     = "local:../host"
  path     = "/opt/store"
  password = "env:STORE_PASSWORD"
  profile  = "jks"
}
resource "${kind === "anchor" ? "trust_truststore_entry" : "trust_key_entry"}" "${name}" {
  host     = trust_keystore.store.host
  path     = trust_keystore.store.path
  password = trust_keystore.store.password
  alias    = "jetty"
  artifact = "overlay"
  sha256   = "${identity.sha256}"
  ${generation === undefined ? "" : `generation = ${generation}`}
  ${counted === undefined ? "" : `identity = "${counted}"`}
  lifecycle { create_before_destroy = ${kind === "anchor"} }
}`);
  }

  const listed = () => keytoolList(join(folder, "store"), password);
  const held = ({ sha256 }: Identity) => ({ jetty: `PrivateKeyEntry ${sha256}` });

  /** Rewrites a JSON file as a version that knew no generations had left it. */
  function withoutGenerations(path: string): void {
    writeFileSync(path, readFileSync(path, "utf8").replaceAll(/\n *"generation": \d+,/g, ""));
  }

  function expectRefused(declared: number, remembered: number): void {
    const { status, text } = stack.run("plan", "-input=false");
    expect(status).toBe(1);
    expect(text).toContain(
      `was delivered in generation ${remembered}, and generation ${declared} is declared: an older lock is being deployed`,
    );
    expect(text).toContain("cdktf-trust lock --renew ID");
    expect(text).toContain("--accept-older-generations");
  }

  test("a key of an older lock is refused at plan by the row, and by the record where the state is lost", () => {
    // GIVEN
    declare(second, { generation: 2 });
    expect(stack.apply().status).toBe(0);
    expect(stack.state("trust_key_entry.entry")).toMatchObject({ generation: 2 });
    expect(stack.plan()).toEqual([]);

    // WHEN, THEN
    declare(first, { generation: 1 });
    expectRefused(1, 2);
    rmSync(join(stack.directory, "terraform.tfstate"));
    expectRefused(1, 2);
    expect(stack.apply().status).toBe(1);
    expect(listed()).toEqual(held(second));
  });

  test("an alias goes to another identity, whose generations are its own", () => {
    // GIVEN
    declare(third, { kind: "anchor", generation: 3, identity: "web/East", name: "east" });
    expect(stack.apply().status).toBe(0);

    // WHEN
    declare(first, { kind: "anchor", generation: 1, identity: "web/North", name: "north" });
    const { status, text } = stack.apply();

    // THEN
    expect({ status, text }).toMatchObject({ status: 0 });
    expect(listed()).toEqual({ jetty: `trustedCertEntry ${first.sha256}` });
    expect(stack.plan()).toEqual([]);
    declare(second, { kind: "anchor", generation: 2, identity: "web/East", name: "east" });
    expect(stack.apply().status).toBe(0);
  });

  test("an apply refuses what came to be known after its plan", () => {
    // GIVEN a plan that knows of generation 1 only
    declare(first, { generation: 1 });
    expect(stack.apply().status).toBe(0);
    declare(second, { generation: 2 });
    expect(stack.run("plan", "-input=false", "-out=plan.bin").status).toBe(0);

    // WHEN somebody deploys a newer one meanwhile
    const record = join(folder, ".store.cdktf-trust.json");
    writeFileSync(record, readFileSync(record, "utf8").replace('"generation": 1', '"generation": 3'));
    const { status, text } = stack.run("apply", "-input=false", "plan.bin");

    // THEN
    expect(status).toBe(1);
    expect(text).toContain("was delivered in generation 3, and generation 2 is declared");
    expect(listed()).toEqual(held(first));
  });

  test("a lock that was lost and made anew is deployed where that is said once", () => {
    // GIVEN
    declare(second, { generation: 2 });
    expect(stack.apply().status).toBe(0);

    // WHEN
    declare(first, { generation: 1, block: 'older_generations = "accept"' });
    expect(stack.apply().status).toBe(0);

    // THEN it holds from then on
    expect(listed()).toEqual(held(first));
    declare(first, { generation: 1 });
    expect(stack.plan()).toEqual([]);
    declare(third, { generation: 2 });
    expect(stack.apply().status).toBe(0);
  });

  test("a lower generation of the same certificate is refused too, and follows where it is accepted", () => {
    // GIVEN
    declare(first, { generation: 2 });
    expect(stack.apply().status).toBe(0);

    // WHEN, THEN
    declare(first, { generation: 1 });
    expectRefused(1, 2);
    declare(first, { generation: 1, block: 'older_generations = "accept"' });
    expect(stack.apply().text).toContain("1 changed");
    declare(first, { generation: 1 });
    expect(stack.plan()).toEqual([]);
    declare(first, { generation: 3 });
    expect(stack.plan()).toEqual([]);
  });

  test("an anchor of an older lock is refused, though it is a resource of its own", () => {
    // GIVEN
    declare(first, { kind: "anchor", generation: 1, name: "one" });
    expect(stack.apply().status).toBe(0);
    declare(second, { kind: "anchor", generation: 2, name: "two" });
    expect(stack.apply().status).toBe(0);

    // WHEN, THEN
    declare(first, { kind: "anchor", generation: 1, name: "one" });
    expectRefused(1, 2);
    expect(listed()).toEqual({ jetty: `trustedCertEntry ${second.sha256}` });

    // WHEN it is destroyed, THEN the record says nothing any more
    expect(stack.destroy().status).toBe(0);
    expect(stack.apply().status).toBe(0);
  });

  test("a destroy is not kept from by an older lock", () => {
    stack.detach();
    declare(second, { generation: 2 });
    expect(stack.apply().status).toBe(0);
    declare(first, { generation: 1 });
    expect(stack.destroy().status).toBe(0);
  });

  test("what a version without generations deployed is planned without a change, and remembers from then on", () => {
    // GIVEN
    declare(first, { generation: 1 });
    expect(stack.apply().status).toBe(0);
    const record = join(folder, ".store.cdktf-trust.json");
    withoutGenerations(record);
    withoutGenerations(join(stack.directory, "terraform.tfstate"));
    expect(stack.state("trust_key_entry.entry")).not.toHaveProperty("generation");
    const before = readFileSync(record);

    // WHEN, THEN
    expect(stack.plan()).toEqual([]);
    expect(stack.run("plan", "-input=false").text).toContain("No changes.");
    expect(stack.run("plan", "-input=false", "-refresh=false").text).toContain("No changes.");
    expect(stack.apply().text).toContain("0 added, 0 changed, 0 destroyed");
    expect(readFileSync(record).equals(before)).toBe(true);
    declare(first);
    expect(stack.plan()).toEqual([]);

    // WHEN
    declare(second, { generation: 2 });
    expect(stack.apply().status).toBe(0);

    // THEN
    declare(first, { generation: 1 });
    expectRefused(1, 2);
  });

  test("a file of an older lock is refused", () => {
    // GIVEN
    const declareFile = (content: string, generation: number) => {
      writeFileSync(join(stack.directory, "file"), content);
      stack.configure(`
resource "trust_file" "file" {
  host       = "local:../host"
  path       = "/opt/file"
  artifact   = "file"
  sha256     = "${createHash("sha256").update(content).digest("hex")}"
  generation = ${generation}
}`);
    };
    declareFile("two\n", 2);
    expect(stack.apply().status).toBe(0);

    // WHEN, THEN
    declareFile("one\n", 1);
    expectRefused(1, 2);
    rmSync(join(stack.directory, "terraform.tfstate"));
    expectRefused(1, 2);
    expect(readFileSync(join(folder, "file"), "utf8")).toBe("two\n");
  });

  test.each(["0", "1.5", "-1", "1e300"])("%s is no generation", (text) => {
    declare(first);
    const main = readFileSync(join(stack.directory, "main.tf"), "utf8");
    writeFileSync(
      join(stack.directory, "main.tf"),
      main.replace("lifecycle", `generation = ${text}\n  lifecycle`),
    );
    const { status, text: said } = stack.run("validate");
    expect(status).toBe(1);
    expect(said).toMatch(/give a whole number from 1|should be a number of at most 15 digits/);
  });

  test("an option that is neither is refused", () => {
    declare(first, { block: 'older_generations = "yes"' });
    expect(stack.run("plan", "-input=false").text).toContain('older_generations is "yes". Write "refuse"');
  });
});
