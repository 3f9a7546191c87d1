import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeWith } from "../../support/tools";
import {
  anchorEntry,
  keyEntry,
  keytool,
  keytoolList,
  makeIdentity,
  writeTestStore,
} from "../../provider/support/stores";
import { AttachedStack } from "../../provider/support/attachedStack";
import { bundleProvider } from "../../provider/support/terraform";

const password = "changeit";
const root = makeIdentity("Public Root");
const first = makeIdentity("electricflow first");
const second = makeIdentity("electricflow second");
const stranger = makeIdentity("stranger");

describeWith(["terraform", "keytool"], "trust_truststore_entry under Terraform", () => {
  const scratch = mkdtempSync(join(tmpdir(), "trust-anchor-"));
  const bundle = bundleProvider(scratch);
  let stack: AttachedStack;
  let cacerts: string;

  beforeEach(() => {
    stack = new AttachedStack(bundle);
    stack.environment = { CACERTS_PASSWORD: password };
    cacerts = join(stack.root, "host", "opt", "cacerts");
    writeTestStore(cacerts, "jks", password, [anchorEntry("public-root", root)]);
    declare("electricflow", first);
    stack.init();
  });

  afterEach(() => stack.remove());
  afterAll(() => rmSync(scratch, { recursive: true }));

  function declare(name: string, identity: typeof first, more = ""): void {
    const artifact = `${name}.jks`;
    writeTestStore(join(stack.directory, artifact), "jks", password, [anchorEntry("electricflow", identity)]);
    stack.configure(`
resource "trust_truststore_entry" "${name}" {
  host      = "local:../host"
  path      = "/opt/cacerts"
  password  = "env:CACERTS_PASSWORD"
  alias     = "electricflow"
  artifact  = "${artifact}"
  sha256    = "${identity.sha256}"
  subject   = "${identity.subject}"
  not_after = "${identity.notAfter}"
  ${more}
  lifecycle {
    create_before_destroy = true
  }
}`);
  }

  const trusted = ({ sha256 }: typeof first) => `trustedCertEntry ${sha256}`;

  test("adds the certificate, keeps the public roots, and takes only its own away", () => {
    stack.detach();
    // WHEN
    const [change] = stack.plan();
    const applied = stack.apply();

    // THEN
    expect(change?.after).toMatchObject({
      id: "local:../host:/opt/cacerts#electricflow",
      alias: "electricflow",
      sha256: first.sha256,
      subject: "CN=electricflow first",
      not_after: first.notAfter,
    });
    expect(applied.text).toContain("1 added");
    expect(keytoolList(cacerts, password)).toEqual({
      "public-root": trusted(root),
      electricflow: trusted(first),
    });
    expect(stack.plan()).toEqual([]);
    const bytes = readFileSync(cacerts);
    expect(stack.apply().text).toContain("No changes");
    expect(readFileSync(cacerts).equals(bytes)).toBe(true);

    // WHEN
    expect(stack.destroy().text).toContain("1 destroyed");

    // THEN
    expect(keytoolList(cacerts, password)).toEqual({ "public-root": trusted(root) });
    expect(existsSync(join(stack.root, "host", "opt", ".cacerts.cdktf-trust.json"))).toBe(false);
  });

  test("shows an alias that was deleted or replaced by hand, and puts it back", () => {
    // GIVEN
    stack.apply();
    keytool(cacerts, password, "-delete", "-alias", "electricflow");

    // THEN
    expect(stack.plan().map(({ actions }) => actions)).toEqual([["create"]]);
    stack.apply();
    expect(keytoolList(cacerts, password)).toMatchObject({ electricflow: trusted(first) });

    // WHEN
    const pem = join(scratch, "stranger.der");
    writeFileSync(pem, stranger.certificate);
    keytool(cacerts, password, "-delete", "-alias", "electricflow");
    keytool(cacerts, password, "-importcert", "-alias", "electricflow", "-file", pem);
    const [change] = stack.plan();

    // THEN
    expect(change?.actions).toEqual(["update"]);
    expect(change?.before).toMatchObject({ sha256: stranger.sha256, subject: "CN=stranger" });
    stack.apply();
    expect(keytoolList(cacerts, password)).toEqual({
      "public-root": trusted(root),
      electricflow: trusted(first),
    });
  });

  test("trusts both generations while the one takes over from the other", () => {
    // GIVEN
    stack.apply();
    declare("electricflow_2", second);

    // WHEN
    const changes = stack.plan();

    // THEN
    expect(changes.map(({ address, actions }) => [address, actions])).toEqual([
      ["trust_truststore_entry.electricflow", ["delete"]],
      ["trust_truststore_entry.electricflow_2", ["create"]],
    ]);

    // WHEN only the new one is created
    const halfway = stack.run("apply", "-auto-approve", "-target=trust_truststore_entry.electricflow_2");

    // THEN both are trusted
    expect(halfway.status).toBe(0);
    expect(keytoolList(cacerts, password)).toEqual({
      "public-root": trusted(root),
      electricflow: trusted(second),
      "electricflow-previous": trusted(first),
    });
    // AND the older one's resource has followed it
    expect(stack.plan().map(({ address, actions }) => [address, actions])).toEqual([
      ["trust_truststore_entry.electricflow", ["delete"]],
    ]);

    // WHEN
    expect(stack.apply().text).toContain("0 added, 0 changed, 1 destroyed");

    // THEN
    expect(keytoolList(cacerts, password)).toEqual({
      "public-root": trusted(root),
      electricflow: trusted(second),
    });
    expect(stack.plan()).toEqual([]);
  });

  test("moves the older generation back when the newer one is given up", () => {
    // GIVEN
    stack.apply();
    declare("electricflow_2", second);
    stack.run("apply", "-auto-approve", "-target=trust_truststore_entry.electricflow_2");

    // WHEN
    declare("electricflow", first);
    stack.apply();

    // THEN
    expect(keytoolList(cacerts, password)).toEqual({
      "public-root": trusted(root),
      electricflow: trusted(first),
    });
    expect(stack.plan()).toEqual([]);
  });

  test("refuses somebody else's entry, naming both ways out", () => {
    // GIVEN
    writeTestStore(cacerts, "jks", password, [anchorEntry("electricflow", stranger)]);
    const bytes = readFileSync(cacerts);

    // WHEN
    const { status, text } = stack.apply();

    // THEN
    expect(status).toBe(1);
    expect(text).toContain("CN=stranger");
    expect(text).toContain(
      "terraform import ADDRESS 'local:../host:/opt/cacerts#electricflow?password=env:CACERTS_PASSWORD'",
    );
    expect(text).toContain('on_foreign = "replace"');
    expect(readFileSync(cacerts).equals(bytes)).toBe(true);
    expect(readdirSync(join(stack.root, "host", "opt"))).toEqual(["cacerts"]);

    // WHEN
    declare("electricflow", first, 'on_foreign = "replace"');
    expect(stack.apply().status).toBe(0);

    // THEN
    expect(keytoolList(cacerts, password)).toEqual({ electricflow: trusted(first) });
    expect(stack.destroy().status).toBe(0);
    expect(keytoolList(cacerts, password)).toEqual({ electricflow: trusted(stranger) });
  });

  test("adopts the same certificate, and imports an alias with an empty plan", () => {
    // GIVEN
    writeTestStore(cacerts, "jks", password, [anchorEntry("electricflow", first)]);
    const bytes = readFileSync(cacerts);

    // WHEN
    const imported = stack.run(
      "import",
      "trust_truststore_entry.electricflow",
      "local:../host:/opt/cacerts#electricflow?password=env:CACERTS_PASSWORD",
    );

    // THEN
    expect(imported.text).toContain("Import successful");
    expect(stack.plan()).toEqual([]);
    expect(readFileSync(cacerts).equals(bytes)).toBe(true);
    stack.run("state", "rm", "trust_truststore_entry.electricflow");

    // WHEN
    expect(stack.apply().text).toContain("1 added");

    // THEN
    expect(readFileSync(cacerts).equals(bytes)).toBe(true);
    stack.destroy();
    // It was there before.
    expect(readFileSync(cacerts).equals(bytes)).toBe(true);
    expect(readdirSync(join(stack.root, "host", "opt"))).toEqual(["cacerts"]);
  });

  test("keeps the state where the secret is not at hand, and says so", () => {
    // GIVEN
    stack.apply();
    stack.environment = {};

    // WHEN
    const planned = stack.run("plan");

    // THEN
    expect(planned.status).toBe(0);
    expect(planned.text).toContain("No changes");
    expect(planned.text).toContain("env:CACERTS_PASSWORD");
    expect(stack.destroy().status).toBe(1);
  });

  test.each([
    [
      "a wrong store password",
      () => writeTestStore(cacerts, "jks", "another-word", [anchorEntry("root", root)]),
      "/opt/cacerts (password env:CACERTS_PASSWORD): the password does not open the store",
    ],
    [
      "a secret that has changed since synth",
      () => (stack.environment = { CACERTS_PASSWORD: "another-word" }),
      "run synth again with it",
    ],
    ["a store that is none", () => writeFileSync(cacerts, "hello"), "this is no store"],
    ["a store that is missing", () => rmSync(cacerts), "does not exist"],
    [
      "a missing secret",
      () => (stack.environment = {}),
      "env:CACERTS_PASSWORD: the environment variable is not set",
    ],
    [
      "an alias of another kind",
      () => writeTestStore(cacerts, "jks", password, [keyEntry("electricflow", stranger)]),
      "a key with the certificate CN=stranger",
    ],
  ])("says what to do about %s and changes nothing", (_what, spoil, sentence) => {
    // GIVEN
    spoil();
    const before = readdirSync(join(stack.root, "host", "opt"));
    const bytes = existsSync(cacerts) ? readFileSync(cacerts) : undefined;

    // WHEN
    const { status, text } = stack.apply();

    // THEN
    expect(status).toBe(1);
    expect(text).toContain(sentence);
    expect(text).not.toContain("another-word");
    expect(readdirSync(join(stack.root, "host", "opt"))).toEqual(before);
    expect(existsSync(cacerts) ? readFileSync(cacerts) : undefined).toEqual(bytes);
  });
});
