import { Certificate, CertificateAuthority, Host, Secret } from "../../lib/constructs";
import { IntegrationCloud, type IntegrationCloudProps, RestClient } from "../../lib/systems";
import { declare } from "./support/declaration";

function declareCloud(props: Partial<IntegrationCloudProps> = {}) {
  return declare((scope) => {
    const authority = new CertificateAuthority(scope, "Authority", { commonName: "Example Root" });
    const cloud = new IntegrationCloud(scope, "Cloud", { address: "cloud.example.com", ...props });
    new RestClient(scope, "Client", {
      host: Host.manual("ci"),
      directory: "/home/ci",
      keyPassword: Secret.env("KEY_PASSWORD"),
    }).calls(cloud, { as: Certificate.issuedBy(authority), user: "orders", id: "orders" });
  });
}

describe("what is uploaded to IntegrationCloud", () => {
  const runbookOf = (declared: ReturnType<typeof declareCloud>) =>
    declared.runbooks.find(({ id }) => id.startsWith("stack/Cloud/"));

  test("is the certificate with its intermediates", () => {
    const declared = declareCloud();
    expect(declared.files.map(({ path }) => path)).not.toContain("/home/ci/orders-leaf.crt");
    expect(runbookOf(declared)?.steps[1]?.text).toContain("Browse to `/home/ci/orders.crt`");
  });

  test("is the certificate alone, in a file of its own, where that is chosen", () => {
    const declared = declareCloud({ upload: "leaf" });
    expect(declared.files.find(({ path }) => path === "/home/ci/orders-leaf.crt")).toMatchObject({
      hostId: "ci",
      content: { kind: "certificate", part: "leaf", encoding: "pem" },
    });
    expect(runbookOf(declared)?.steps[1]?.text).toContain("Browse to `/home/ci/orders-leaf.crt`");
  });

  test("is nothing for a user whose certificate the service has made", () => {
    const declared = declareCloud({ upload: "leaf", generatedUsers: ["orders"] });
    expect(declared.files.map(({ path }) => path)).not.toContain("/home/ci/orders-leaf.crt");
    expect(JSON.stringify(runbookOf(declared)?.steps)).not.toContain("upload it");
    expect(runbookOf(declared)?.back?.after[0]?.text).toBe("Nothing was changed in the service.");
  });

  test("is kept before, which is the way back, and says what is not proven of it", () => {
    const runbook = runbookOf(declareCloud());
    expect(runbook?.steps[0]?.text).toContain("download it and keep it");
    expect(runbook?.back?.after[0]?.text).toContain("Upload the certificate that you kept");
    expect(runbook?.unproven?.join(" ")).toContain("self-signed");
  });
});
