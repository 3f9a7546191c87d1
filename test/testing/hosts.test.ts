import type { App } from "cdktf";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CertificateAuthority,
  ConfigFile,
  Host,
  Keystore,
  Secret,
  TrustFile,
  TrustStack,
  TruststoreEntry,
  synthesiseForTest,
} from "../../lib";

describe("what a test sees of the hosts", () => {
  const directory = mkdtempSync(join(tmpdir(), "cdktf-trust-hosts-"));
  const source = join(directory, "server.properties");

  beforeAll(() => writeFileSync(source, "port=1\nssl.truststore=/old\n"));
  afterAll(() => rmSync(directory, { recursive: true }));

  class FilesStack extends TrustStack {
    constructor(app: App, id: string) {
      super(app, id);
      const host = Host.local("here");
      const settings = [{ kind: "property", key: "ssl.truststore", value: "/etc/trust.jks" }] as const;
      new TrustFile(this, "Readme", { host, path: "/etc/readme", content: { text: "what to know\n" } });
      new ConfigFile(this, "Edited", { host, path: "/etc/server.properties", settings, source });
      new ConfigFile(this, "Settings", { host, path: "/etc/other.properties", settings });
      const truststore = new Keystore(this, "Trust", {
        host: Host.manual("far"),
        path: "/etc/trust.jks",
        password: Secret.env("FAR"),
      });
      const trusts = new CertificateAuthority(this, "Authority", { commonName: "Far CA" });
      new TruststoreEntry(this, "Entry", { truststore, alias: "far-ca", trusts });
    }
  }

  const synthesis = () => synthesiseForTest((app) => new FilesStack(app, "files"));

  test("are files of our own, the site's own as they are edited, and what is set in those that are not at hand", () => {
    const made = synthesis();
    expect(made.file("here", "/etc/readme").text).toBe("what to know\n");
    expect(made.file("here", "/etc/server.properties").text).toBe("port=1\nssl.truststore=/etc/trust.jks\n");
    expect(made.file("here", "/etc/other.properties.settings").text).toContain(
      "ssl.truststore = /etc/trust.jks",
    );
  });

  test("are the runbook of a host that nobody may log in to, with the certificate of the test, and its store", () => {
    const made = synthesis();
    const [entry] = made.store("far", "/etc/trust.jks").entries;
    expect(made.store("far", "/etc/trust.jks").type).toBe("JKS");
    expect(made.runbook("far")).toContain("keytool");
    expect(made.runbook("far")).toContain(entry?.certificate.sha256);
    expect([...made.runbooks.keys()]).toEqual(["far"]);
  });
});
