import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Certificate, Host, Partner, Secret } from "../../lib/constructs";
import { JavaClient } from "../../lib/systems";
import { declare } from "../systems/support/declaration";

const pem = (name: string) => `-----BEGIN CERTIFICATE-----\n${name}\n-----END CERTIFICATE-----\n`;

const identity = (id: string) => ({ id, pinned: { anchorPem: pem(id) } });

const theirs = {
  formatVersion: 2,
  endpoints: [
    {
      id: "bank/Api/Endpoint",
      names: ["bank.example.com", "10.1.2.3"],
      port: 8443,
      identityId: "bank/Api/Endpoint/Certificate",
      clientAuthentication: "require",
      clientAnchors: { kind: "store", storeId: "bank/Clients" },
    },
    { id: "bank/Partner", names: ["x"], port: 1, identity: { kind: "outside" } },
  ],
  identities: ["bank/Api/Endpoint/Certificate", "bank/ClientCa"].map(identity),
  entries: [
    { kind: "anchor", storeId: "bank/Clients", identityId: "bank/ClientCa", part: "anchor" },
    { kind: "anchor", storeId: "bank/Other", identityId: "bank/Unpinned", part: "anchor" },
  ],
  files: [],
};

const directory = mkdtempSync(join(tmpdir(), "cdktf-trust-partner-"));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

function planFile(plan: unknown): string {
  const path = join(directory, "trust-plan.json");
  writeFileSync(path, typeof plan === "string" ? plan : JSON.stringify(plan));
  return path;
}

function callTo(partner: () => Partner) {
  return declare((scope) => {
    new JavaClient(scope, "shop", {
      host: Host.local("shop"),
      truststore: "/etc/shop/trust.p12",
      keystore: "/etc/shop/keys.p12",
      password: Secret.env("SHOP"),
    }).calls(partner(), { as: Certificate.selfSigned() });
  });
}

describe("a partner that another repository declares", () => {
  test("is known by its plan: name, port, anchor, and whom it accepts", () => {
    // GIVEN
    const path = planFile(theirs);

    // WHEN
    const plan = callTo(() => Partner.fromPlan(path));

    // THEN
    const id = "stack/Partner-bank.example.com-8443";
    expect(plan.endpoints).toMatchObject([
      {
        id,
        names: ["bank.example.com"],
        port: 8443,
        identity: { kind: "outside", leadsTo: { identityId: `${id}/Anchor`, part: "anchor" } },
        clientAuthentication: "require",
        clientAnchors: { kind: "outside", accepts: [{ identityId: `${id}/Accepts-1`, part: "anchor" }] },
      },
    ]);
    expect(plan.identities.filter(({ request }) => request.kind === "certificate")).toEqual([
      {
        id: `${id}/Anchor`,
        request: { kind: "certificate", file: path, pem: pem("bank/Api/Endpoint/Certificate") },
      },
      { id: `${id}/Accepts-1`, request: { kind: "certificate", file: path, pem: pem("bank/ClientCa") } },
    ]);
    expect(plan.entries).toMatchObject([{ kind: "key" }, { alias: "bank.example.com-server" }]);
  });

  test.each(["bank/Api/Endpoint", "Api/Endpoint", "10.1.2.3"])("may be named as %s", (endpoint) => {
    expect(Partner.fromPlan(planFile(theirs), { endpoint })).toMatchObject({ port: 8443 });
  });

  const [endpoint] = theirs.endpoints;
  test.each([
    ["nothing", "", "Unexpected end of JSON input"],
    ["no plan", [], "it is no trust-plan.json"],
    ["an older plan", { formatVersion: 1 }, "has format version 1, this version reads 2"],
    ["no endpoint", { ...theirs, endpoints: [] }, "it has no endpoint at all"],
    [
      "two endpoints",
      { ...theirs, endpoints: [endpoint, { ...endpoint, id: "bank/B" }] },
      "say which one by",
    ],
    ["no certificates", { ...theirs, identities: [] }, "does not hold the certificate"],
    [
      "a URL for a name",
      { ...theirs, endpoints: [{ ...endpoint, names: ["https://x"] }] },
      "neither a host name",
    ],
    ["a bad port", { ...theirs, endpoints: [{ ...endpoint, port: "443" }] }, '"443" is no port'],
    [
      "a bad mode",
      { ...theirs, endpoints: [{ ...endpoint, clientAuthentication: "maybe" }] },
      '"maybe" is no way',
    ],
  ])("is refused where the file holds %s", (_title, plan, message) => {
    expect(() => Partner.fromPlan(planFile(plan))).toThrow(message);
  });

  test("is refused where the file is missing, or the endpoint is another's", () => {
    expect(() => Partner.fromPlan(join(directory, "none.json"))).toThrow("ENOENT");
    expect(() => Partner.fromPlan("/dev/null")).toThrow(/read the plan \/dev\/null: .*a device, a pipe/);
    expect(() => Partner.fromPlan(planFile(theirs), { endpoint: "Web" })).toThrow(
      'it has no endpoint "Web", only "bank/Api/Endpoint"',
    );
  });
});
