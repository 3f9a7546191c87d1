import { Certificate, CertificateAuthority, Host, HttpsCallbackEndpoint, Keystore, Secret } from "../../lib";
import { declare } from "../systems/support/declaration";

describe("CertificateAuthority", () => {
  test("minimal: a root whose key and validity are defaulted", () => {
    const plan = declare((scope) => new CertificateAuthority(scope, "Root", { commonName: "Example Root" }));
    expect(plan.identities).toEqual([
      {
        id: "stack/Root",
        request: {
          kind: "authority",
          subject: { commonName: "Example Root" },
          keyAlgorithm: "rsa-2048",
          validityDays: 3650,
          defaulted: ["keyAlgorithm", "validityDays"],
        },
      },
    ]);
  });

  test("from files: an authority that was made elsewhere issues", () => {
    const plan = declare((scope) => {
      const ca = CertificateAuthority.fromFiles(scope, "Own", {
        file: "ca/issuing.pem",
        keyFile: "ca/issuing.key",
        keyPassword: Secret.env("CA_PASSWORD"),
        chainFile: "ca/root.pem",
      });
      const keystore = new Keystore(scope, "Keys", {
        host: Host.local("app"),
        path: "/keys.p12",
        password: Secret.env("APP_PASSWORD"),
      });
      new HttpsCallbackEndpoint(scope, "Endpoint", {
        names: ["app.example.com"],
        port: 8443,
        identity: keystore.entry("server"),
        certificate: Certificate.issuedBy(ca),
      });
    });
    expect(plan.identities).toEqual(
      expect.arrayContaining([
        {
          id: "stack/Own",
          request: {
            kind: "imported",
            file: "ca/issuing.pem",
            keyFile: "ca/issuing.key",
            keyPassword: "env:CA_PASSWORD",
            chainFile: "ca/root.pem",
            isAuthority: true,
          },
        },
        {
          id: "stack/Endpoint/Certificate",
          request: expect.objectContaining({ kind: "issued", issuerId: "stack/Own" }),
        },
      ]),
    );
    expect(() => declare((scope) => CertificateAuthority.fromFiles(scope, "Own", { file: "" }))).toThrow(
      expect.objectContaining({ code: "no-file" }),
    );
  });

  test("requested: somebody else's root issues it, and it issues here", () => {
    const plan = declare((scope) => {
      const issuing = CertificateAuthority.requested(scope, "Issuing", {
        commonName: "Example Issuing",
        organization: "Example Ltd",
        pathLength: 1,
        key: "Own/Issuing",
      });
      new CertificateAuthority(scope, "Below", { commonName: "Below", issuer: issuing });
    });
    expect(plan.identities).toEqual(
      expect.arrayContaining([
        {
          id: "stack/Own/Issuing",
          request: {
            kind: "requested",
            subject: { commonName: "Example Issuing", organization: "Example Ltd" },
            names: [],
            extendedKeyUsages: [],
            keyAlgorithm: "rsa-2048",
            isAuthority: true,
            pathLength: 1,
            defaulted: ["keyAlgorithm"],
          },
        },
        {
          id: "stack/Below",
          request: expect.objectContaining({ kind: "authority", issuerId: "stack/Own/Issuing" }),
        },
      ]),
    );
    for (const [props, code] of [
      [{ commonName: "Issuing", pathLength: -1 }, "invalid-path-length"],
      [{ commonName: "" }, "invalid-subject"],
    ] as const)
      expect(() => declare((scope) => CertificateAuthority.requested(scope, "Issuing", props))).toThrow(
        expect.objectContaining({ code }),
      );
  });

  test("full: every option reaches the plan, and nothing is defaulted", () => {
    const plan = declare((scope) => {
      const issuer = new CertificateAuthority(scope, "Root", { commonName: "Example Root" });
      new CertificateAuthority(scope, "Issuing", {
        commonName: "Example Issuing",
        organizationalUnit: "Operations",
        organization: "Example Ltd",
        locality: "Zürich",
        state: "ZH",
        country: "CH",
        keyAlgorithm: "ec-p256",
        validityDays: 1825,
        pathLength: 0,
        issuer,
        key: "Old/Issuing",
      });
    });
    expect(plan.identities.find(({ id }) => id === "stack/Old/Issuing")).toEqual({
      id: "stack/Old/Issuing",
      request: {
        kind: "authority",
        subject: {
          commonName: "Example Issuing",
          organizationalUnit: "Operations",
          organization: "Example Ltd",
          locality: "Zürich",
          state: "ZH",
          country: "CH",
        },
        keyAlgorithm: "ec-p256",
        validityDays: 1825,
        pathLength: 0,
        issuerId: "stack/Root",
      },
    });
  });

  test("knows the authorities above it, the nearest first", () => {
    declare((scope) => {
      const root = new CertificateAuthority(scope, "Root", { commonName: "Root" });
      const policy = new CertificateAuthority(scope, "Policy", { commonName: "Policy", issuer: root });
      const issuing = new CertificateAuthority(scope, "Issuing", { commonName: "Issuing", issuer: policy });
      expect(issuing.authorities.map(({ identityId }) => identityId)).toEqual(["stack/Policy", "stack/Root"]);
      expect(root.authorities).toEqual([]);
    });
  });

  test.each([0, -1, 1.5, Number.NaN, 36_501])("is refused with a validity of %p days", (validityDays) => {
    expect(() =>
      declare((scope) => new CertificateAuthority(scope, "Root", { commonName: "Root", validityDays })),
    ).toThrow(expect.objectContaining({ code: "invalid-validity" }));
  });

  test.each([-1, 0.5, 256])("is refused with a path length of %p", (pathLength) => {
    expect(() =>
      declare((scope) => new CertificateAuthority(scope, "Root", { commonName: "Root", pathLength })),
    ).toThrow(expect.objectContaining({ code: "invalid-path-length" }));
  });

  test.each([
    { commonName: "" },
    { commonName: " " },
    { commonName: "Root\nCN=Other" },
    { commonName: "Root", organization: "" },
    { commonName: "Root", country: "Switzerland" },
  ])("is refused with the subject %j", (subject) => {
    expect(() => declare((scope) => new CertificateAuthority(scope, "Root", subject))).toThrow(
      expect.objectContaining({ code: "invalid-subject" }),
    );
  });
});
