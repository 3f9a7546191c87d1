import type { Construct } from "constructs";
import {
  Certificate,
  CertificateAuthority,
  Host,
  HttpsCallbackEndpoint,
  Keystore,
  type NewCertificateOptions,
  PemFiles,
  Secret,
} from "../../lib";
import { declare } from "../systems/support/declaration";

const host = Host.local("app");
const password = Secret.env("APP_PASSWORD");
const unusable = expect.objectContaining({ code: "unusable-certificate" });

function presentedBy(scope: Construct, id: string, certificate: Certificate): void {
  const keystore = new Keystore(scope, `${id}Keys`, { host, path: `/${id}.p12`, password });
  new HttpsCallbackEndpoint(scope, id, {
    names: ["app.example.com", "10.1.2.3"],
    port: 8443,
    identity: keystore.entry("server"),
    certificate,
  });
}

/** What an endpoint asks for that presents the certificate. */
function requestOf(certificateIn: (scope: Construct) => Certificate) {
  const plan = declare((scope) => presentedBy(scope, "Endpoint", certificateIn(scope)));
  return plan.identities.find(({ id }) => id === "stack/Endpoint/Certificate")?.request;
}

const full: NewCertificateOptions = {
  commonName: "Orders",
  organizationalUnit: "Operations",
  organization: "Example Ltd",
  locality: "Bern",
  state: "BE",
  country: "CH",
  names: ["orders.example.com", "10.9.8.7"],
  keyAlgorithm: "ec-p256",
  validityDays: 90,
};
const fullRequest = {
  subject: {
    commonName: "Orders",
    organizationalUnit: "Operations",
    organization: "Example Ltd",
    locality: "Bern",
    state: "BE",
    country: "CH",
  },
  names: [
    { kind: "dns", value: "orders.example.com" },
    { kind: "ip", value: "10.9.8.7" },
  ],
  keyAlgorithm: "ec-p256",
  validityDays: 90,
  extendedKeyUsages: ["serverAuth"],
};

describe("a self-signed certificate", () => {
  test("minimal: is good for the endpoint's names, and its defaults are marked", () => {
    expect(requestOf(() => Certificate.selfSigned())).toEqual({
      kind: "self-signed",
      subject: { commonName: "app.example.com" },
      names: [
        { kind: "dns", value: "app.example.com" },
        { kind: "ip", value: "10.1.2.3" },
      ],
      keyAlgorithm: "rsa-2048",
      validityDays: 397,
      extendedKeyUsages: ["serverAuth"],
      defaulted: ["commonName", "keyAlgorithm", "validityDays"],
    });
  });

  test("full: every option reaches the plan, and nothing is defaulted", () => {
    expect(requestOf(() => Certificate.selfSigned(full))).toEqual({ kind: "self-signed", ...fullRequest });
  });

  test("a default that is written out is declared", () => {
    expect(requestOf(() => Certificate.selfSigned({ validityDays: 397 }))).toMatchObject({
      validityDays: 397,
      defaulted: ["commonName", "keyAlgorithm"],
    });
  });
});

describe("an issued certificate", () => {
  const authorityOf = (scope: Construct) => {
    const issuer = new CertificateAuthority(scope, "Root", { commonName: "Root" });
    return new CertificateAuthority(scope, "Issuing", { commonName: "Issuing", issuer });
  };

  test("names its issuer, and brings the authorities above it into the plan", () => {
    const plan = declare((scope) =>
      presentedBy(scope, "Endpoint", Certificate.issuedBy(authorityOf(scope), full)),
    );
    expect(plan.identities.map(({ id }) => id).sort()).toEqual([
      "stack/Endpoint/Certificate",
      "stack/Issuing",
      "stack/Root",
    ]);
    expect(plan.identities.find(({ id }) => id === "stack/Endpoint/Certificate")?.request).toEqual({
      kind: "issued",
      issuerId: "stack/Issuing",
      ...fullRequest,
    });
  });

  test("its first own name is its common name, which nobody declared", () => {
    const certificate = (scope: Construct) =>
      Certificate.issuedBy(authorityOf(scope), { names: ["orders.example.com"] });
    expect(requestOf(certificate)).toMatchObject({
      subject: { commonName: "orders.example.com" },
      names: [{ kind: "dns", value: "orders.example.com" }],
      defaulted: ["commonName", "keyAlgorithm", "validityDays"],
    });
  });
});

