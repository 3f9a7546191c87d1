import { Certificate, ClientCertificateBinding, Host, Keystore, Secret } from "../../lib/constructs";
import { declare } from "../systems/support/declaration";

const password = Secret.env("STORE_PASSWORD");

describe("ClientCertificateBinding", () => {
  test("binds an identity for a partner who is not declared here, without a hop", () => {
    // WHEN
    const declared = declare((scope) => {
      const keystore = new Keystore(scope, "Keystore", {
        host: Host.local("client"),
        path: "/etc/client.jks",
        password,
      });
      new ClientCertificateBinding(scope, "Partner", {
        keystore,
        alias: "client",
        certificate: Certificate.selfSigned(),
        user: "client-7",
      });
    });

    // THEN
    expect(declared.hops).toEqual([]);
    expect(declared.bindings).toMatchObject([{ id: "stack/Partner", user: "client-7" }]);
    expect(declared.entries).toMatchObject([{ kind: "key", alias: "client" }]);
  });
});
