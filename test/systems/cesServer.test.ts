import {
  Certificate,
  CertificateAuthority,
  Host,
  Partner,
  PartnerCertificate,
  Secret,
} from "../../lib/constructs";
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
    expect(declared.runbooks[0]?.steps[1]).toMatchObject({
      text: expect.stringContaining("key store `/opt/ces/trust/ces-keystore.jks`"),
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
      new CesServer(scope, "Ces", props()).calls(called, {
        as: Certificate.issuedBy(authority),
        id: "deployments",
      });
    });

    // THEN
    expect(declared.stores.map(({ path, profile }) => [path, profile])).toEqual(
      expect.arrayContaining([
        ["/opt/ces/trust/deployments.pfx", "compat"],
        ["/opt/ces/trust/deployments-truststore.jks", "jks"],
      ]),
    );
    expect(declared.hops.find(({ bindingId }) => bindingId !== undefined)).toMatchObject({
      clientName: "CES webhooks",
      anchors: { kind: "store", storeId: "stack/Ces/Webhook-deployments-Truststore" },
    });
    expect(declared.identities.find(({ id }) => id.startsWith("stack/Ces/Webhook"))?.request).toMatchObject({
      subject: { commonName: "Ces" },
    });
    expect(declared.entries.find(({ storeId }) => storeId === "stack/Called/Truststore")).toMatchObject({
      alias: "authority",
      identityId: "stack/Authority",
    });
    const runbook = declared.runbooks.find(({ id }) => id === "stack/Ces");
    expect(runbook?.steps[2]?.text).toContain("upload `/opt/ces/trust/deployments.pfx`");
  });

  test("calls a server outside, by the certificate that it sent", () => {
    const declared = declare((scope) => {
      const partner = Partner.at("https://hooks.example.com", {
        presents: new PartnerCertificate(scope, "PartnerRoot", { file: "root.pem" }),
        asks: "require",
      });
      new CesServer(scope, "Ces", props()).calls(partner, {
        as: Certificate.imported({ file: "partner.pfx" }),
        id: "partner",
      });
    });
    expect(declared.hops).toMatchObject([{ endpointId: "stack/Partner-hooks.example.com-443" }]);
    expect(declared.entries.map(({ alias }) => alias)).toEqual(["ces", "partner", "partner-server"]);
  });
});
