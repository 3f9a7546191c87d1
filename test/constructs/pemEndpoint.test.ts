import {
  Certificate,
  Host,
  Keystore,
  PemClientBinding,
  PemEndpoint,
  type PemEndpointProps,
  Secret,
} from "../../lib/constructs";
import { declare } from "../systems/support/declaration";

const host = Host.local("web");
const keyPassword = Secret.env("KEY_PASSWORD");
const files = { host, certificatePath: "/etc/tls/server.crt", keyPath: "/etc/tls/server.key", keyPassword };

function props(change: Partial<PemEndpointProps> = {}): PemEndpointProps {
  return {
    ...files,
    names: ["web.example.com"],
    port: 443,
    certificate: Certificate.selfSigned(),
    ...change,
  };
}

describe("PemEndpoint", () => {
  test("places chain and encrypted key in two files", () => {
    // WHEN
    const declared = declare((scope) => new PemEndpoint(scope, "Web", props()));

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
    expect(declared.endpoints).toMatchObject([{ clientAuthentication: "none", runtime: "openssl" }]);
  });

  test("refuses a certificate that stays in a store on its host", () => {
    expect(() =>
      declare((scope) => {
        const store = new Keystore(scope, "Store", {
          host,
          path: "/etc/tls/store.p12",
          password: keyPassword,
        });
        new PemEndpoint(scope, "Web", props({ certificate: Certificate.existing({ store, alias: "web" }) }));
      }),
    ).toThrow("cannot be presented from PEM files");
  });

  test.each([
    ["a port that is none", { port: 0 }, "0 is no port"],
    ["no names", { names: [] }, "has no name"],
    [
      "client authentication without anchors",
      { clientAuthentication: "require" as const },
      "Give truststore",
    ],
  ])("refuses %s", (_title, change, message) => {
    expect(() => declare((scope) => new PemEndpoint(scope, "Web", props(change)))).toThrow(message);
  });
});

describe("PemClientBinding", () => {
  test("calls an endpoint and trusts the public roots unless told otherwise", () => {
    // WHEN
    const declared = declare((scope) => {
      const endpoint = new PemEndpoint(scope, "Web", props());
      new PemClientBinding(scope, "Client", {
        host: Host.local("client"),
        certificatePath: "/home/client/client.crt",
        keyPath: "/home/client/client.key",
        keyPassword,
        certificate: Certificate.selfSigned(),
        endpoint,
      });
    });

    // THEN
    expect(declared.hops).toMatchObject([
      { anchors: { kind: "public-roots" }, bindingId: "stack/Client", runtime: "openssl" },
    ]);
  });
});
