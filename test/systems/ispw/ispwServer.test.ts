import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type CallProps, Host, Secret } from "../../../lib/constructs";
import { ElectricFlowServer, IspwServer, type IspwServerProps } from "../../../lib/systems";
import { declare } from "../support/declaration";
import { withDirectory } from "../support/scripts";

const javaHome = "/usr/lpp/java/J8.0_64";

function declareCallback(options?: CallProps) {
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
    }).calls(electricflow, options);
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
        runtime: { kind: "java" },
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

  describe("stdenv", () => {
    const declareWith = (props: Partial<IspwServerProps>) =>
      declare((scope) => {
        new IspwServer(scope, "Ispw", {
          host: Host.local("ispw"),
          cacertsPassword: Secret.env("P"),
          ...props,
        });
      });
    const member = (directory: string, text: string) => {
      const path = join(directory, "STDENV");
      writeFileSync(path, text);
      return path;
    };

    test("tells which Java CES runs on", () =>
      withDirectory((directory) => {
        // GIVEN
        const stdenv = member(directory, "# CES\nexport JAVA_HOME=/Z21F/usr/lpp/java/J8.0_64\n");

        // THEN
        expect(declareWith({ stdenv }).stores[0]?.path).toBe(
          "/Z21F/usr/lpp/java/J8.0_64/lib/security/cacerts",
        );
      }));

    test("without JAVA_HOME is an error that names the file", () =>
      withDirectory((directory) => {
        const stdenv = member(directory, "export PATH=/bin\n");
        expect(() => declareWith({ stdenv })).toThrow(`read stdenv ${stdenv}: STDENV: JAVA_HOME is not set`);
      }));

    test("that is a device or a pipe is refused, because it may never end", () => {
      expect(() => declareWith({ stdenv: "/dev/null" })).toThrow(
        /read stdenv \/dev\/null: .*a device, a pipe/,
      );
    });

    test("or javaHome is needed, and not both", () => {
      expect(() => declareWith({})).toThrow("Give javaHome");
      expect(() => declareWith({ javaHome, stdenv: "STDENV" })).toThrow("Give one of the two");
    });
  });
});
