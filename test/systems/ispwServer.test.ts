import { Host, Secret } from "../../lib/constructs";
import { ElectricFlowServer, IspwServer } from "../../lib/systems";
import { declare } from "./support/declaration";

const javaHome = "/usr/lpp/java/J8.0_64";

function declareCallback(options?: Parameters<IspwServer["callsBack"]>[1]) {
  return declare((scope) => {
    const electricflow = new ElectricFlowServer(scope, "ElectricFlow", {
      host: Host.local("electricflow"),
      serverAddress: "flow.example.com",
      keystorePassword: Secret.env("ELECTRICFLOW_PASSWORD"),
    });
    new IspwServer(scope, "Ispw", {
      host: Host.local("ispw"),
      javaHome,
      cacertsPassword: Secret.env("ISPW_CACERTS_PASSWORD"),
    }).callsBack(electricflow, options);
  });
}

describe("IspwServer", () => {
  test("trusts what it calls back, in the cacerts of its Java", () => {
    // WHEN
    const declared = declareCallback();

    // THEN
    expect(declared.stores.find(({ hostId }) => hostId === "ispw")).toEqual({
      id: "stack/Ispw/Cacerts",
      hostId: "ispw",
      path: `${javaHome}/lib/security/cacerts`,
      profile: "jks",
      password: "env:ISPW_CACERTS_PASSWORD",
      ifMissing: "fail",
    });
    expect(declared.entries).toEqual([
      {
        kind: "anchor",
        id: "stack/Ispw/CallsBack-electricflow",
        storeId: "stack/Ispw/Cacerts",
        alias: "electricflow",
        identityId: "stack/ElectricFlow/Endpoint/Certificate",
        part: "anchor",
        unlessAlreadyTrusted: true,
        onForeign: "refuse",
      },
    ]);
    expect(declared.hops).toMatchObject([
      {
        endpointId: "stack/ElectricFlow/Endpoint",
        address: "flow.example.com",
        clientHostId: "ispw",
        clientName: "ISPW (CES)",
        anchors: { kind: "store", storeId: "stack/Ispw/Cacerts" },
        runtime: "java",
        verifiesName: true,
      },
    ]);
  });

  test("takes another alias and address", () => {
    // WHEN
    const declared = declareCallback({ alias: "flow-2", address: "10.20.30.40" });

    // THEN
    expect(declared.entries).toMatchObject([{ alias: "flow-2" }]);
    expect(declared.hops).toMatchObject([{ address: "10.20.30.40" }]);
  });

  test("tells how to see on the host what CES trusts", () => {
    // WHEN
    const runbook = declareCallback().runbooks.find(({ hostId }) => hostId === "ispw");

    // THEN
    expect(runbook?.steps[0]).toMatchObject({
      command: expect.stringContaining("keytool -list -v -alias electricflow"),
      shows: { identityId: "stack/ElectricFlow/Endpoint/Certificate", part: "anchor" },
    });
    expect(runbook?.steps.at(-1)?.text).toContain("Restart CES");
  });

  test("refuses to guess which Java CES runs on", () => {
    expect(() =>
      declare(
        (scope) =>
          new IspwServer(scope, "Ispw", { host: Host.local("ispw"), cacertsPassword: Secret.env("P") }),
      ),
    ).toThrow("Give javaHome");
  });
});
