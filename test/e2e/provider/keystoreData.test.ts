import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { AttachedStack } from "../../provider/support/attachedStack";
import { stackForEachTest } from "../../provider/support/stackForEachTest";
import {
  anchorEntry,
  keyEntry,
  keytool,
  keytoolList,
  makeIdentity,
  writeTestStore,
} from "../../provider/support/stores";
import { describeWith } from "../../support/tools";

const password = "abcdef";
const jetty = makeIdentity("jetty");
const partner = makeIdentity("partner");

/** What Node's own reader says of a certificate, in the words of an entry. */
function described(certificate: Buffer) {
  const { fingerprint256, subject, issuer, serialNumber, validFrom, validTo } = new X509Certificate(
    certificate,
  );
  return {
    sha256: fingerprint256,
    subject,
    issuer,
    serial_number: serialNumber.toLowerCase().replace(/^0+/, ""),
    not_before: instant(validFrom),
    not_after: instant(validTo),
  };
}

const instant = (date: string) => new Date(date).toISOString().replace(".000Z", "Z");

const pemOf = ({ certificate }: typeof jetty) => new X509Certificate(certificate).toString();

describeWith(["terraform", "keytool"], "the data source trust_keystore", () => {
  let stack: AttachedStack;
  let store: string;

  stackForEachTest({ KEYSTORE_PASSWORD: password }, (begun, folder) => {
    stack = begun;
    store = join(folder, "keystore");
    declare("");
    stack.init();
  });

  function declare(more: string): void {
    stack.configure(`
data "trust_keystore" "product" {
  host     = "local:../host"
  path     = "/opt/keystore"
  password = "env:KEYSTORE_PASSWORD"
}
output "entries" {
  value = data.trust_keystore.product.entries
}
${more}`);
  }

  const stateText = () => readFileSync(join(stack.directory, "terraform.tfstate"), "utf8");
  const entries = () =>
    (JSON.parse(stateText()) as { outputs: { entries: { value: unknown } } }).outputs.entries.value;

  test("lists what a store holds, with certificates in PEM and without keys", () => {
    // GIVEN
    const chained = keyEntry("jetty", jetty);
    writeTestStore(store, "jks", password, [
      { ...chained, chain: [...chained.chain, partner.certificate] },
      anchorEntry("partner", partner),
    ]);

    // WHEN
    expect(stack.apply().status).toBe(0);

    // THEN
    expect(entries()).toEqual([
      {
        alias: "jetty",
        kind: "identity",
        ...described(jetty.certificate),
        certificates_pem: [pemOf(jetty), pemOf(partner)],
      },
      {
        alias: "partner",
        kind: "anchor",
        ...described(partner.certificate),
        certificates_pem: [pemOf(partner)],
      },
    ]);
    expect(stateText()).not.toMatch(/PRIVATE KEY|abcdef/);
  });

  test("lists a secret key of keytool's without anything of it", () => {
    // GIVEN
    keytool(
      store,
      password,
      "-genseckey",
      "-alias",
      "shared",
      "-keyalg",
      "AES",
      "-keysize",
      "128",
      "-storetype",
      "PKCS12",
    );

    // WHEN
    expect(stack.apply().status).toBe(0);

    // THEN
    const nothing = { sha256: "", subject: "", issuer: "", serial_number: "", not_before: "", not_after: "" };
    expect(entries()).toEqual([{ alias: "shared", kind: "secret", ...nothing, certificates_pem: [] }]);
  });

  test("gives a truststore what it trusts", () => {
    // GIVEN
    writeTestStore(store, "jks", password, [keyEntry("jetty", jetty)]);
    const cacerts = join(stack.root, "host/opt/cacerts");
    writeTestStore(cacerts, "jks", password, []);

    // WHEN
    declare(`
resource "trust_truststore_entry" "jetty" {
  host            = "local:../host"
  path            = "/opt/cacerts"
  password        = "env:KEYSTORE_PASSWORD"
  alias           = "jetty"
  certificate_pem = one([for entry in data.trust_keystore.product.entries : entry if entry.alias == "jetty"]).certificates_pem[0]
}`);
    expect(stack.apply().text).toContain("1 added");

    // THEN
    expect(keytoolList(cacerts, password)).toEqual({ jetty: `trustedCertEntry ${jetty.sha256}` });
    expect(stack.plan()).toEqual([]);
  });

  test("says which store is missing, and which password", () => {
    const missing = stack.run("plan", "-input=false");
    expect(missing.status).toBe(1);
    expect(missing.text).toContain("/opt/keystore does not exist");

    // WHEN
    writeTestStore(store, "jks", password, []);
    stack.environment = { KEYSTORE_PASSWORD: "wrong-one" };
    const locked = stack.run("plan", "-input=false");

    // THEN
    expect(locked.status).toBe(1);
    expect(locked.text).toContain("/opt/keystore (password env:KEYSTORE_PASSWORD)");
    expect(locked.text).not.toContain("wrong-one");
  });
});
