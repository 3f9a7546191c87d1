import { Host, Secret } from "../../lib/constructs";
import { ElectricFlowServer, IntegrationCloud, JavaClient } from "../../lib/systems";
import { version } from "../../package.json";
import { declare } from "./support/declaration";

describe("the systems of a plan", () => {
  test("name what each is and where it runs, somebody else's too", () => {
    // WHEN
    const declared = declare((scope) => {
      new ElectricFlowServer(scope, "Flow", {
        host: Host.local("flow-host"),
        serverAddress: "flow.example.com",
        keystorePassword: Secret.env("FLOW"),
      });
      new JavaClient(scope, "shop", {
        host: Host.local("shop-host"),
        truststore: "/etc/shop/trust.p12",
        password: Secret.env("SHOP"),
      });
      new IntegrationCloud(scope, "Cloud", { address: "Tenant.example.com" });
    });

    // THEN
    expect(declared.systems).toEqual([
      { id: "stack/Flow", label: "Flow", product: "ElectricFlow", hostId: "flow-host" },
      { id: "stack/shop", label: "shop", product: "Java client", hostId: "shop-host" },
      {
        id: "stack/Cloud",
        label: "Cloud",
        product: "webMethods Integration Cloud",
        hostId: "tenant.example.com",
      },
    ]);
    expect(declared.hosts).toContainEqual({ kind: "outside", id: "tenant.example.com", platform: "posix" });
    expect(declared.toolVersion).toBe(version);
  });
});
