import type { Construct } from "constructs";
import {
  Certificate,
  CertificateAuthority,
  ClientCertificateBinding,
  Host,
  HttpsCallbackEndpoint,
  Keystore,
  Secret,
  TrustFile,
  TruststoreEntry,
} from "../../../lib";
import { version } from "../../../package.json";
import { declare } from "../../systems/support/declaration";

const host = Host.local("app");
const password = Secret.env("STORE");
const storeIn = (scope: Construct, id: string) =>
  new Keystore(scope, id, { host, path: `/${id}.p12`, password });

/** An endpoint that the truststore's system trusts, and calls with a certificate where it is told to. */
function callIn(scope: Construct, presents: boolean): void {
  const [keys, truststore] = [storeIn(scope, "Keys"), storeIn(scope, "Trust")];
  const endpoint = new HttpsCallbackEndpoint(scope, "Endpoint", {
    names: ["app.example.com"],
    port: 8443,
    identity: keys.entry("server"),
    certificate: Certificate.selfSigned(),
    clientAuthentication: "require",
    truststore: keys,
  });
  new TruststoreEntry(scope, "Entry", { truststore, alias: "server", trusts: endpoint });
  if (!presents) return;
  new ClientCertificateBinding(scope, "Binding", {
    identity: truststore.entry("client"),
    certificate: Certificate.selfSigned(),
    endpoint,
    truststore,
  });
}

describe("the plan of a stack", () => {
  test("minimal: says whose it is and holds nothing", () => {
    const { findings, ...plan } = declare(() => undefined);
    expect(findings).toEqual([]);
    expect(plan).toEqual({
      formatVersion: 2,
      toolVersion: version,
      project: "test",
      environment: "test",
      stack: "stack",
      hosts: [],
      systems: [],
      identities: [],
      stores: [],
      entries: [],
      endpoints: [],
      bindings: [],
      hops: [],
      files: [],
      configFiles: [],
      runbooks: [],
      fingerprints: [],
    });
  });

  test("names a host and an identity once, however many use them", () => {
    const plan = declare((scope) => {
      const trusts = new CertificateAuthority(scope, "Root", { commonName: "Root" });
      for (const id of ["A", "B"]) {
        new TruststoreEntry(scope, `Entry${id}`, { truststore: storeIn(scope, id), alias: "root", trusts });
      }
    });
    expect(plan.hosts).toEqual([host.plan]);
    expect(plan.identities.map(({ id }) => id)).toEqual(["stack/Root"]);
    expect(plan.entries.map(({ id }) => id)).toEqual(["stack/EntryA", "stack/EntryB"]);
  });

  test.each([
    [false, [["stack/Endpoint", undefined]]],
    [true, [["stack/Endpoint", "stack/Binding"]]],
  ])("has one hop for a call, and the one that says more: presents %s", (presents, expected) => {
    const { hops } = declare((scope) => callIn(scope, presents));
    expect(hops.map(({ endpointId, bindingId }) => [endpointId, bindingId])).toEqual(expected);
  });

  test("is refused where two parts have one key", () => {
    expect(() =>
      declare((scope) => {
        for (const id of ["a", "b"])
          new TrustFile(scope, id, { host, path: `/${id}`, content: { text: id }, key: "File" });
      }),
    ).toThrow(
      expect.objectContaining({
        code: "repeated-key",
        message: expect.stringContaining('two parts of the plan are called "stack/File"') as string,
      }),
    );
  });

  test("is refused where two identities have one key", () => {
    expect(() =>
      declare((scope) => {
        for (const commonName of ["One", "Two"])
          new CertificateAuthority(scope, commonName, { commonName, key: "Root" });
      }),
    ).toThrow(expect.objectContaining({ code: "repeated-key" }));
  });
});
