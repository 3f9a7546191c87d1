import { Certificate, CertificateAuthority, Host, Secret } from "../../../lib/constructs";
import { ElectricFlowWebServer, type ElectricFlowWebServerProps, JavaClient } from "../../../lib/systems";
import { declare } from "../support/declaration";

function declareWebServer(props: Partial<ElectricFlowWebServerProps> = {}) {
  return declare((scope) => {
    const authority = new CertificateAuthority(scope, "Authority", { commonName: "Example Root" });
    const web = new ElectricFlowWebServer(scope, "Web", {
      host: Host.local("web"),
      names: ["flow.example.com"],
      certificate: Certificate.issuedBy(authority),
      keyPassword: Secret.env("WEB_KEY_PASSWORD"),
      ...props,
    });
    new JavaClient(scope, "Tool", {
      host: Host.local("tool"),
      truststore: "/etc/tool/trust.p12",
      password: Secret.env("TOOL_PASSWORD"),
    }).calls(web);
  });
}

describe("ElectricFlowWebServer", () => {
  test("serves a certificate of its own on 443, from Apache's PEM files", () => {
    // WHEN
    const declared = declareWebServer();

    // THEN
    expect(declared.endpoints).toMatchObject([{ names: ["flow.example.com"], port: 443 }]);
    expect(declared.files.map(({ path }) => path)).toEqual([
      "/opt/electriccloud/electriccommander/apache/conf/electricflow-web.crt",
      "/opt/electriccloud/electriccommander/apache/conf/electricflow-web.key",
    ]);
    expect(declared.hops).toMatchObject([{ address: "flow.example.com", clientHostId: "tool" }]);
  });

  test("says what to set in ssl.conf, with slashes on Windows too", () => {
    const steps = declareWebServer({
      host: Host.local("web", { platform: "windows" }),
      installation: "cloudbees",
    }).runbooks[0]?.steps;
    const conf = "C:/ProgramData/CloudBees/Software Delivery Automation/apache/conf";
    for (const text of [
      `SSLCertificateFile "${conf}/electricflow-web.crt"`,
      `SSLCertificateKeyFile "${conf}/electricflow-web.key"`,
      `SSLPassPhraseDialog "exec:${conf}/key-password.bat"`,
    ])
      expect(steps?.[0]?.text).toContain(text);
    expect(steps?.[2]).toMatchObject({ command: "keytool -printcert -sslserver flow.example.com:443" });
  });
});
