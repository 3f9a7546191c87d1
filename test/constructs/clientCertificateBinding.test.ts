import type { TerraformStack } from "cdktf";
import {
  Certificate,
  ClientCertificateBinding,
  Host,
  HttpsCallbackEndpoint,
  Keystore,
  Node,
  Secret,
  TruststoreEntry,
} from "../../lib";
import { planOf } from "../support/planOf";

const server = Host.local("server");
const client = Host.local("client");
const password = Secret.env("APP_PASSWORD");

function pair(stack: TerraformStack) {
  const truststore = new Keystore(stack, "ServerTrust", { host: server, path: "/trust.p12", password });
  const endpoint = new HttpsCallbackEndpoint(stack, "Endpoint", {
    names: ["app.example.com"],
    port: 8443,
    identity: new Keystore(stack, "ServerKeys", { host: server, path: "/keys.p12", password }).entry(
      "server",
    ),
    certificate: Certificate.selfSigned(),
    clientAuthentication: "require",
    truststore,
  });
  const clientTrust = new Keystore(stack, "ClientTrust", { host: client, path: "/trust.p12", password });
  const clientKeys = new Keystore(stack, "ClientKeys", { host: client, path: "/keys.p12", password });
  return { endpoint, truststore, clientTrust, clientKeys };
}

describe("ClientCertificateBinding", () => {
  test("declares the hop with the identity that is presented on it, for whom it stands", () => {
    const plan = planOf((stack) => {
      const { endpoint, clientTrust, clientKeys } = pair(stack);
      new ClientCertificateBinding(stack, "Partner", {
        identity: clientKeys.entry("partner-a"),
        certificate: Certificate.selfSigned(),
        endpoint,
        truststore: clientTrust,
        user: "partner",
        address: "10.1.2.3",
        clientName: "Integration Server",
        runtime: Node.release(20),
        verifiesName: false,
      });
    });
    expect(plan.hops).toEqual([
      {
        id: "stack/Partner/Hop",
        endpointId: "stack/Endpoint",
        address: "10.1.2.3",
        clientHostId: "client",
        clientName: "Integration Server",
        anchors: { kind: "store", storeId: "stack/ClientTrust" },
        runtime: { kind: "node", release: 20 },
        verifiesName: false,
        bindingId: "stack/Partner",
      },
    ]);
    expect(plan.bindings).toEqual([
      {
        id: "stack/Partner",
        identityId: "stack/Partner/Certificate",
        identity: { kind: "store", storeId: "stack/ClientKeys", alias: "partner-a" },
        user: "partner",
      },
    ]);
    expect(plan.identities.find(({ id }) => id === "stack/Partner/Certificate")?.request).toMatchObject({
      subject: { commonName: "partner" },
      names: [],
      extendedKeyUsages: ["clientAuth"],
    });
  });

  test("several identities towards one endpoint are several hops", () => {
    const plan = planOf((stack) => {
      const { endpoint, clientTrust, clientKeys } = pair(stack);
      for (const partner of ["A", "B", "C"]) {
        new ClientCertificateBinding(stack, partner, {
          identity: clientKeys.entry(partner),
          certificate: Certificate.selfSigned(),
          endpoint,
          truststore: clientTrust,
        });
      }
    });
    expect(plan.hops.map(({ bindingId }) => bindingId)).toEqual(["stack/A", "stack/B", "stack/C"]);
  });

  test("a truststore entry for the same call adds no second hop, one for another client does", () => {
    const plan = planOf((stack) => {
      const { endpoint, truststore, clientTrust, clientKeys } = pair(stack);
      const binding = new ClientCertificateBinding(stack, "Partner", {
        identity: clientKeys.entry("partner"),
        certificate: Certificate.selfSigned(),
        endpoint,
        truststore: clientTrust,
      });
      new TruststoreEntry(stack, "ClientTrustsServer", {
        truststore: clientTrust,
        alias: "server",
        trusts: endpoint,
      });
      new TruststoreEntry(stack, "ServerTrustsClient", { truststore, alias: "partner", trusts: binding });
      const other = new Keystore(stack, "Other", { host: Host.local("other"), path: "/t.p12", password });
      new TruststoreEntry(stack, "OtherTrustsServer", {
        truststore: other,
        alias: "server",
        trusts: endpoint,
      });
    });
    expect(plan.hops.map(({ id }) => id)).toEqual(["stack/Partner/Hop", "stack/OtherTrustsServer/Hop"]);
  });

  test("an address that is none is refused", () => {
    expect(() =>
      planOf((stack) => {
        const { endpoint, clientTrust } = pair(stack);
        new TruststoreEntry(stack, "Entry", {
          truststore: clientTrust,
          alias: "server",
          trusts: endpoint,
          address: "https://app.example.com/",
        });
      }),
    ).toThrow("is neither a host name nor an address");
  });

  test("binds an identity for a partner who is not declared here, without a hop", () => {
    const plan = planOf((stack) => {
      const keystore = new Keystore(stack, "Keystore", { host: client, path: "/etc/client.jks", password });
      new ClientCertificateBinding(stack, "Partner", {
        identity: keystore.entry("client"),
        certificate: Certificate.selfSigned(),
        user: "client-7",
      });
    });
    expect(plan.hops).toEqual([]);
    expect(plan.bindings).toMatchObject([{ id: "stack/Partner", user: "client-7" }]);
    expect(plan.entries).toMatchObject([{ kind: "key", alias: "client" }]);
  });
});
