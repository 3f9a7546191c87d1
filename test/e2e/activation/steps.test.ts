import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AttachedStack } from "../../provider/support/attachedStack";
import { stackForEachTest } from "../../provider/support/stackForEachTest";
import { describeWith, slowly } from "../../support/tools";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

describeWith("terraform", "the steps of an activation under Terraform", () => {
  let stack: AttachedStack;
  let folder: string;
  /** One line a run of the steps. */
  let runs: string;

  stackForEachTest({}, (begun, made) => {
    stack = begun;
    folder = made;
    runs = join(stack.root, "runs");
    declare("one\n");
    stack.init();
  });

  /** Two files, a store where its password is given, and an activation that notes its run and succeeds as long as neither file says `bad`. */
  function declare(
    text: string,
    { first = "true", store }: { readonly first?: string; readonly store?: string } = {},
  ): void {
    writeFileSync(join(stack.directory, "artifact"), text);
    const file = (name: string) => `
resource "trust_file" "${name}" {
  host     = "local:../host"
  path     = "/opt/${name}"
  artifact = "artifact"
  sha256   = "${sha256(text)}"
}`;
    const script = `${first}; echo run >> ${runs}; if grep -q bad ${folder}/one ${folder}/two; then echo 'bad file'; exit 3; fi`;
    const ofStore = `
resource "trust_keystore" "store" {
  host     = "local:../host"
  path     = "/opt/store.p12"
  password = "${store}"
  profile  = "modern"
}`;
    const read = store === undefined ? "" : `, { path = "/opt/store.p12", password = "${store}" }`;
    stack.configure(`${file("one")}${file("two")}${store === undefined ? "" : ofStore}
resource "trust_activation" "product" {
  host       = "local:../host"
  name       = "product"
  files      = [{ path = "/opt/one" }, { path = "/opt/two" }${read}]
  steps      = [{ argv = ["sh", "-c", ${JSON.stringify(script)}], on = "runner" }]
  depends_on = [trust_file.one, trust_file.two]
}`);
  }

  const timesRun = () => (existsSync(runs) ? readFileSync(runs, "utf8").trim().split("\n").length : 0);

  test("run once for all files, and only where something is owed", () => {
    // WHEN
    expect(stack.apply().text).toContain("3 added");

    // THEN
    expect(timesRun()).toBe(1);
    expect(stack.state("trust_activation.product")).toMatchObject({ state: "proven", level: "called" });
    expect(stack.plan()).toEqual([]);
    expect(stack.apply().status).toBe(0);
    expect(timesRun()).toBe(1);

    // WHEN both files change
    declare("two\n");

    // THEN the same plan shows the activation
    expect(stack.plan().map(({ address }) => address)).toContain("trust_activation.product");
    expect(stack.apply().text).toContain("3 changed");
    expect(timesRun()).toBe(2);
    expect(stack.plan()).toEqual([]);

    // WHEN somebody changes one by hand
    writeFileSync(join(folder, "one"), "by hand\n");

    // THEN what is put right is activated in the same apply
    expect(stack.apply().text).toContain("2 changed");
    expect(timesRun()).toBe(3);
    expect(stack.plan()).toEqual([]);
  });

  slowly("are run by the next apply where the provider is killed under them", () => {
    stack.detach();
    stack.apply();
    declare("two\n", { first: "test -e killed || { touch killed; kill -9 $PPID; sleep 1; }" });

    // WHEN
    expect(stack.apply().status).toBe(1);

    // THEN no file is to be changed any more, and it is owed
    expect(readFileSync(join(folder, "one"), "utf8")).toBe("two\n");
    expect(stack.plan().map(({ address }) => address)).toContain("trust_activation.product");
    const before = timesRun();
    expect(stack.apply().status).toBe(0);
    expect(timesRun()).toBe(before + 1);
    expect(stack.plan()).toEqual([]);
  });

  test("are written into the journal, with what they changed and what became of it", () => {
    stack.environment = { ...stack.environment, CDKTF_TRUST_JOURNAL: join(stack.root, "journal") };
    stack.apply();
    declare("bad\n");
    stack.apply();

    const path = join(stack.root, "journal");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const events = readFileSync(path, "utf8")
      .trim()
      .split("\n")
      .map((line): Record<string, unknown> => JSON.parse(line));
    expect(events.map(({ event }) => event).join(" ")).toBe(
      "changed changed ran proved changed changed ran rolled-back rolled-back ran proved failed",
    );
    expect(events[0]).toMatchObject({ host: "local:../host", thing: "trust_file", sha256: sha256("one\n") });
    expect(events[2]).toMatchObject({ activation: "product", status: 0 });
    expect(events[7]).toMatchObject({ activation: "product", thing: "the file" });
  });

  test("print no password, neither of a store that they read nor of the environment, though the apply itself opens none", () => {
    stack.detach();
    const log = join(stack.root, "terraform.log");
    const [password, other] = ["a-password-that-is-printed", "a-password-that-nothing-refers-to"];
    writeFileSync(join(stack.directory, "password"), password, { mode: 0o600 });
    stack.environment = {
      ...stack.environment,
      OTHER_PASSWORD: other,
      CDKTF_TRUST_JOURNAL: join(stack.root, "journal"),
      TF_LOG: "trace",
      TF_LOG_PATH: log,
    };
    const declareStore = (text: string) => {
      declare(text, { first: "cat password; echo; printenv OTHER_PASSWORD", store: "file:password" });
    };
    declareStore("one\n");
    expect(stack.apply().status).toBe(0);
    declareStore("bad\n");

    // WHEN only the file is written, and the steps fail
    const failed = stack.apply();

    // THEN
    expect(failed.status).toBe(1);
    expect(failed.text).toContain("It printed last: [secret] [secret] bad file");
    const written = [log, join(stack.root, "journal"), join(stack.directory, "terraform.tfstate")];
    for (const text of [failed.text, ...written.map((path) => readFileSync(path, "utf8"))])
      expect([text.includes(password), text.includes(other)]).toEqual([false, false]);
  });

  test("that fail put the files back, are run again and show the change again", () => {
    // GIVEN
    stack.apply();
    declare("bad\n");

    // WHEN
    const failed = stack.apply();

    // THEN
    expect(failed.status).toBe(1);
    expect(failed.text).toContain("ended with status 3");
    expect(failed.text).toContain("bad file");
    expect(failed.text).toContain("Rolled back: /opt/one: the file: as it was proven last");
    expect(failed.text).toContain("The steps were run again: the step ended with 0.");
    expect(readFileSync(join(folder, "one"), "utf8")).toBe("one\n");
    expect(readFileSync(join(folder, "two"), "utf8")).toBe("one\n");
    expect(timesRun()).toBe(3);
    expect(
      stack
        .plan()
        .map(({ address }) => address)
        .sort(),
    ).toEqual(["trust_activation.product", "trust_file.one", "trust_file.two"]);

    // WHEN it is put right
    declare("good\n");

    // THEN
    expect(stack.apply().status).toBe(0);
    expect(stack.plan()).toEqual([]);
  });
});
