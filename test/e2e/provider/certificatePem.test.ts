import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { toPem } from "../../../lib/pki";
import type { AttachedStack } from "../../provider/support/attachedStack";
import { stackForEachTest } from "../../provider/support/stackForEachTest";
import {
  anchorEntry,
  keytool,
  keytoolList,
  makeIdentity,
  type TestIdentity,
  writeTestStore,
} from "../../provider/support/stores";
import { describeWith } from "../../support/tools";

const password = "changeit";
const root = makeIdentity("Public Root");
const first = makeIdentity("electricflow first");
const second = makeIdentity("electricflow second");
const pemOf = ({ certificate }: TestIdentity) => toPem(certificate, "CERTIFICATE");

describeWith(["terraform", "keytool"], "trust_truststore_entry with a certificate in PEM", () => {
  let stack: AttachedStack;
  let cacerts: string;

  stackForEachTest({ CACERTS_PASSWORD: password }, (begun, folder) => {
    stack = begun;
    cacerts = join(folder, "cacerts");
    writeTestStore(cacerts, "jks", password, [anchorEntry("public-root", root)]);
    declarePem(pemOf(first));
    stack.init();
  });

  function declare(more: string): void {
    stack.configure(`
resource "trust_truststore_entry" "electricflow" {
  host     = "local:../host"
  path     = "/opt/cacerts"
  password = "env:CACERTS_PASSWORD"
  alias    = "electricflow"
  ${more}
}`);
  }

  function declarePem(pem: string, more = ""): void {
    writeFileSync(join(stack.directory, "electricflow.crt"), pem);
    declare(`certificate_pem = file("electricflow.crt")\n${more}`);
  }

  function declareArtifact(identity: TestIdentity): void {
    const overlay = join(stack.directory, "overlay.jks");
    writeTestStore(overlay, "jks", password, [anchorEntry("electricflow", identity)]);
    declare(`artifact = "overlay.jks"\nsha256 = "${identity.sha256}"`);
  }

  const trusted = ({ sha256 }: TestIdentity) => `trustedCertEntry ${sha256}`;
  const trustedFirst = { "public-root": trusted(root), electricflow: trusted(first) };
  const address = "trust_truststore_entry.electricflow";

  test("is planned with its fingerprint, subject and expiry, delivered, and taken away", () => {
    stack.detach();
    // WHEN
    const [change] = stack.plan();

    // THEN
    expect(change?.after).toMatchObject({
      sha256: first.sha256,
      subject: first.subject,
      not_after: first.notAfter,
      certificate_pem: pemOf(first),
      content: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(stack.apply().text).toContain("1 added");
    expect(keytoolList(cacerts, password)).toEqual(trustedFirst);
    expect(stack.state(address)).toMatchObject({ sha256: first.sha256, artifact: null });
    expect(stack.plan()).toEqual([]);

    // WHEN
    expect(stack.destroy().text).toContain("1 destroyed");

    // THEN
    expect(keytoolList(cacerts, password)).toEqual({ "public-root": trusted(root) });
  });

  test.each([
    ["line ends of Windows", pemOf(first).replaceAll("\n", "\r\n")],
    ["text around it, as openssl writes it", `subject=CN = first\n# a comment\n${pemOf(first)}\nend\n`],
    ["blanks before each line", pemOf(first).replaceAll(/^/gm, "    ")],
    ["one long line", pemOf(first).replaceAll(/(?<=[A-Za-z0-9+/=])\n(?=[A-Za-z0-9+/=])/g, "")],
  ])("is the same certificate with %s", (_what, pem) => {
    // GIVEN
    stack.apply();
    const bytes = readFileSync(cacerts);

    // WHEN
    declarePem(pem);

    // THEN
    expect(stack.plan()).toEqual([]);
    expect(stack.apply().text).toContain("No changes");
    expect(readFileSync(cacerts).equals(bytes)).toBe(true);
  });

  test("another certificate is an update in place, and one that was changed by hand comes back", () => {
    // GIVEN
    stack.apply();
    declarePem(pemOf(second));

    // WHEN
    const [change] = stack.plan();

    // THEN
    expect(change?.actions).toEqual(["update"]);
    expect(change?.after).toMatchObject({ sha256: second.sha256, subject: second.subject });
    expect(stack.apply().text).toContain("1 changed");
    expect(keytoolList(cacerts, password)).toMatchObject({ electricflow: trusted(second) });

    // WHEN
    keytool(cacerts, password, "-delete", "-alias", "electricflow");
    const file = join(stack.directory, "electricflow.crt");
    writeFileSync(file, pemOf(first));
    keytool(cacerts, password, "-importcert", "-alias", "electricflow", "-file", file);
    declarePem(pemOf(second));
    const [drift] = stack.plan();

    // THEN
    expect(drift?.actions).toEqual(["update"]);
    expect(drift?.before).toMatchObject({ sha256: first.sha256, subject: first.subject });
    stack.apply();
    expect(keytoolList(cacerts, password)).toMatchObject({ electricflow: trusted(second) });
  });

  test("is imported with an empty plan", () => {
    // GIVEN
    writeTestStore(cacerts, "jks", password, [
      anchorEntry("public-root", root),
      anchorEntry("electricflow", first),
    ]);
    const bytes = readFileSync(cacerts);

    // WHEN
    const id = "local:../host:/opt/cacerts#electricflow?password=env:CACERTS_PASSWORD";
    expect(stack.run("import", "-input=false", address, id).status).toBe(0);

    // THEN
    expect(stack.plan()).toEqual([]);
    expect(readFileSync(cacerts).equals(bytes)).toBe(true);

    // WHEN
    declarePem(pemOf(second));

    // THEN
    expect(stack.plan().map(({ actions }) => actions)).toEqual([["update"]]);
    expect(stack.apply().text).toContain("1 changed");
    expect(stack.plan()).toEqual([]);
  });

  test("goes from an artifact to PEM and back, and the store stays as it is", () => {
    // GIVEN
    declareArtifact(first);
    stack.apply();
    const bytes = readFileSync(cacerts);

    // WHEN
    declarePem(pemOf(first));

    // THEN
    stack.apply();
    expect(stack.plan()).toEqual([]);
    declareArtifact(first);
    stack.apply();
    expect(stack.plan()).toEqual([]);
    expect(readFileSync(cacerts).equals(bytes)).toBe(true);

    // WHEN
    declareArtifact(second);
    stack.apply();

    // THEN
    expect(keytoolList(cacerts, password)).toMatchObject({ electricflow: trusted(second) });
    expect(stack.plan()).toEqual([]);
  });

  test("may be known at apply only", () => {
    // GIVEN
    const input = (pem: string) => `
resource "terraform_data" "issued" {
  input = <<-EOT
${pem}EOT
}
resource "trust_truststore_entry" "electricflow" {
  host            = "local:../host"
  path            = "/opt/cacerts"
  password        = "env:CACERTS_PASSWORD"
  alias           = "electricflow"
  certificate_pem = terraform_data.issued.output
}`;
    stack.configure(input(pemOf(first)));

    // WHEN
    expect(stack.apply().text).toContain("2 added");

    // THEN
    expect(keytoolList(cacerts, password)).toEqual(trustedFirst);
    expect(stack.plan()).toEqual([]);

    // WHEN
    stack.configure(input(pemOf(second)));
    expect(stack.apply().text).toContain("2 changed");

    // THEN
    expect(keytoolList(cacerts, password)).toMatchObject({ electricflow: trusted(second) });
    expect(stack.plan()).toEqual([]);
  });

  const key = "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n";
  test.each<[string, () => void, string]>([
    [
      "two certificates",
      () => declarePem(pemOf(first) + pemOf(second)),
      "certificate_pem holds 2 certificates",
    ],
    ["no certificate", () => declarePem("hello"), "certificate_pem holds no certificate"],
    ["a private key beside it", () => declarePem(pemOf(first) + key), "certificate_pem holds a private key"],
    ["half a block", () => declarePem(pemOf(first).slice(0, 200)), "a PEM block is cut short"],
    [
      "another certificate than its fingerprint",
      () => declarePem(pemOf(first), `sha256 = "${second.sha256}"`),
      `certificate_pem has the fingerprint ${first.sha256}`,
    ],
    [
      "both ways",
      () => declarePem(pemOf(first), 'artifact = "overlay.jks"'),
      "Give artifact or certificate_pem, not both",
    ],
    [
      "neither way",
      () => declare(`sha256 = "${first.sha256}"`),
      "Give certificate_pem, or artifact with sha256",
    ],
    ["an artifact without a fingerprint", () => declare('artifact = "overlay.jks"'), "Give sha256"],
  ])("%s is refused before anything is done", (_what, wrongly, message) => {
    // WHEN
    wrongly();
    const { status, text } = stack.run("validate", "-no-color");

    // THEN
    expect(status).toBe(1);
    expect(text).toContain(message);
    expect(text).not.toContain("c2VjcmV0");
  });
});
