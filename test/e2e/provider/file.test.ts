import { createHash, generateKeyPairSync } from "node:crypto";
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describeWith, slowly } from "../../support/tools";
import type { AttachedStack } from "../../provider/support/attachedStack";
import { stackForEachTest } from "../../provider/support/stackForEachTest";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

describeWith("terraform", "trust_file under Terraform", () => {
  let stack: AttachedStack;
  let target: string;

  stackForEachTest({}, (begun, folder) => {
    stack = begun;
    target = join(folder, "electricflow.crt");
    declare("certificate one\n");
    stack.init();
  });

  function declare(text: string, more = ""): void {
    writeFileSync(join(stack.directory, "artifact.crt"), text);
    stack.configure(`
resource "trust_file" "certificate" {
  host     = "local:../host"
  path     = "/opt/electricflow.crt"
  artifact = "artifact.crt"
  sha256   = "${sha256(text)}"
  ${more}
}`);
  }

  test("delivers, stays quiet, follows a change and goes away without a trace", () => {
    stack.detach();
    // WHEN
    const applied = stack.apply();

    // THEN
    expect(applied.text).toContain("1 added");
    expect(readFileSync(target, "utf8")).toBe("certificate one\n");
    expect(statSync(target).mode & 0o777).toBe(0o644);
    expect(stack.plan()).toEqual([]);

    // WHEN the content changes
    declare("certificate two\n", 'mode = "0600"');
    const [change] = stack.plan();

    // THEN the plan names the hash and the mode, never the content
    expect(change?.actions).toEqual(["update"]);
    expect(change?.after).toMatchObject({ sha256: sha256("certificate two\n"), mode: "0600" });
    expect(stack.apply().text).toContain("1 changed");
    expect(readFileSync(target, "utf8")).toBe("certificate two\n");
    expect(statSync(target).mode & 0o777).toBe(0o600);

    // WHEN
    expect(stack.destroy().text).toContain("1 destroyed");

    // THEN
    const left = readdirSync(join(stack.root, "host", "opt")).filter((name) => !name.endsWith(".bak"));
    expect(left).toEqual([]);
  });

  test("shows what a person changed by hand, and puts it back", () => {
    // GIVEN
    stack.apply();
    writeFileSync(target, "by hand\n");
    chmodSync(target, 0o666);

    // WHEN
    const [change] = stack.plan();

    // THEN
    expect(change?.actions).toEqual(["update"]);
    expect(change?.before).toMatchObject({ sha256: sha256("by hand\n"), mode: "0666" });
    stack.apply();
    expect(readFileSync(target, "utf8")).toBe("certificate one\n");

    // WHEN it is removed by hand
    rmSync(target);

    // THEN it is put back, under the claim that the record still has
    expect(stack.plan().map(({ actions }) => actions)).toEqual([["update"]]);
    stack.apply();
    expect(readFileSync(target, "utf8")).toBe("certificate one\n");
  });

  slowly("refuses somebody else's file, and replaces it for as long as it is told to", () => {
    // GIVEN
    writeFileSync(target, "foreign\n", { mode: 0o640 });

    // WHEN
    const refused = stack.apply();

    // THEN
    expect(refused.status).toBe(1);
    expect(refused.text).toContain("terraform import");
    expect(refused.text).toContain('on_foreign = "replace"');
    expect(readdirSync(join(stack.root, "host", "opt"))).toEqual(["electricflow.crt"]);

    // WHEN
    declare("certificate one\n", 'on_foreign = "replace"');
    expect(stack.apply().status).toBe(0);

    // THEN
    expect(readFileSync(target, "utf8")).toBe("certificate one\n");
    expect(stack.destroy().status).toBe(0);
    expect(readFileSync(target, "utf8")).toBe("foreign\n");
    expect(statSync(target).mode & 0o777).toBe(0o640);
  });

  slowly("adopts a file that holds the declared content already, and imports one", () => {
    // GIVEN
    writeFileSync(target, "certificate one\n", { mode: 0o644 });
    chmodSync(target, 0o644);

    // WHEN
    const imported = stack.run("import", "trust_file.certificate", "local:../host:/opt/electricflow.crt");

    // THEN
    expect(imported.text).toContain("Import successful");
    expect(stack.plan()).toEqual([]);
    expect(stack.destroy().status).toBe(0);
    // It was there before.
    expect(readFileSync(target, "utf8")).toBe("certificate one\n");

    // WHEN it is adopted without a word
    expect(stack.apply().text).toContain("1 added");
    stack.destroy();

    // THEN
    expect(readdirSync(join(stack.root, "host", "opt"))).toEqual(["electricflow.crt"]);
  });

  test("writes through a symbolic link and keeps the link", () => {
    // GIVEN
    mkdirSync(join(stack.root, "host", "data"));
    symlinkSync("../data/electricflow.crt", target);

    // WHEN
    expect(stack.apply().status).toBe(0);

    // THEN
    expect(readFileSync(join(stack.root, "host", "data", "electricflow.crt"), "utf8")).toBe(
      "certificate one\n",
    );
    expect(stack.plan()).toEqual([]);
  });

  test("gives a private key that is not encrypted to its owner only", () => {
    // GIVEN
    const key = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    declare(key);

    // WHEN
    const { status, text } = stack.apply();

    // THEN
    expect(status).toBe(1);
    expect(text).toContain("Set the mode to 0600");
    expect(readdirSync(join(stack.root, "host", "opt"))).toEqual([]);

    // AND
    declare(key, 'mode = "0600"');
    expect(stack.apply().status).toBe(0);
    expect(readFileSync(target, "utf8")).toBe(key);
  });

  test.each([
    ["a host without a kind", { host: '"../host"' }, "not a host address"],
    ["a relative path", { path: '"opt/x"' }, "not an absolute path"],
    ["a mode in decimal", { mode: '"rw-r--r--"' }, "not four octal digits"],
    ["a set-id bit", { mode: '"4755"' }, "which no delivered file may have"],
    ["a file for everybody to write", { mode: '"0666"' }, "lets everybody write the file"],
    ["a hash of something else", { sha256: `"${"0".repeat(64)}"` }, "come from two different runs of synth"],
    ["an artifact that is not there", { artifact: '"nowhere"' }, "Run synth again"],
  ])("says what to do about %s", (_what, change, sentence) => {
    // GIVEN
    const values = {
      host: '"local:../host"',
      path: '"/opt/electricflow.crt"',
      artifact: '"artifact.crt"',
      sha256: `"${sha256("certificate one\n")}"`,
      ...change,
    };
    const lines = Object.entries(values).map(([name, value]) => `  ${name} = ${value}`);
    stack.configure(`resource "trust_file" "certificate" {\n${lines.join("\n")}\n}`);

    // WHEN
    const { status, text } = stack.apply();

    // THEN
    expect(status).toBe(1);
    expect(text).toContain(sentence);
    expect(readdirSync(join(stack.root, "host", "opt"))).toEqual([]);
  });

  test("destroys what a vanished host held with a warning", () => {
    // GIVEN
    stack.apply();
    rmSync(join(stack.root, "host"), { recursive: true });

    // WHEN
    const destroyed = stack.run("destroy", "-auto-approve", "-refresh=false");

    // THEN
    expect(destroyed.text).toContain("was gone already");
    expect(destroyed.text).toContain("1 destroyed");
  });
});
