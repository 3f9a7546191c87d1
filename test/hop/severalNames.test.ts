import { HopReader, type HopSource, placesOfHops, proveHop } from "../../lib/hop";
import { decodeHops, encodeHops } from "../../lib/hop/wire";
import type { EndpointPlan, Finding, HopPlan, HopVerdict, RuntimePlan, TrustPlan } from "../../lib/model";
import { toPem } from "../../lib/pki";
import { endpoint as anEndpoint, call, plan as aPlan } from "../check/plans";
import { makeAuthority, makeCertificate } from "../support/certificateMaker";
import { hop, now } from "./materials";

const authorities = { shop: makeAuthority(now, "Shop CA"), api: makeAuthority(now, "API CA") };
const made = {
  shop: makeCertificate({
    now,
    subject: "shop",
    issuer: authorities.shop,
    names: ["DNS:shop.example.com", "IP:10.1.2.3"],
  }),
  api: makeCertificate({
    now,
    subject: "api",
    issuer: authorities.api,
    names: ["DNS:api.example.com", "IP:10.1.2.3"],
  }),
};
type Name = keyof typeof made;

function endpoint(id: Name, changes: Partial<EndpointPlan> = {}): EndpointPlan {
  return {
    ...anEndpoint,
    id,
    names: [`${id}.example.com`, "10.1.2.3"],
    identityId: id,
    identity: { kind: "pem", certificateFileId: `${id}.crt`, keyFileId: `${id}.key` },
    runtime: { kind: "openssl" },
    ...changes,
  };
}

const withBoth: TrustPlan = aPlan({
  endpoints: [endpoint("shop"), endpoint("api", { defaultEndpointId: "shop", names: ["api.example.com"] })],
});

const files: Readonly<Record<string, string>> = {
  "shop.crt": pemOf("shop"),
  "api.crt": pemOf("api"),
  "shop.key": toPem(made.shop.pkcs8, "PRIVATE KEY"),
  "api.key": toPem(made.api.pkcs8, "PRIVATE KEY"),
  "shop-ca": toPem(authorities.shop.der, "CERTIFICATE"),
  "api-ca": toPem(authorities.api.der, "CERTIFICATE"),
};

function pemOf(name: Name): string {
  return toPem(made[name].der, "CERTIFICATE");
}

const source: HopSource = {
  store: () => undefined,
  file: (id) => ({ value: Buffer.from(files[id] ?? "") }),
  secret: () => ({ value: "" }),
};

/** A call declared to one endpoint, by a name or an address, from a client that trusts that endpoint's authority. */
async function verdictOf(
  called: Name,
  address: string,
  runtime: RuntimePlan = { kind: "openssl" },
  plan: TrustPlan = withBoth,
): Promise<HopVerdict & { readonly rules: readonly string[] }> {
  const declared: HopPlan = {
    ...call,
    endpointId: called,
    address,
    runtime,
    anchors: { kind: "pem", fileId: `${called}-ca` },
  };
  const { material, findings } = new HopReader({ ...plan, hops: [declared] }, source, now).read(declared);
  if (material === undefined) throw new Error(JSON.stringify(findings));
  // As the rehearsal's child process gets it, with what the rules need beside.
  const [decoded] = decodeHops(encodeHops([material]).text);
  expect(decoded?.server.byName).toEqual(material.server.byName);
  const verdict = await proveHop(material, findings);
  return { ...verdict, rules: verdict.findings.filter(isError).map(({ rule }) => rule) };
}

function isError({ level }: Finding): boolean {
  return level === "error";
}

describe("a server with two names and certificates on one port", () => {
  test.each<[called: Name, address: string, runtime: RuntimePlan]>([
    ["shop", "shop.example.com", { kind: "openssl" }],
    ["api", "api.example.com", { kind: "openssl" }],
    ["api", "API.example.com", { kind: "java" }],
    ["api", "api.example.com", { kind: "node" }],
    ["shop", "10.1.2.3", { kind: "java" }],
  ])("%s, called as %s, shows its own certificate in a real handshake", async (called, address, runtime) => {
    expect(await verdictOf(called, address, runtime)).toMatchObject({ ok: true, rules: [] });
  });

  test("shows the default one to a client that calls by an address, and says what to do", async () => {
    // WHEN
    const verdict = await verdictOf("api", "10.1.2.3");

    // THEN
    expect(verdict.ok).toBe(false);
    expect(verdict.rules).toEqual(["other-identity-presented", "missing-intermediate"]);
    expect(verdict.findings[0]).toMatchObject({
      message:
        "a client that calls 10.1.2.3 asks for no name, so the server presents the identity of shop, not that of api",
      remedy: "call it by api.example.com, or declare the call to shop",
    });
  });

  test("shows another's to a client that calls by that one's name", async () => {
    const verdict = await verdictOf("shop", "api.example.com");
    expect(verdict.rules).toEqual(["other-identity-presented", "missing-intermediate"]);
  });

  test("has a name without a dot for those who ask for it, which Java does not", async () => {
    // GIVEN
    const names = ["api.example.com", "api"];
    const plan = {
      ...withBoth,
      endpoints: [endpoint("shop"), endpoint("api", { defaultEndpointId: "shop", names })],
    };

    // WHEN
    const [curl, java] = [
      await verdictOf("api", "api", { kind: "openssl" }, plan),
      await verdictOf("api", "api", { kind: "java" }, plan),
    ];

    // THEN
    expect(curl.rules).toEqual(["name-not-covered"]);
    expect(java.rules).toContain("other-identity-presented");
  });

  test("is read whole, whichever of its names is called", () => {
    const hops = [{ ...call, endpointId: "api", anchors: { kind: "pem", fileId: "api-ca" } as const }];
    expect([...placesOfHops({ ...withBoth, hops }).fileIds].sort()).toEqual([
      "api-ca",
      "api.crt",
      "api.key",
      "shop.crt",
      "shop.key",
    ]);
  });
});

test("two endpoints on one port that say nothing of each other are two servers", async () => {
  const plan = { ...withBoth, endpoints: [endpoint("shop"), endpoint("api")] };
  const verdict = await verdictOf("api", "10.1.2.3", { kind: "openssl" }, plan);
  expect(verdict).toMatchObject({ ok: true, rules: [] });
});

test("a handshake that shows another certificate than the rules say fails", async () => {
  // GIVEN
  const shown = { chain: [made.shop.der], pkcs8: made.shop.pkcs8 };
  const meant = { chain: [made.api.der], pkcs8: made.api.pkcs8 };
  const material = hop({
    address: "api.example.com",
    server: { identity: meant, byName: { otherwise: shown, named: [] } },
    client: { anchors: [authorities.shop.der, authorities.api.der] },
  });

  // WHEN
  const verdict = await proveHop(material);

  // THEN
  expect(verdict.findings).toMatchObject([{ level: "error", rule: "other-identity-presented" }]);
});
