import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { openHost } from "../../lib/hosts";
import type {
  ConfigExpectationPlan,
  ConfigFilePlan,
  FilePlan,
  FindingLevel,
  TrustPlan,
} from "../../lib/model";
import { configDrift, driftOfHop } from "../../lib/verify/configDrift";
import { HostReader } from "../../lib/verify/hostReader";
import { call, plan } from "../check/plans";

const agent: ConfigFilePlan = {
  id: "pair/Agent/IAConfig",
  hostId: "server",
  path: "/opt/IAConfig.xml",
  settings: [
    { kind: "xml-attribute", element: "service-gateway", attribute: "ssl", value: "true" },
    { kind: "xml-attribute", element: "service-gateway", attribute: "host", value: null },
  ],
};
const connector: FilePlan = {
  id: "pair/Tomcat/Connector",
  hostId: "client",
  path: "/opt/connector.xml",
  mode: 0o644,
  content: { kind: "text", text: "<Connector/>" },
};
const script: FilePlan = {
  ...connector,
  id: "pair/Tomcat/Script",
  path: "/opt/setup.sh",
  unproven: "not run",
};
const settings: ConfigExpectationPlan = {
  id: "pair/IS/GlobalTruststore",
  hostId: "client",
  path: "/opt/is/config/server.cnf",
  settings: [{ kind: "property", key: "watt.security.trustStoreAlias", value: "PARTNER_TRUST" }],
  remedy: "run the script",
};
const AS_DECLARED = '<service-gateway ssl="true"/>';

let project = "";

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "cdktf-trust-"));
  write("server", "/opt/iaconfig.xml", AS_DECLARED);
  write("client", connector.path, "<Connector/>");
  write("client", script.path, "exit 1");
});

afterEach(() => rmSync(project, { recursive: true }));

function write(host: string, path: string, content: string): string {
  const file = join(project, "hosts", host, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
}

/** What is found, by rule and message. */
async function found(
  changes: Partial<TrustPlan> = {},
  manualHosts: ReadonlyMap<string, string> = new Map(),
  unmet?: FindingLevel,
): Promise<string[]> {
  const declared = plan({ configFiles: [agent], files: [connector, script], ...changes });
  const access = { projectDirectory: project, openHost, resolveSecret: () => "unused", manualHosts };
  const drift = await configDrift(declared, new HostReader(declared, access), unmet);
  const [hop = call] = declared.hops;
  return driftOfHop(declared, drift, hop).map(({ level, rule, message, remedy }) =>
    [
      ...(level === "error" ? [] : [level]),
      rule,
      message,
      ...(remedy === settings.remedy ? [remedy] : []),
    ].join(": "),
  );
}

it("finds nothing where all is as declared, the product's name of the file in its own case", async () => {
  expect(await found()).toEqual([]);
});

it("names each setting with what it is and what it should be", async () => {
  write("server", "/opt/iaconfig.xml", '<service-gateway ssl="no" host="x"/>');
  expect(await found()).toEqual([
    'setting-differs: server:/opt/IAConfig.xml: xml-attribute service-gateway/@ssl is "no", declared is "true"',
    'setting-differs: server:/opt/IAConfig.xml: xml-attribute service-gateway/@host is "x", declared is not set',
  ]);
});

it("names configuration that was delivered whole, and no script that somebody runs", async () => {
  write("client", connector.path, "<Connector SSLEnabled='false'/>");
  expect(await found()).toEqual(["file-differs: client:/opt/connector.xml is not what was delivered"]);
});

it("names what is gone, or cannot be read", async () => {
  rmSync(join(project, "hosts/server/opt/iaconfig.xml"));
  rmSync(join(project, "hosts/client", connector.path));
  mkdirSync(join(project, "hosts/client", connector.path));
  expect(await found()).toEqual([
    "file-missing: server:/opt/IAConfig.xml is not there",
    expect.stringMatching(/^file-unreadable: client:\/opt\/connector\.xml: /),
  ]);
  write("server", "/opt/iaconfig.xml", "<service-gateway ssl=");
  expect(await found()).toContainEqual(
    expect.stringMatching(/^file-unreadable: server:\/opt\/IAConfig\.xml: /),
  );
});

it("says nothing of hosts that nobody logs in to, nor of what was not copied back from there", async () => {
  const hosts: TrustPlan["hosts"] = [
    { id: "server", kind: "manual", platform: "posix" },
    { id: "client", kind: "manual", platform: "posix" },
  ];
  expect(await found({ hosts })).toEqual([]);
  const swapped = new Map([
    ["server", `local:${join(project, "hosts/client")}`],
    ["client", `local:${join(project, "hosts/server")}`],
  ]);
  expect(await found({ hosts }, swapped)).toEqual([]);
});

it("concerns the systems at a hop's ends, and no other on the same host", async () => {
  write("server", "/opt/iaconfig.xml", '<service-gateway ssl="false"/>');
  const systemOf = (key: string) => ({ id: `pair/${key}`, label: key, product: "any", hostId: "server" });
  expect(await found({ systems: [systemOf("Agent"), systemOf("Other")] })).toEqual([]);
  const endpoints = plan().endpoints.map((one) => ({ ...one, id: "pair/Agent/Endpoint" }));
  const hops = [{ ...call, endpointId: "pair/Agent/Endpoint" }];
  expect(await found({ systems: [systemOf("Agent")], endpoints, hops })).toHaveLength(1);
});

describe("what people bring about in a product's own file", () => {
  const expected = { expectations: [settings] };

  it("is as it is expected", async () => {
    write("client", settings.path, "watt.net.timeout=300\nwatt.security.trustStoreAlias=PARTNER_TRUST\n");
    expect(await found(expected)).toEqual([]);
  });

  it.each([
    ["watt.security.trustStoreAlias=\n", '""'],
    ["watt.security.trustStoreAlias=COMPANY_TRUST\n", '"COMPANY_TRUST"'],
    ["watt.net.timeout=300\n", "not set"],
  ])("is named where somebody switched it off: %j", async (content, is) => {
    write("client", settings.path, content);
    const facts = `client:${settings.path}: property watt.security.trustStoreAlias is ${is}, declared is "PARTNER_TRUST"`;
    expect(await found(expected)).toEqual([`setting-differs: ${facts}: run the script`]);
    expect(await found(expected, new Map(), "warning")).toEqual([
      `warning: setting-differs: ${facts}: run the script`,
    ]);
  });

  it("cannot be seen where the product is not installed", async () => {
    expect(await found(expected)).toEqual([
      expect.stringMatching(/^warning: file-missing: client:.*server\.cnf is not there, so nobody can see/),
    ]);
    const hosts: TrustPlan["hosts"] = [{ id: "client", kind: "manual", platform: "posix" }];
    expect(await found({ ...expected, hosts, configFiles: [], files: [] })).toEqual([]);
  });
});
