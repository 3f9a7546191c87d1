import { spawnSync } from "node:child_process";
import { Certificate, DeclarationError, Host, Secret } from "../../../lib/constructs";
import { ElectricFlowServer, type ElectricFlowServerProps } from "../../../lib/systems";
import { describeWith } from "../../support/tools";
import { declare, textOf } from "../support/declaration";
import { program, shellcheck, withDirectory } from "../support/scripts";

const conf = "/opt/electriccloud/electriccommander/conf";
const minimal: ElectricFlowServerProps = {
  host: Host.local("electricflow"),
  serverAddress: "flow.example.com",
  keystorePassword: Secret.env("ELECTRICFLOW_PASSWORD"),
};

function declareServer(props: Partial<ElectricFlowServerProps> = {}) {
  return declare((scope) => new ElectricFlowServer(scope, "ElectricFlow", { ...minimal, ...props }));
}

describe("ElectricFlowServer", () => {
  test("adopts the server's own certificate where none is given", () => {
    // WHEN
    const declared = declareServer();

    // THEN
    expect(declared.stores).toEqual([
      {
        id: "stack/ElectricFlow/Keystore",
        hostId: "electricflow",
        path: `${conf}/keystore`,
        profile: "jks",
        password: "env:ELECTRICFLOW_PASSWORD",
        ifMissing: "fail",
      },
    ]);
    expect(declared.entries).toEqual([]);
    expect(declared.identities.map(({ request }) => request)).toEqual([
      { kind: "existing", storeId: "stack/ElectricFlow/Keystore", alias: "jetty" },
    ]);
    expect(declared.endpoints).toMatchObject([
      { names: ["flow.example.com"], port: 8443, clientAuthentication: "none", runtime: { kind: "java" } },
    ]);
  });

  test("takes over the alias with a certificate for the server address", () => {
    // WHEN
    const declared = declareServer({ serverAddress: "10.20.30.40", certificate: Certificate.selfSigned() });

    // THEN
    expect(declared.entries).toMatchObject([{ kind: "key", alias: "jetty", onForeign: "replace" }]);
    expect(declared.identities[0]?.request).toMatchObject({
      kind: "self-signed",
      subject: { commonName: "10.20.30.40" },
      names: [{ kind: "ip", value: "10.20.30.40" }],
      extendedKeyUsages: ["serverAuth"],
    });
    expect(declared.runbooks[0]?.steps[0]?.text).toContain("Restart the ElectricFlow server");
  });

  test("delivers what callers trust as electricflow.crt", () => {
    // WHEN
    const declared = declareServer();

    // THEN
    expect(declared.files.find(({ path }) => path === `${conf}/electricflow.crt`)?.content).toEqual({
      kind: "certificate",
      identityId: "stack/ElectricFlow/Endpoint/Certificate",
      part: "anchor",
      encoding: "pem",
    });
  });

  test("uses the Windows folders on a Windows host", () => {
    // WHEN
    const declared = declareServer({ host: Host.local("electricflow", { platform: "windows" }) });

    // THEN
    expect(declared.stores[0]?.path).toBe(
      String.raw`C:\ProgramData\Electric Cloud\ElectricCommander\conf\keystore`,
    );
    const script = textOf(declared, "set-server-address.bat");
    expect(script).toContain('setProperty /server/settings/ipAddress "flow.example.com"');
    expect(script.split("\r\n").length).toBe(script.split("\n").length);
  });

  test("says that the server address is unproven until the script was run", () => {
    // WHEN
    const declared = declareServer();

    // THEN
    expect(declared.files.find(({ path }) => path.endsWith("set-server-address.sh"))).toMatchObject({
      mode: 0o755,
      unproven: expect.stringContaining("only after somebody ran this script"),
    });
  });

  test("refuses an address that is a URL", () => {
    expect(() => declareServer({ serverAddress: "https://flow.example.com:8443" })).toThrow(DeclarationError);
  });

  test("refuses a port that is none", () => {
    expect(() => declareServer({ port: 84_430 })).toThrow("84430 is no port");
  });

  describeWith("shellcheck", "its scripts", () => {
    const declared = declareServer({
      confDirectory: "/opt/it's here/conf",
      installDirectory: "/opt/it's here",
    });

    test("passes shellcheck", () => {
      expect(shellcheck(textOf(declared, "set-server-address.sh"))).toBe("");
    });

    test.each([
      ["succeeds where the setting took", "", 0],
      ["fails where the setting did not take", "-other", 1],
    ])("the address script %s", (_title, suffix, status) => {
      return withDirectory((directory) => {
        // GIVEN an ectool that keeps what it is told
        const ectool = program(
          directory,
          "ectool",
          `#!/bin/sh\ncase $1 in setProperty) echo "$3${suffix}" > "${directory}/value" ;; getProperty) cat "${directory}/value" ;; esac\n`,
        );
        const script = program(directory, "run.sh", textOf(declared, "set-server-address.sh"));

        // WHEN
        const result = spawnSync(script, [], { env: { ...process.env, ECTOOL: ectool }, encoding: "utf8" });

        // THEN
        expect({ status: result.status, output: result.stdout + result.stderr }).toEqual({
          status,
          output: expect.stringContaining(`flow.example.com${suffix}`),
        });
      });
    });
  });
});
