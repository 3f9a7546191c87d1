import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { LocalProject, type ProgramResult } from "../support/localProject";
import { describeWith } from "../support/tools";

/** A file on its host, what somebody switches off in it or that it is gone, and what is said of that. */
const CHANGES: readonly (readonly [string, (text: string) => string | undefined, string])[] = [
  [
    // TLS of an xMatters agent, and its port.
    "integration-agent/opt/xmatters/integrationagent/conf/IAConfig.xml",
    (text) => text.replaceAll('ssl="true"', 'ssl="false"'),
    'IAConfig.xml: xml-attribute service-gateway/@ssl is "false", declared is "true"',
  ],
  [
    "integration-agent/opt/xmatters/integrationagent/conf/IAConfig.xml",
    (text) => text.replaceAll('port="8081"', 'port="8443"'),
    'xml-attribute service-gateway/@port is "8443", declared is "8081"',
  ],
  [
    "web/etc/nginx/tls/nginx-tls.conf",
    (text) => text.replace("ssl_verify_client on", "ssl_verify_client off"),
    "web:/etc/nginx/tls/nginx-tls.conf is not what was delivered",
  ],
  [
    "stock/opt/tomcat/conf/trust-connector.xml",
    () => undefined,
    "stock:/opt/tomcat/conf/trust-connector.xml is not there",
  ],
];

describeWith("terraform", "configuration that somebody changed on a host by hand", () => {
  const project = new LocalProject();
  const stacks = ["generic-servers", "xmatters"];

  /** Runs a command that must end so; gives what it said. */
  function exits(status: number, { stdout, stderr, status: ended }: ProgramResult): string {
    expect({ status: ended, stderr }).toMatchObject({ status });
    return stdout;
  }
  const verify = () => project.cli("verify", ...stacks);
  const deploy = () => project.cli("deploy", "--auto-approve", ...stacks);

  beforeAll(() => {
    project.prepare();
    exits(0, deploy());
  });

  afterAll(() => project.remove());

  test("verify says what is switched off or gone, and deploy puts it back", () => {
    for (const [file, change] of CHANGES) {
      const path = project.path(".local/hosts", file);
      const before = readFileSync(path, "utf8");
      const changed = change(before);
      if (changed === undefined) rmSync(path);
      else writeFileSync(path, changed);
      expect([file, changed]).not.toEqual([file, before]);
    }

    const told = exits(1, verify());

    for (const [, , said] of CHANGES) expect(told).toContain(said);
    // What nobody changed is proven all the same.
    expect(told.match(/FAILS: /g)).toHaveLength(3);
    expect(exits(0, deploy())).not.toMatch(/FAILS|error:/);
    for (const [file] of CHANGES) expect(project.read(".local/hosts", file).length).toBeGreaterThan(0);
  });
});

describeWith(
  "terraform",
  "the global truststore of an Integration Server, which people set by its script",
  () => {
    const project = new LocalProject();
    const stack = "integration-server";
    const settings =
      "integration-server/opt/softwareag/IntegrationServer/instances/default/config/server.cnf";
    const verify = () => project.cli("verify", stack);
    const deploy = () => project.cli("deploy", "--auto-approve", stack);

    /** What the server keeps once its console or the script has named a truststore. */
    function names(truststore: string): void {
      project.write(`.local/hosts/${settings}`, `watt.security.trustStoreAlias=${truststore}\n`);
    }

    beforeAll(() => project.prepare());

    afterAll(() => project.remove());

    test("is told as a warning by a deploy, before anybody can have run the script, and as an error by verify", () => {
      names("COMPANY_TRUST");

      const deployed = deploy();
      const verified = verify();
      names("PARTNER_TRUST");
      const asDeclared = verify();

      const said = 'watt.security.trustStoreAlias is "COMPANY_TRUST", declared is "PARTNER_TRUST"';
      expect(deployed).toMatchObject({ status: 0, stdout: expect.stringContaining(said) });
      expect(verified).toMatchObject({ status: 1, stdout: expect.stringContaining(said) });
      expect(verified.stdout).toMatch(/run \S+trust-setup\.sh on the server/);
      expect(asDeclared.status).toBe(0);
      expect(asDeclared.stdout).not.toContain("trustStoreAlias");
    });

    test("cannot be seen where no server is installed, which is no failure", () => {
      rmSync(project.path(".local/hosts", settings));
      expect(verify()).toMatchObject({
        status: 0,
        stdout: expect.stringContaining("server.cnf is not there, so nobody can see from here"),
      });
    });

    test("is given back by people, which a destroy says before it takes the stores away", () => {
      const destroyed = project.cli("destroy", "--auto-approve", stack);
      expect(destroyed.status).toBe(0);
      expect(destroyed.stdout).toMatch(/^integration-server: destroyed \(.*\)\n$/);
      expect(destroyed.stderr).toMatch(
        /^warning: integration-server:\S+trust-setup\.sh: run it there with undo first/m,
      );
    });
  },
);
