import {
  AnchorsFile,
  Certificate,
  CertificateAuthority,
  ClientCertificateBinding,
  Host,
  HttpsCallbackEndpoint,
  type HttpsCallbackEndpointProps,
  PemFiles,
  Secret,
} from "../../lib/constructs";
import { declare } from "../systems/support/declaration";

const host = Host.local("web");
const keyPassword = Secret.env("KEY_PASSWORD");
const files = PemFiles.at(host, {
  certificatePath: "/etc/tls/server.crt",
  keyPath: "/etc/tls/server.key",
  keyPassword,
});

function props(change: Partial<HttpsCallbackEndpointProps> = {}): HttpsCallbackEndpointProps {
  return {
    identity: files,
    names: ["web.example.com"],
    port: 443,
    certificate: Certificate.selfSigned(),
    ...change,
  };
}

describe("PEM files as the place of an endpoint's identity", () => {
  test("hold chain and encrypted key", () => {
    // WHEN
    const declared = declare((scope) => new HttpsCallbackEndpoint(scope, "Web", props()));

    // THEN
    expect(declared.files).toEqual([
      {
        id: "stack/Web/CertificateFile",
        hostId: "web",
        path: "/etc/tls/server.crt",
        mode: 0o644,
        content: { kind: "certificate", identityId: "stack/Web/Certificate", part: "chain", encoding: "pem" },
      },
      {
        id: "stack/Web/KeyFile",
        hostId: "web",
        path: "/etc/tls/server.key",
        mode: 0o600,
        content: { kind: "private-key", identityId: "stack/Web/Certificate", password: "env:KEY_PASSWORD" },
      },
    ]);
    expect(declared.endpoints).toMatchObject([
      { clientAuthentication: "none", runtime: { kind: "openssl" } },
    ]);
  });

  test("run hooks after they changed", () => {
    const declared = declare((scope) =>
      new HttpsCallbackEndpoint(scope, "Web", props()).afterDeploy("nginx -s reload"),
    );
    expect(declared.endpoints[0]?.afterDeploy).toEqual(["nginx -s reload"]);
  });

  test("go with a PEM file of what clients must lead to", () => {
    const declared = declare((scope) => {
      const clients = new AnchorsFile(scope, "Clients", { host, path: "/etc/tls/clients.crt" });
      for (const name of ["One", "Two", "One"])
        clients.trusts(
          (scope.node.tryFindChild(name) as CertificateAuthority | undefined) ??
            new CertificateAuthority(scope, name, { commonName: name }),
        );
      new HttpsCallbackEndpoint(
        scope,
        "Web",
        props({ clientAuthentication: "require", truststore: clients }),
      );
    });
    expect(declared.endpoints[0]?.clientAnchors).toEqual({ kind: "pem", fileId: "stack/Clients" });
    expect(declared.files.find(({ id }) => id === "stack/Clients")?.content).toEqual({
      kind: "anchors",
      anchors: [
        { identityId: "stack/One", part: "anchor" },
        { identityId: "stack/Two", part: "anchor" },
      ],
    });
  });

  test("hold no certificate that stays on its host", () => {
    const change = { certificate: Certificate.existing() };
    expect(() => declare((scope) => new HttpsCallbackEndpoint(scope, "Web", props(change)))).toThrow(
      "cannot be presented from PEM files",
    );
  });

  test("are one identity's", () => {
    expect(() =>
      declare((scope) => {
        for (const id of ["A", "B"])
          new HttpsCallbackEndpoint(scope, id, props({ certificate: Certificate.selfSigned() }));
      }),
    ).toThrow("/etc/tls/server.crt already holds stack/A/Certificate");
  });

  test.each([
    ["a port that is none", { port: 0 }, "0 is no port"],
    ["no names", { names: [] }, "has no name"],
    [
      "client authentication without anchors",
      { clientAuthentication: "require" as const },
      "Give truststore",
    ],
  ])("refuse %s", (_title, change, message) => {
    expect(() => declare((scope) => new HttpsCallbackEndpoint(scope, "Web", props(change)))).toThrow(message);
  });
});

describe("PEM files as the place of a client's identity", () => {
  test("are read by OpenSSL, which is told to trust the public roots", () => {
    // WHEN
    const declared = declare((scope) => {
      const endpoint = new HttpsCallbackEndpoint(scope, "Web", props());
      new ClientCertificateBinding(scope, "Client", {
        identity: PemFiles.at(Host.local("client"), {
          certificatePath: "/home/client/client.crt",
          keyPath: "/home/client/client.key",
          keyPassword,
        }),
        certificate: Certificate.selfSigned(),
        endpoint,
        truststore: "public-roots",
      });
    });

    // THEN
    expect(declared.hops).toMatchObject([
      { anchors: { kind: "public-roots" }, bindingId: "stack/Client", runtime: { kind: "openssl" } },
    ]);
  });
});
