import type { TerraformStack } from "cdktf";
import {
  Certificate,
  CertificateAuthority,
  Host,
  HttpsCallbackEndpoint,
  Keystore,
  OpenSsl,
  Secret,
} from "../../lib";
import { planOf } from "../support/planOf";

const host = Host.local("app");
const password = Secret.env("APP_PASSWORD");

function keystoreIn(stack: TerraformStack, id = "Store"): Keystore {
  return new Keystore(stack, id, { host, path: `/${id}.p12`, password });
}

describe("HttpsCallbackEndpoint", () => {
  test("minimal: presents a certificate for its names and asks no client for one", () => {
    const plan = planOf(
      (stack) =>
        new HttpsCallbackEndpoint(stack, "Endpoint", {
          names: ["app.example.com", "10.20.30.40"],
          port: 8443,
          identity: keystoreIn(stack).entry("server"),
          certificate: Certificate.selfSigned(),
        }),
    );
    expect(plan.endpoints).toEqual([
      {
        id: "stack/Endpoint",
        hostId: "app",
        names: ["app.example.com", "10.20.30.40"],
        port: 8443,
        identityId: "stack/Endpoint/Certificate",
        identity: { kind: "store", storeId: "stack/Store", alias: "server" },
        clientAuthentication: "none",
        runtime: { kind: "java" },
        afterDeploy: [],
      },
    ]);
    expect(plan.identities[0]?.request).toEqual({
      kind: "self-signed",
      subject: { commonName: "app.example.com" },
      names: [
        { kind: "dns", value: "app.example.com" },
        { kind: "ip", value: "10.20.30.40" },
      ],
      keyAlgorithm: "rsa-2048",
      validityDays: 397,
      extendedKeyUsages: ["serverAuth"],
      defaulted: ["commonName", "keyAlgorithm", "validityDays"],
    });
  });

  test("full: authority, mutual TLS, key password and hooks", () => {
    const plan = planOf((stack) => {
      const authority = new CertificateAuthority(stack, "Authority", { commonName: "Root", pathLength: 0 });
      new HttpsCallbackEndpoint(stack, "Endpoint", {
        names: ["app.example.com"],
        port: 8443,
        identity: keystoreIn(stack).entry("server", {
          keyPassword: Secret.env("KEY_PASSWORD"),
          onForeign: "replace",
        }),
        certificate: Certificate.issuedBy(authority, {
          commonName: "App",
          organization: "Example",
          keyAlgorithm: "ec-p256",
          validityDays: 90,
        }),
        clientAuthentication: "request",
        truststore: keystoreIn(stack, "Trust"),
        runtime: OpenSsl.release("3.0"),
      })
        .afterDeploy("echo one")
        .afterDeploy("echo two");
    });
    expect(plan.endpoints[0]).toMatchObject({
      identity: { keyPassword: "env:KEY_PASSWORD" },
      clientAuthentication: "request",
      clientAnchors: { kind: "store", storeId: "stack/Trust" },
      runtime: { kind: "openssl", release: "3.0" },
      afterDeploy: ["echo one", "echo two"],
    });
    expect(plan.entries[0]).toMatchObject({ keyPassword: "env:KEY_PASSWORD", onForeign: "replace" });
    expect(plan.identities.map(({ request }) => request)).toEqual([
      {
        kind: "authority",
        subject: { commonName: "Root" },
        keyAlgorithm: "rsa-2048",
        validityDays: 3650,
        pathLength: 0,
        defaulted: ["keyAlgorithm", "validityDays"],
      },
      {
        kind: "issued",
        issuerId: "stack/Authority",
        subject: { commonName: "App", organization: "Example" },
        names: [{ kind: "dns", value: "app.example.com" }],
        keyAlgorithm: "ec-p256",
        validityDays: 90,
        extendedKeyUsages: ["serverAuth"],
      },
    ]);
  });

  test("where Java picks the alias, the plan says so", () => {
    const plan = planOf(
      (stack) =>
        new HttpsCallbackEndpoint(stack, "Endpoint", {
          names: ["app.example.com"],
          port: 8443,
          identity: keystoreIn(stack).entry("server", { chosenBy: "java" }),
          certificate: Certificate.selfSigned(),
        }),
    );
    expect(plan.endpoints[0]?.identity).toMatchObject({ alias: "server", chosenBy: "java" });
  });

  test("an existing certificate is adopted: no entry is ours", () => {
    const plan = planOf((stack) => {
      const keystore = keystoreIn(stack);
      new HttpsCallbackEndpoint(stack, "Endpoint", {
        names: ["app.example.com"],
        port: 8443,
        identity: keystore.entry("jetty"),
        certificate: Certificate.existing(),
      });
    });
    expect(plan.entries).toEqual([]);
    expect(plan.identities[0]?.request).toEqual({ kind: "existing", storeId: "stack/Store", alias: "jetty" });
  });

  const bad = (overrides: Record<string, unknown>) => () =>
    planOf(
      (stack) =>
        new HttpsCallbackEndpoint(stack, "Endpoint", {
          names: ["app.example.com"],
          port: 8443,
          identity: keystoreIn(stack).entry("server"),
          certificate: Certificate.selfSigned(),
          ...overrides,
        }),
    );

  test.each([
    ["a port out of range", { port: 70_000 }, "70000 is no port"],
    ["no name", { names: [] }, "stack/Endpoint has no name"],
    [
      "a URL for a name",
      { names: ["https://app.example.com"] },
      '"https://app.example.com" is neither a host name',
    ],
    ["a name with a port", { names: ["app.example.com:8443"] }, "give it without scheme, port and path"],
    [
      "client authentication without a truststore",
      { clientAuthentication: "require" },
      "could accept no client",
    ],
  ])("refuses %s", (_, overrides, message) => {
    expect(bad(overrides)).toThrow(message);
  });

  test.each([0, 1.5, 40_000, Number.NaN])("refuses a validity of %s days", (validityDays) => {
    expect(() => Certificate.selfSigned({ validityDays })).toThrow(`validityDays is ${validityDays}`);
  });

  test("what stands at a place is presented by leaving the certificate out", () => {
    const plan = planOf((stack) => {
      const keystore = keystoreIn(stack);
      const endpoint = (id: string, port: number, certificate?: Certificate) =>
        new HttpsCallbackEndpoint(stack, id, {
          names: ["app.example.com"],
          port,
          identity: keystore.entry("server"),
          ...(certificate === undefined ? {} : { certificate }),
        });
      endpoint("Declared", 443, Certificate.selfSigned());
      endpoint("Reused", 8443);
    });
    expect(plan.endpoints.map(({ identityId }) => identityId)).toEqual([
      "stack/Declared/Certificate",
      "stack/Declared/Certificate",
    ]);
    expect(plan.entries).toHaveLength(1);
  });

  test("what nobody declares at a place is adopted", () => {
    const plan = planOf(
      (stack) =>
        new HttpsCallbackEndpoint(stack, "Endpoint", {
          names: ["app.example.com"],
          port: 8443,
          identity: keystoreIn(stack).entry("jetty"),
        }),
    );
    expect(plan.entries).toEqual([]);
    expect(plan.identities[0]?.request).toEqual({ kind: "existing", storeId: "stack/Store", alias: "jetty" });
  });

  test("a certificate is presented by one construct only", () => {
    const certificate = Certificate.selfSigned();
    bad({ certificate })();
    expect(bad({ certificate })).toThrow("this certificate is already presented by stack/Endpoint");
  });

  test.each(["nonsense", "java", { kind: "perl" }])("refuses the runtime %p", (runtime) => {
    expect(bad({ runtime })).toThrow(/runtime is .*\. Give a runtime: Java.release\(8/);
  });
});

describe("endpoints on one port", () => {
  const endpoints = (
    second: { readonly names?: readonly string[]; readonly port?: number; readonly host?: string } = {},
  ) =>
    planOf((stack) => {
      const place = (on: typeof host, alias: string) =>
        new Keystore(stack, alias, { host: on, path: `/${alias}.p12`, password }).entry(alias);
      const shop = new HttpsCallbackEndpoint(stack, "Shop", {
        names: ["shop.example.com"],
        port: 8443,
        identity: place(host, "shop"),
        certificate: Certificate.selfSigned(),
      });
      const api = new HttpsCallbackEndpoint(stack, "Api", {
        names: second.names ?? ["api.example.com"],
        port: second.port ?? 8443,
        identity: place(second.host === undefined ? host : Host.local(second.host), "api"),
        certificate: Certificate.selfSigned(),
        besides: shop,
      });
      new HttpsCallbackEndpoint(stack, "Docs", {
        names: ["docs.example.com"],
        port: 8443,
        identity: place(host, "docs"),
        certificate: Certificate.selfSigned(),
        besides: api,
      });
    }).endpoints;

  test("name the one that answers by default, whichever of them they are declared besides", () => {
    expect(endpoints().map(({ id, defaultEndpointId }) => [id, defaultEndpointId])).toEqual([
      ["stack/Shop", undefined],
      ["stack/Api", "stack/Shop"],
      ["stack/Docs", "stack/Shop"],
    ]);
  });

  test("have one port of one host", () => {
    expect(() => endpoints({ port: 9443 })).toThrow("which has another host or port");
    expect(() => endpoints({ host: "other" })).toThrow("which has another host or port");
  });

  test("have each name once", () => {
    expect(() => endpoints({ names: ["API.example.com", "SHOP.example.com"] })).toThrow(
      'stack/Api has the name "shop.example.com", and an endpoint on the same port has it already',
    );
  });
});
