import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
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

  test.each([
    ["posix", "/opt/cloudbees/sda/conf/keystore", "/opt/cloudbees/sda/bin/ectool"],
    [
      "windows",
      String.raw`C:\ProgramData\CloudBees\Software Delivery Automation\conf\keystore`,
      String.raw`"C:\Program Files\CloudBees\Software Delivery Automation\bin\ectool.exe"`,
    ],
  ] as const)("uses the folders of CloudBees CD/RO on %s", (platform, keystore, ectool) => {
    const host = Host.local("electricflow", { platform });
    const declared = declareServer({ host, installation: "cloudbees" });
    expect(declared.stores[0]?.path).toBe(keystore);
    expect(declared.runbooks[0]?.steps[0]?.command).toContain(`${ectool} login`);
  });

  describe("trusted agents", () => {
    const replaced = (trustedAgents?: readonly string[]) =>
      declareServer({
        certificate: Certificate.selfSigned(),
        ...(trustedAgents === undefined ? {} : { trustedAgents }),
      });

    test("are no matter where the certificate stays", () => {
      expect(declareServer({ trustedAgents: ["agent-1"] }).findings).toEqual([]);
    });

    test.each([
      [undefined, "nothing says whether there are trusted agents"],
      [["agent-1", "gateway-dmz"], "the trusted agents agent-1, gateway-dmz refuse it"],
    ])("%s are warned of where it is replaced", (trustedAgents, message) => {
      const declared = replaced(trustedAgents);
      expect(declared.findings).toMatchObject([
        { level: "warning", rule: "trusted-agents", message: expect.stringContaining(message) },
      ]);
    });

    test("get the new anchor before the server restarts, and are asked afterwards", () => {
      const { findings, runbooks } = replaced(["agent 1"]);
      const steps = runbooks[0]?.steps ?? [];
      const at = (text: string) => steps.findIndex((step) => step.text.includes(text));
      expect(findings).toHaveLength(1);
      expect(steps[at("append the content")]?.command).toContain("ectool pingResource 'agent 1'");
      expect(at("append the content")).toBeLessThan(at("Restart the ElectricFlow server"));
      expect(at("Restart the ElectricFlow server")).toBeLessThan(at("trusted agents take"));
    });

    test("that are said not to be there are no finding", () => {
      expect(replaced([]).findings).toEqual([]);
    });
  });

  test("uploads the keystore of a cluster, and knows the way back", () =>
    withDirectory((directory) => {
      // GIVEN an installation whose java says what it was called with
      const java = join(directory, "jre/bin");
      mkdirSync(java, { recursive: true });
      program(java, "java", '#!/bin/sh\necho "$COMMANDER_ZK_CONNECTION" "$@"\n');
      const declared = declareServer({
        certificate: Certificate.selfSigned(),
        confDirectory: join(directory, "conf"),
        installDirectory: directory,
        cluster: { zooKeeper: "zk1:2181,zk2:2181" },
      });
      const step = declared.runbooks[0]?.steps[0];

      // WHEN
      const { stdout } = spawnSync("sh", ["-euc", step?.command ?? ""], { encoding: "utf8" });

      // THEN
      const jar = `${directory}/server/bin/zk-config-tool-jar-with-dependencies.jar`;
      expect(stdout).toBe(`zk1:2181,zk2:2181 -jar ${jar} --keystoreFile ${directory}/conf/keystore\n`);
      expect(declared.runbooks[0]?.back?.after[0]).toEqual(step);
    }));

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
    const scriptIn = (confDirectory: string) =>
      textOf(declareServer({ confDirectory, installDirectory: "/opt/it's here" }), "set-server-address.sh");

    test("passes shellcheck", () => {
      expect(shellcheck(scriptIn("/opt/it's here/conf"))).toBe("");
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
        program(directory, "value", "10.0.0.1\n");
        const script = program(directory, "run.sh", scriptIn(directory));

        // WHEN
        const result = spawnSync(script, [], { env: { ...process.env, ECTOOL: ectool }, encoding: "utf8" });

        // THEN
        expect({ status: result.status, output: result.stdout + result.stderr }).toEqual({
          status,
          output: expect.stringContaining(`flow.example.com${suffix}`),
        });
        expect(result.stdout).toContain("The Server IP address was 10.0.0.1.");
      });
    });

    test("the address script gives back what a run replaced, and no more", () =>
      withDirectory((directory) => {
        const value = join(directory, "value");
        const ectool = program(
          directory,
          "ectool",
          `#!/bin/sh\ncase "$1 $3" in "setProperty --valueFile") cat "$4" > "${value}" ;; setProperty*) echo "$3" > "${value}" ;; getProperty*) cat "${value}" ;; esac\n`,
        );
        program(directory, "value", "10.0.0.1\n");
        const script = program(directory, "run.sh", scriptIn(directory));
        const run = (name: string, ...words: string[]) =>
          spawnSync(script, words, {
            env: { ...process.env, ECTOOL: ectool, TRUST_RUN: name },
            encoding: "utf8",
          });

        run("1");
        run("2");
        expect(run("2", "undo").stdout).toBe("The Server IP address was not changed.\n");
        expect(readFileSync(value, "utf8")).toBe("flow.example.com\n");
        expect(run("1", "undo").stdout).toBe("The Server IP address is as before.\n");
        expect(readFileSync(value, "utf8")).toBe("10.0.0.1");
        expect(run("1", "undo").status).toBe(0);
      }));

    test("the address script changes nothing where the address is right", () =>
      withDirectory((directory) => {
        const ectool = program(
          directory,
          "ectool",
          "#!/bin/sh\ncase $1 in getProperty) echo flow.example.com ;; *) exit 1 ;; esac\n",
        );
        const script = program(directory, "run.sh", scriptIn(directory));
        const result = spawnSync(script, [], { env: { ...process.env, ECTOOL: ectool }, encoding: "utf8" });
        expect(result).toMatchObject({
          status: 0,
          stdout: "The Server IP address is flow.example.com already.\n",
        });
      }));
  });
});
