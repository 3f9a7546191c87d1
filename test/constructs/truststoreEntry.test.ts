import type { Construct } from "constructs";
import {
  Certificate,
  CertificateAuthority,
  Host,
  HttpsCallbackEndpoint,
  Keystore,
  Node,
  Secret,
  TruststoreEntry,
} from "../../lib";
import { declare } from "../systems/support/declaration";

const password = Secret.env("APP_PASSWORD");

function truststoreOf(scope: Construct): Keystore {
  return new Keystore(scope, "Trust", { host: Host.local("client"), path: "/etc/app/trust.p12", password });
}

function authorityOf(scope: Construct): CertificateAuthority {
  return new CertificateAuthority(scope, "Root", { commonName: "Example Root" });
}

function endpointOf(scope: Construct): HttpsCallbackEndpoint {
  const keystore = new Keystore(scope, "Keys", { host: Host.local("server"), path: "/keys.p12", password });
  return new HttpsCallbackEndpoint(scope, "Endpoint", {
    names: ["server.example.com", "10.1.2.3"],
    port: 8443,
    identity: keystore.entry("server"),
    certificate: Certificate.selfSigned(),
  });
}

describe("TruststoreEntry", () => {
  test("minimal: the anchor, which leaves the entries of others alone, and no hop", () => {
    const plan = declare((scope) => {
      const trusts = authorityOf(scope);
      new TruststoreEntry(scope, "Entry", { truststore: truststoreOf(scope), alias: "root", trusts });
    });
    expect(plan.entries).toEqual([
      {
        kind: "anchor",
        id: "stack/Entry",
        storeId: "stack/Trust",
        alias: "root",
        identityId: "stack/Root",
        part: "anchor",
        unlessAlreadyTrusted: false,
        onForeign: "refuse",
      },
    ]);
    expect(plan.hops).toEqual([]);
  });

  test("full: every option reaches the plan", () => {
    const plan = declare((scope) => {
      new TruststoreEntry(scope, "Entry", {
        truststore: truststoreOf(scope),
        alias: "Server",
        trusts: endpointOf(scope),
        part: "leaf",
        unlessAlreadyTrusted: true,
        onForeign: "replace",
        key: "Old/Entry",
        address: "10.1.2.3",
        runtime: Node.release(20),
        verifiesName: false,
        clientName: "Orders",
      });
    });
    expect(plan.entries.filter(({ kind }) => kind === "anchor")).toEqual([
      {
        kind: "anchor",
        id: "stack/Old/Entry",
        storeId: "stack/Trust",
        alias: "Server",
        identityId: "stack/Endpoint/Certificate",
        part: "leaf",
        unlessAlreadyTrusted: true,
        onForeign: "replace",
      },
    ]);
    expect(plan.hops).toEqual([
      {
        id: "stack/Old/Entry/Hop",
        endpointId: "stack/Endpoint",
        address: "10.1.2.3",
        clientHostId: "client",
        clientName: "Orders",
        anchors: { kind: "store", storeId: "stack/Trust" },
        runtime: { kind: "node", release: 20 },
        verifiesName: false,
      },
    ]);
  });

  test("of an endpoint declares that the truststore's system calls it, by its first name and in Java", () => {
    const plan = declare((scope) => {
      const trusts = endpointOf(scope);
      new TruststoreEntry(scope, "Entry", { truststore: truststoreOf(scope), alias: "server", trusts });
    });
    expect(plan.hops).toEqual([
      {
        id: "stack/Entry/Hop",
        endpointId: "stack/Endpoint",
        address: "server.example.com",
        clientHostId: "client",
        clientName: "client",
        anchors: { kind: "store", storeId: "stack/Trust" },
        runtime: { kind: "java" },
        verifiesName: true,
      },
    ]);
  });

  test("is refused where its alias is there already in another case", () => {
    expect(() =>
      declare((scope) => {
        const shared = { truststore: truststoreOf(scope), trusts: authorityOf(scope) };
        new TruststoreEntry(scope, "First", { ...shared, alias: "Root" });
        new TruststoreEntry(scope, "Second", { ...shared, alias: "rOOT" });
      }),
    ).toThrow(
      expect.objectContaining({
        code: "repeated-alias",
        message: expect.stringContaining(
          'alias "rOOT" is declared twice in /etc/app/trust.p12: by stack/First and by stack/Second',
        ) as string,
      }),
    );
  });

  test.each(["https://server.example.com", "server example", "server.example.com:8443"])(
    "is refused where its endpoint is called at %j",
    (address) => {
      expect(() =>
        declare((scope) => {
          const trusts = endpointOf(scope);
          new TruststoreEntry(scope, "Entry", {
            truststore: truststoreOf(scope),
            alias: "server",
            trusts,
            address,
          });
        }),
      ).toThrow(expect.objectContaining({ code: "invalid-name" }));
    },
  );
});
