import { Certificate, CertificateAuthority, Host, PartnerCertificate, Secret } from "../../lib/constructs";
import { CesServer, type CesServerProps, JavaServer } from "../../lib/systems";
import { declare } from "./support/declaration";

const host = Host.local("ces");

function props(change: Partial<CesServerProps> = {}): CesServerProps {
  return {
    host,
    names: ["ces.example.com"],
    directory: "/opt/ces/trust",
    certificate: Certificate.selfSigned(),
    password: Secret.env("CES_PASSWORD"),
    ...change,
  };
}

describe("CesServer", () => {
  test("serves HTTPS from a JKS", () => {
    // WHEN
    const declared = declare((scope) => new CesServer(scope, "Ces", props()));

    // THEN
    expect(declared.stores).toMatchObject([{ path: "/opt/ces/trust/ces-keystore.jks", profile: "jks" }]);
    expect(declared.endpoints).toMatchObject([{ port: 48_226, clientAuthentication: "none" }]);
    expect(declared.runbooks[0]?.steps[0]).toMatchObject({
      text: expect.stringContaining("key store /opt/ces/trust/ces-keystore.jks"),
      shows: { identityId: "stack/Ces/Endpoint/Certificate", part: "leaf" },
    });
  });

  test("has a truststore of its own where it asks for client certificates", () => {
    const declared = declare(
      (scope) => new CesServer(scope, "Ces", props({ clientAuthentication: "require" })),
    );
    expect(declared.endpoints).toMatchObject([
      { clientAnchors: { kind: "store", storeId: "stack/Ces/ClientTruststore" } },
    ]);
  });

  test("calls a webhook with a certificate from a PFX, and trusts the called server", () => {
    // WHEN
    const declared = declare((scope) => {
      const authority = new CertificateAuthority(scope, "Authority", { commonName: "Example Root" });
      const called = new JavaServer(scope, "Called", {
        host: Host.local("called"),
        names: ["hooks.example.com"],
        port: 8443,
        keystorePath: "/etc/called/keystore.p12",
        keystorePassword: Secret.env("P"),
        alias: "called",
        certificate: Certificate.issuedBy(authority),
        clientAuthentication: "require",
        truststorePath: "/etc/called/truststore.p12",
      });
      const webhook = new CesServer(scope, "Ces", props()).webhook("deployments", {
        endpoint: called.endpoint,
        certificate: Certificate.issuedBy(authority),
      });
      called.trusts("ces", webhook);
    });

    // THEN
    expect(declared.stores.map(({ path, profile }) => [path, profile])).toEqual(
      expect.arrayContaining([
        ["/opt/ces/trust/deployments.pfx", "compat"],
        ["/opt/ces/trust/deployments-truststore.jks", "jks"],
      ]),
    );
    expect(declared.hops.find(({ bindingId }) => bindingId !== undefined)).toMatchObject({
      clientName: "CES webhook deployments",
      anchors: { kind: "store", storeId: "stack/Ces/Webhook-deployments-Truststore" },
    });
    expect(declared.runbooks[0]?.steps[1]?.text).toContain("upload /opt/ces/trust/deployments.pfx");
  });

  test("calls a server outside, by the certificate that it sent", () => {
    const declared = declare((scope) => {
      new CesServer(scope, "Ces", props()).webhook("partner", {
        certificate: Certificate.imported({ file: "partner.pfx" }),
        trusts: new PartnerCertificate(scope, "PartnerRoot", { file: "root.pem" }),
      });
    });
    expect(declared.hops).toEqual([]);
    expect(declared.entries.map(({ alias }) => alias)).toEqual(["ces", "partner-server", "partner"]);
  });
});
