import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  Certificate,
  CertificateAuthority,
  Host,
  Partner,
  Secret,
  TruststoreEntry,
} from "../../lib/constructs";
import type { CertificateSummary, TrustPlan } from "../../lib/model";
import { JavaClient, JavaServer } from "../../lib/systems";
import { declare } from "../systems/support/declaration";

const pem = (name: string) => `-----BEGIN CERTIFICATE-----\n${name}\n-----END CERTIFICATE-----\n`;

/** The plan of the bank's own repository, as its synth writes it once the lock holds the identities. */
const theirs: TrustPlan = pinned(
  declare((scope) => {
    const bank = new JavaServer(scope, "Api", {
      host: Host.local("api"),
      names: ["bank.example.com", "10.1.2.3"],
      port: 8443,
      keystorePath: "/etc/stack/keys.p12",
      keystorePassword: Secret.env("BANK"),
      alias: "bank",
      certificate: Certificate.selfSigned(),
      clientAuthentication: "require",
      truststorePath: "/etc/stack/clients.p12",
    });
    const clients = new CertificateAuthority(scope, "ClientCa", { commonName: "Clients" });
    if (bank.truststore !== undefined)
      new TruststoreEntry(scope, "Clients", {
        truststore: bank.truststore,
        alias: "clients",
        trusts: clients,
      });
  }),
);

function pinned(plan: TrustPlan): TrustPlan {
  const summary: CertificateSummary = {
    subject: "CN=x",
    issuer: "CN=x",
    serialNumber: "1",
    notBefore: "2026-01-01T00:00:00Z",
    notAfter: "2030-01-01T00:00:00Z",
    keyAlgorithm: "EC P-256",
    subjectAltNames: [],
    sha1: "",
    sha256: "",
  };
  return {
    ...plan,
    identities: plan.identities.map((identity) => ({
      ...identity,
      pinned: { generation: 1, chain: [summary], anchor: summary, anchorPem: pem(identity.id) },
    })),
  };
}

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
        request: { kind: "certificate", file: path, pem: pem("stack/Api/Endpoint/Certificate") },
      },
      { id: `${id}/Accepts-1`, request: { kind: "certificate", file: path, pem: pem("stack/ClientCa") } },
    ]);
    expect(plan.entries).toMatchObject([{ kind: "key" }, { alias: "bank.example.com-server" }]);
  });

  test.each(["stack/Api/Endpoint", "Api/Endpoint", "10.1.2.3"])("may be named as %s", (endpoint) => {
    expect(Partner.fromPlan(planFile(theirs), { endpoint })).toMatchObject({ port: 8443 });
  });

  const [endpoint] = theirs.endpoints;
  test.each([
    ["nothing", "", "this is no JSON"],
    ["no plan", [], "an object was expected. What to do: ask its team"],
    ["an older plan", { formatVersion: 1 }, "has format version 1, this version reads 2"],
    ["no endpoint", { ...theirs, endpoints: [] }, "it has no endpoint at all"],
    [
      "two endpoints",
      { ...theirs, endpoints: [endpoint, { ...endpoint, id: "stack/B" }] },
      "say which one by",
    ],
    ["no certificates", { ...theirs, identities: [] }, "does not hold the certificate"],
    [
      "a URL for a name",
      { ...theirs, endpoints: [{ ...endpoint, names: ["https://x"] }] },
      "neither a host name",
    ],
    ["no name", { ...theirs, endpoints: [{ ...endpoint, names: [] }] }, "the endpoint has no name"],
    ["a text for a port", { ...theirs, endpoints: [{ ...endpoint, port: "443" }] }, "endpoints › 0 › port"],
    ["a bad port", { ...theirs, endpoints: [{ ...endpoint, port: 70_000 }] }, "70000 is no port"],
    [
      "a bad mode",
      { ...theirs, endpoints: [{ ...endpoint, clientAuthentication: "maybe" }] },
      "one of none, request, require was expected",
    ],
  ])("is refused where the file holds %s", (_title, plan, message) => {
    expect(() => Partner.fromPlan(planFile(plan))).toThrow(message);
  });

  test("is refused where the file is missing, or the endpoint is another's", () => {
    expect(() => Partner.fromPlan(join(directory, "none.json"))).toThrow("ENOENT");
    expect(() => Partner.fromPlan("/dev/null")).toThrow("/dev/null cannot be read (not-a-file)");
    expect(() => Partner.fromPlan(planFile(theirs), { endpoint: "Web" })).toThrow(
      'it has no endpoint "Web", only "stack/Api/Endpoint"',
    );
  });
});
