import type { App } from "cdktf";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  Certificate,
  CertificateAuthority,
  Host,
  HttpsCallbackEndpoint,
  Keystore,
  PartnerCertificate,
  Secret,
  TrustStack,
  TruststoreEntry,
  judgeForTest,
  synthesiseForTest,
} from "../../lib";
import { describeWith, tool } from "../support/tools";
import { ShopStack } from "./stacks";

class ImportingStack extends TrustStack {
  constructor(app: App, file: string) {
    super(app, "orders");
    const store = (name: string) =>
      new Keystore(this, name, {
        host: Host.local("orders"),
        path: `/etc/${name}.p12`,
        password: Secret.env("ORDERS"),
      });
    const orders = new HttpsCallbackEndpoint(this, "Orders", {
      names: ["orders.example.com"],
      port: 443,
      identity: store("keys").entry("orders"),
      certificate: Certificate.imported({ file, password: Secret.env("ORDERS_PFX") }),
    });
    new TruststoreEntry(this, "Anchor", { truststore: store("trust"), alias: "orders", trusts: orders });
  }
}

class PartnerStack extends TrustStack {
  constructor(app: App, file: string) {
    super(app, "partner");
    new TruststoreEntry(this, "Partner", {
      truststore: new Keystore(this, "Trust", {
        host: Host.local("orders"),
        path: "/etc/trust.p12",
        password: Secret.env("ORDERS"),
      }),
      alias: "partner",
      trusts: new PartnerCertificate(this, "Certificate", { file }),
    });
  }
}

class RequestingStack extends TrustStack {
  constructor(app: App) {
    super(app, "orders");
    const issuing = CertificateAuthority.requested(this, "Issuing", { commonName: "Issuing" });
    const store = (name: string) =>
      new Keystore(this, name, {
        host: Host.local("orders"),
        path: `/etc/${name}.p12`,
        password: Secret.env("ORDERS"),
      });
    const orders = new HttpsCallbackEndpoint(this, "Orders", {
      names: ["orders.example.com"],
      port: 443,
      identity: store("keys").entry("orders"),
      certificate: Certificate.issuedBy(issuing),
    });
    new TruststoreEntry(this, "Anchor", { truststore: store("trust"), alias: "orders", trusts: orders });
  }
}

describe("what no test has at hand", () => {
  test("an authority that is requested is stood in for by one that issues", () => {
    const synthesis = synthesiseForTest((app) => new RequestingStack(app));
    expect(synthesis.standIns).toEqual(["orders/Issuing"]);
    expect(synthesis.hops).toMatchObject([{ ok: true, isRehearsed: true }]);
  });

  test("an identity that stays on its host is stood in for, and judged by rules alone as in a deploy", () => {
    const synthesis = synthesiseForTest((app) => new ShopStack(app, "shop", { isExisting: true }));
    expect(synthesis.standIns).toEqual(["shop/Stock/Certificate"]);
    expect(synthesis.hops).toMatchObject([{ ok: true, isRehearsed: false }]);
    expect(synthesis.hops[0]?.findings.map(({ rule }) => rule)).toContain("not-rehearsed");
  });

  test("an imported identity whose file is not there is stood in for, with a key", () => {
    const synthesis = synthesiseForTest((app) => new ImportingStack(app, "keys/none.pfx"));
    expect(synthesis.standIns).toEqual(["orders/Orders/Certificate"]);
    expect(synthesis.hops).toMatchObject([{ ok: true, isRehearsed: true }]);
    expect(synthesis.store("orders", "/etc/keys.p12").entries).toMatchObject([
      { alias: "orders", kind: "key", certificate: { subject: "CN=orders.example.com, O=cdktf-trust test" } },
    ]);
  });

  test("a partner's certificate that is not there is an error that names the file", () => {
    expect(() => judgeForTest((app) => new PartnerStack(app, "certs/none.pem"))).toThrow(/certs\/none\.pem/);
  });
});

describeWith("openssl", "files that are there", () => {
  const directory = mkdtempSync(join(tmpdir(), "cdktf-trust-fixtures-"));
  const [pfx, pem] = [join(directory, "orders.pfx"), join(directory, "partner.pem")];

  beforeAll(() => {
    const key = join(directory, "key.pem");
    const openssl = (...words: string[]) => execFileSync(tool("openssl"), words, { stdio: "pipe" });
    openssl(
      "req",
      "-x509",
      "-newkey",
      "rsa:2048",
      "-nodes",
      "-keyout",
      key,
      "-out",
      pem,
      "-days",
      "3650",
      "-subj",
      "/CN=orders.example.com",
      "-addext",
      "subjectAltName=DNS:orders.example.com",
    );
    openssl("pkcs12", "-export", "-inkey", key, "-in", pem, "-out", pfx, "-passout", "pass:fixture");
    writeFileSync(join(directory, "done"), "");
  });

  afterAll(() => rmSync(directory, { recursive: true }));

  const now = new Date(Date.now() + 86_400_000);
  const importing = (app: App) => new ImportingStack(app, pfx);

  test("an imported identity is read where the test says its password", () => {
    const synthesis = synthesiseForTest(importing, { now, secrets: { "env:ORDERS_PFX": "fixture" } });
    expect(synthesis.standIns).toEqual([]);
    expect(synthesis.store("orders", "/etc/keys.p12").entries).toMatchObject([
      { certificate: { subject: "CN=orders.example.com" } },
    ]);
  });

  test("and stood in for where it does not, though a variable of the machine says one", () => {
    process.env["ORDERS_PFX"] = "fixture";
    const synthesis = synthesiseForTest(importing, { now });
    delete process.env["ORDERS_PFX"];
    expect(synthesis.standIns).toEqual(["orders/Orders/Certificate"]);
  });

  test("a wrong password is the error that a deploy gives", () => {
    expect(() => synthesiseForTest(importing, { now, secrets: { "env:ORDERS_PFX": "wrong" } })).toThrow(
      /orders\.pfx/,
    );
  });

  test("a partner's certificate is read", () => {
    const synthesis = synthesiseForTest((app) => new PartnerStack(app, pem), { now });
    expect(synthesis.store("orders", "/etc/trust.p12").entries).toMatchObject([
      { alias: "partner", kind: "anchor", certificate: { subject: "CN=orders.example.com" } },
    ]);
  });
});