describe("a certificate from elsewhere", () => {
  test("that stands at its place already is named by store and alias", () => {
    expect(requestOf(() => Certificate.existing())).toEqual({
      kind: "existing",
      storeId: "stack/EndpointKeys",
      alias: "server",
    });
  });

  test("minimal: an imported one is a file", () => {
    expect(requestOf(() => Certificate.imported({ file: "ia.pfx" }))).toEqual({
      kind: "imported",
      file: "ia.pfx",
    });
  });

  test("full: an imported one, with references to its passwords", () => {
    const imported = Certificate.imported({
      file: "ia.crt",
      keyFile: "ia.key",
      password: Secret.env("IA_STORE"),
      keyPassword: Secret.command("pass show ia"),
      alias: "1",
    });
    expect(requestOf(() => imported)).toEqual({
      kind: "imported",
      file: "ia.crt",
      keyFile: "ia.key",
      password: "env:IA_STORE",
      keyPassword: "cmd:pass show ia",
      alias: "1",
    });
  });

  test("cannot be presented from PEM files where it stands in a keystore", () => {
    const identity = PemFiles.at(host, {
      certificatePath: "/a.crt",
      keyPath: "/a.key",
      keyPassword: password,
    });
    expect(() =>
      declare(
        (scope) =>
          new HttpsCallbackEndpoint(scope, "Endpoint", {
            names: ["app.example.com"],
            port: 8443,
            identity,
            certificate: Certificate.existing(),
          }),
      ),
    ).toThrow(unusable);
  });
});

describe("a requested certificate", () => {
  test("minimal: named after the endpoint, and what is not declared is a default", () => {
    expect(requestOf(() => Certificate.requested())).toEqual({
      kind: "requested",
      subject: { commonName: "app.example.com" },
      names: [
        { kind: "dns", value: "app.example.com" },
        { kind: "ip", value: "10.1.2.3" },
      ],
      keyAlgorithm: "rsa-2048",
      extendedKeyUsages: ["serverAuth"],
      defaulted: ["commonName", "keyAlgorithm"],
    });
  });

  test("full: every option reaches the plan", () => {
    const { validityDays: _, ...options } = full;
    const { validityDays: __, ...request } = fullRequest;
    expect(requestOf(() => Certificate.requested(options))).toEqual({ kind: "requested", ...request });
  });

  test("has no validity of its own: the authority decides", () => {
    expect(() => Certificate.requested({ validityDays: 90 } as object)).toThrow(
      /Certificate\.requested\(…\)/,
    );
    expect(() => Certificate.requested({ commonName: "" })).toThrow(
      expect.objectContaining({ code: "invalid-subject" }),
    );
  });
});

describe("a certificate is refused", () => {
  test.each([
    ["self-signed", () => Certificate.selfSigned()],
    ["imported", () => Certificate.imported({ file: "ia.pfx" })],
  ])("where it is bound twice: %s", (_title, make) => {
    const certificate = make();
    expect(() =>
      declare((scope) => {
        presentedBy(scope, "First", certificate);
        presentedBy(scope, "Second", certificate);
      }),
    ).toThrow("stack/Second: this certificate is already presented by stack/First. A key has one owner");
  });

  test.each([0, -1, 1.5, Number.POSITIVE_INFINITY, 36_501])("with a validity of %p days", (validityDays) => {
    expect(() => Certificate.selfSigned({ validityDays })).toThrow(
      expect.objectContaining({ code: "invalid-validity" }),
    );
  });

  test.each(["https://app.example.com", "app.example.com:8443", "a b", ""])("for the name %j", (name) => {
    expect(() => Certificate.selfSigned({ names: ["app.example.com", name] })).toThrow(
      expect.objectContaining({ code: "invalid-name" }),
    );
  });

  test.each([{ commonName: "" }, { commonName: "app", country: "CHE" }])("with the subject %j", (subject) => {
    expect(() => Certificate.selfSigned(subject)).toThrow(
      expect.objectContaining({ code: "invalid-subject" }),
    );
  });

  test("from a file without a name", () => {
    expect(() => Certificate.imported({ file: "" })).toThrow(expect.objectContaining({ code: "no-file" }));
  });
});
