import { Certificate, CertificateAuthority, Host, Secret } from "../../../lib/constructs";
import { ElectricFlowAgent, type ElectricFlowAgentProps, JavaClient } from "../../../lib/systems";
import { declare } from "../support/declaration";

function declareAgent(props: Partial<ElectricFlowAgentProps> = {}) {
  return declare((scope) => {
    const authority = new CertificateAuthority(scope, "Authority", { commonName: "Example Root" });
    const agent = new ElectricFlowAgent(scope, "GatewayAgent", {
      host: Host.manual("gateway"),
      names: ["gateway.example.com"],
      certificate: Certificate.issuedBy(authority),
      keyPassword: Secret.env("AGENT_KEY_PASSWORD"),
      ...props,
    });
    new JavaClient(scope, "OtherEnd", {
      host: Host.local("other"),
      truststore: "/etc/other/trust.p12",
      password: Secret.env("OTHER_PASSWORD"),
    }).calls(agent);
  });
}

describe("ElectricFlowAgent", () => {
  test("serves a certificate of its own on 7800, from PEM files", () => {
    // WHEN
    const declared = declareAgent();

    // THEN
    expect(declared.endpoints).toMatchObject([{ names: ["gateway.example.com"], port: 7800 }]);
    expect(declared.files.map(({ path, mode }) => [path, mode])).toEqual([
      ["/opt/electriccloud/electriccommander/conf/agent-trust.crt", 0o644],
      ["/opt/electriccloud/electriccommander/conf/agent-trust.key", 0o600],
    ]);
    expect(declared.hops).toMatchObject([{ address: "gateway.example.com", clientHostId: "other" }]);
  });

  test("copies what its runbook changes beyond that, and makes the clear key for its owner alone", () => {
    const [runbook] = declareAgent({ confDirectory: "/opt/agent/conf" }).runbooks;
    expect(runbook?.covers).toEqual(["/opt/agent/conf/agent.conf", "/opt/agent/conf/agent-trust.clear.key"]);
    expect(runbook?.steps[0]?.command).toMatch(/^\(umask 077 && openssl pkey .*\) && chmod 0600 /);
    expect(runbook?.unproven).toHaveLength(2);
  });

  test("is restarted as a service on Windows", () => {
    const [runbook] = declareAgent({ host: Host.manual("gateway", { platform: "windows" }) }).runbooks;
    expect(runbook?.back?.after[0]?.command).toBe("net stop CommanderAgent\nnet start CommanderAgent");
  });
});
