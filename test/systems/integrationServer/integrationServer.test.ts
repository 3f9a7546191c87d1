import type { Construct } from "constructs";
import {
  Certificate,
  CertificateAuthority,
  Environment,
  Host,
  HttpsCallbackEndpoint,
  Keystore,
  Partner,
  PartnerCertificate,
  Secret,
  TruststoreEntry,
} from "../../../lib/constructs";
import {
  Authentication,
  type CertificateUsage,
  IntegrationServer,
  type IntegrationServerCallProps,
  type IntegrationServerProps,
  IsCall,
} from "../../../lib/systems";
import { describeWith } from "../../support/tools";
import { declare, textOf } from "../support/declaration";
import { readProperties } from "../support/properties";

const instanceDirectory = "/opt/softwareag/IntegrationServer/instances/default";

/** A partner behind a root and an intermediate, who asks for client certificates. */
function partner(scope: Construct): HttpsCallbackEndpoint {
  const root = new CertificateAuthority(scope, "Root", { commonName: "Partner Root" });
  const issuing = new CertificateAuthority(scope, "Issuing", { commonName: "Partner Issuing", issuer: root });
  const host = Host.local("partner");
  const password = Secret.env("PARTNER_STORES");
  return new HttpsCallbackEndpoint(scope, "Partner", {
    names: ["api.partner.example.com"],
    port: 8443,
    identity: new Keystore(scope, "PartnerKeystore", {
      host,
      path: "/etc/partner/keystore.p12",
      password,
    }).entry("partner"),
    certificate: Certificate.issuedBy(issuing),
    clientAuthentication: "require",
    truststore: new Keystore(scope, "PartnerTruststore", { host, path: "/etc/partner/trust.p12", password }),
  });
}

interface Variation {
  readonly server?: Partial<IntegrationServerProps>;
  readonly maxKeepAliveConnections?: number;
  readonly clients?: readonly string[];
}

function declareServer({
  server: props = {},
  maxKeepAliveConnections = 0,
  clients = ["A", "B", "C"],
}: Variation = {}) {
  let server: IntegrationServer | undefined;
  const declared = declare((scope) => {
    const endpoint = partner(scope);
    server = new IntegrationServer(scope, "IS", { host: Host.local("is"), instanceDirectory, ...props });
    server.keystore("PARTNER_KEYS", { password: Secret.env("IS_KEYS") });
    server.truststore("PARTNER_TRUST", { password: Secret.file("secrets/trust"), global: true });
    for (const client of clients) {
      server.calls(endpoint, {
        id: client,
        as: server.identity(`Client ${client}`, Certificate.selfSigned()),
        by: IsCall.setKeyAndChain({ maxKeepAliveConnections }),
      });
    }
  });
  if (server === undefined) throw new Error("no server was declared");
  return { declared, server };
}

describe("IntegrationServer", () => {
  test("calls one partner under three identities, each with its binding and hop", () => {
    // WHEN
    const { declared } = declareServer();

    // THEN
    expect(declared.bindings.map(({ identity }) => identity)).toEqual(
      ["client_a", "client_b", "client_c"].map((alias) => ({
        kind: "store",
        storeId: "stack/IS/Keystore-PARTNER_KEYS/Resource",
        alias,
        chosenBy: "product",
      })),
    );
    const hops = declared.hops.filter(({ bindingId }) => bindingId !== undefined);
    expect(hops.map(({ bindingId }) => bindingId)).toEqual(
      ["A", "B", "C"].map((call) => `stack/IS/${call}/${call}`),
    );
    expect(hops[0]).toMatchObject({ address: "api.partner.example.com", clientHostId: "is" });
    expect(declared.findings).toEqual([]);
  });

  test("yields the inputs of setKeyAndChain and of a connector", () => {
    // GIVEN
    let call: ReturnType<IntegrationServer["calls"]> | undefined;
    declare((scope) => {
      const server = new IntegrationServer(scope, "IS", { host: Host.local("is"), instanceDirectory });
      server.truststore("TRUST", { password: Secret.env("P"), global: true });
      server.keystore("KEYS", { password: Secret.env("P") });
      call = server.calls(Partner.at("https://login.example.com"), {
        as: server.identity("client A", Certificate.imported({ file: "a.pfx", alias: "1" })),
      });
    });

    // THEN
    expect(call?.setKeyAndChain).toEqual({ keyStoreAlias: "KEYS", keyAlias: "client_a" });
    expect(call?.connectorInputs).toEqual({
      auth: { transport: { serverCerts: { keyStoreAlias: "KEYS", keyAlias: "client_a" } } },
      useJSSE: "yes",
    });
  });

  test("trusts the partner's root and intermediate, once for all calls", () => {
    // WHEN
    const anchors = declareServer().declared.entries.filter(
      ({ kind, storeId }) => kind === "anchor" && storeId.startsWith("stack/IS"),
    );

    // THEN
    expect(anchors).toMatchObject([
      { alias: "api_partner_example_com", identityId: "stack/Partner/Certificate", part: "anchor" },
      { alias: "api_partner_example_com_intermediate", identityId: "stack/Issuing", part: "leaf" },
    ]);
  });

  test("binds an identity for a partner outside, whom it trusts by the certificates he sent", () => {
    // WHEN
    const declared = declare((scope) => {
      const server = new IntegrationServer(scope, "IS", { host: Host.local("is"), instanceDirectory });
      const truststore = server.truststore("TRUST", { password: Secret.env("P"), global: true });
      truststore.trusts("partner_root", new PartnerCertificate(scope, "Root", { file: "root.pem" }), "leaf");
      truststore.trusts(
        "partner_issuing",
        new PartnerCertificate(scope, "Issuing", { file: "ca.pem" }),
        "leaf",
      );
      server.keystore("KEYS", { password: Secret.env("P") });
      server.calls(Partner.at("https://login.example.com"), {
        id: "Azure",
        as: server.identity("azure", Certificate.selfSigned()),
      });
    });

    // THEN
    expect(declared.hops).toMatchObject([{ endpointId: "stack/Partner-login.example.com-443" }]);
    expect(declared.entries.map(({ alias }) => alias)).toEqual(["partner_root", "partner_issuing", "azure"]);
    expect(declared.fingerprints).toMatchObject([
      { id: "stack/IS/Azure/Thumbprint", part: "leaf", algorithm: "sha1", notation: "plain" },
      { id: "stack/IS/Azure/Sha256", part: "leaf", algorithm: "sha256", notation: "colons" },
    ]);
  });

  test("reports a kept connection that would carry another's identity", () => {
    const keeping = { maxKeepAliveConnections: 5 };
    expect(declareServer(keeping).declared.findings).toMatchObject([
      { level: "error", rule: "pooled-connection", subject: "stack/IS/A/A" },
    ]);
    expect(declareServer({ ...keeping, clients: ["A"] }).declared.findings).toEqual([]);
    expect(declareServer({ ...keeping, server: { maxKeepAliveConnections: 0 } }).declared.findings).toEqual(
      [],
    );
  });

  test("reports aliases that it cannot take, and keys without a name", () => {
    // WHEN
    const declared = declare((scope) => {
      const server = new IntegrationServer(scope, "IS", { host: Host.local("is"), instanceDirectory });
      server.truststore("PARTNER_TRUST", { password: Secret.env("P"), global: true });
      server.keystore("partner?keys-2", { password: Secret.env("P") });
      server.calls(Partner.at("https://partner.example.com"), {
        as: server.identity("A", Certificate.selfSigned(), { keyAlias: "1" }),
      });
    });

    // THEN
    expect(declared.findings).toMatchObject([
      { level: "error", rule: "illegal-alias", remedy: expect.stringContaining('"partner_keys_2"') },
      { level: "warning", rule: "alias-number" },
      { level: "warning", rule: "no-anchor", subject: "stack/IS/Truststore-PARTNER_TRUST/Resource" },
    ]);
  });

  test("serves an HTTPS port that asks clients for a certificate, and maps one to a user", () => {
    // WHEN
    const declared = declare((scope) => {
      const server = new IntegrationServer(scope, "IS", { host: Host.local("is"), instanceDirectory });
      const truststore = server.truststore("CLIENTS", { password: Secret.env("P") });
      server.httpsPort("Port", {
        names: ["is.example.com"],
        port: 5543,
        keystore: server.keystore("SERVER", { password: Secret.env("P") }),
        keyAlias: "is",
        certificate: Certificate.selfSigned(),
        clientAuthentication: "require",
        truststore,
      });
      const client = new PartnerCertificate(scope, "Client", { file: "client.cer" });
      new TruststoreEntry(scope, "TrustsClient", { truststore, alias: "client", trusts: client });
      server.mapsCertificate("ClientMapping", { certificateOf: client, user: "partner7" });
    });

    // THEN
    expect(declared.endpoints).toMatchObject([
      { port: 5543, clientAuthentication: "require", names: ["is.example.com"] },
    ]);
    expect(declared.files.find(({ path }) => path.endsWith("partner7.der"))?.content).toEqual({
      kind: "certificate",
      identityId: "stack/Client",
      part: "leaf",
      encoding: "der",
    });
    expect(textOf(declared, "trust-setup.sh")).toContain("mapping partner7 SSL%20Authentication");
  });

  test("gets a script for PowerShell on Windows, beside the one for the shell", () => {
    const { declared } = declareServer({
      server: {
        host: Host.local("is", { platform: "windows" }),
        instanceDirectory: String.raw`C:\IS default`,
      },
    });
    expect(declared.files.map(({ id, path }) => [id, path])).toContainEqual([
      "stack/IS/PowerShellScript",
      String.raw`C:\IS default\config\trust-setup.ps1`,
    ]);
    expect(textOf(declared, "trust-setup.sh")).toContain("setting watt.security.trustStoreAlias");
    expect(textOf(declared, "trust-setup.ps1")).toContain("Set-Setting 'watt.security.trustStoreAlias'");
    const commands = declared.runbooks.flatMap(({ steps }) => steps.map(({ command }) => command));
    const run = String.raw`powershell -NoProfile -ExecutionPolicy RemoteSigned -File "C:\IS default\config\trust-setup.ps1"`;
    expect(commands[0]).toBe(run);
  });

  test("expects its global truststore in the file in which the server keeps its settings", () => {
    expect(declareServer({ server: { directory: "/opt/certificates" } }).declared.expectations).toEqual([
      {
        id: "stack/IS/GlobalTruststore",
        hostId: "is",
        path: `${instanceDirectory}/config/server.cnf`,
        settings: [{ kind: "property", key: "watt.security.trustStoreAlias", value: "PARTNER_TRUST" }],
        remedy: expect.stringContaining("run /opt/certificates/trust-setup.sh on the server"),
      },
    ]);
    const runtime = declareServer({ server: { delivery: "configuration-variables" } });
    expect(runtime.declared.expectations).toMatchObject([
      {
        path: `${instanceDirectory}/trust-variables.properties`,
        settings: [{ key: "settings.watt.security.trustStoreAlias", value: "PARTNER_TRUST" }],
        remedy: expect.stringContaining("deploy again"),
      },
    ]);
  });

  test("names no global truststore unless it is told to, and no call relies on one that nobody consults", () => {
    // GIVEN
    const declareCall = (options: { readonly global?: boolean }, call: Partial<IntegrationServerCallProps>) =>
      declare((scope) => {
        const server = new IntegrationServer(scope, "IS", { host: Host.local("is"), instanceDirectory });
        server
          .truststore("TRUST", { password: Secret.env("P"), ...options })
          .trusts("root", new PartnerCertificate(scope, "Root", { file: "root.pem" }), "leaf");
        server.keystore("KEYS", { password: Secret.env("P") });
        const as = server.identity("A", Certificate.selfSigned());
        server.calls(Partner.at("https://bank.example.com"), { id: "A", as, ...call });
      });

    // WHEN
    const unnamed = declareCall({}, {});
    const endpoint = declareCall({}, { by: IsCall.endpointAlias("BANK") });
    const handedOver = declareCall({}, { by: IsCall.setKeyAndChain({ handsOverTruststore: true }) });
    const global = declareCall({ global: true }, {});

    // THEN
    for (const { findings } of [unnamed, endpoint])
      expect(findings).toMatchObject([
        { level: "error", rule: "unused-truststore", subject: "stack/IS/A/A" },
      ]);
    expect(textOf(unnamed, "trust-setup.sh")).not.toContain("setting watt.security.trustStoreAlias");
    expect(handedOver.findings).toEqual([]);
    expect(textOf(handedOver, "trust-calls.properties")).toContain("A.trustStoreAlias=TRUST");
    expect(global.findings).toEqual([]);
    expect(textOf(global, "trust-setup.sh")).toContain("setting watt.security.trustStoreAlias TRUST");
    expect(textOf(global, "trust-calls.properties")).not.toContain("trustStoreAlias");
  });

  test("refuses a second global truststore", () => {
    expect(() =>
      declare((scope) => {
        const server = new IntegrationServer(scope, "IS", { host: Host.local("is"), instanceDirectory });
        for (const alias of ["A", "B"]) server.truststore(alias, { password: Secret.env("P"), global: true });
      }),
    ).toThrow("global truststore");
  });

  test("reports an endpoint alias with characters that the server does not take", () => {
    const { findings } = declare((scope) => {
      const server = new IntegrationServer(scope, "IS", { host: Host.local("is"), instanceDirectory });
      server.truststore("TRUST", { password: Secret.env("P"), global: true });
      server.keystore("KEYS", { password: Secret.env("P") });
      server.calls(Partner.at("https://bank.example.com"), {
        as: server.identity("A", Certificate.selfSigned()),
        by: IsCall.endpointAlias("BANK-Ä"),
      });
    });
    expect(findings).toContainEqual(
      expect.objectContaining({
        level: "error",
        rule: "illegal-alias",
        remedy: expect.stringContaining('"BANK__"'),
      }),
    );
  });

  test("delivers each certificate of a user under a name of its own, and one that is mapped already once", () => {
    const declared = declare((scope) => {
      const server = new IntegrationServer(scope, "IS", { host: Host.local("is"), instanceDirectory });
      const maps = (id: string, usage?: CertificateUsage) =>
        server.mapsCertificate(id, {
          certificateOf: new PartnerCertificate(scope, id, { file: `${id}.cer` }),
          user: "partner7",
          ...(usage === undefined ? {} : { usage }),
        });
      maps("Now");
      maps("Next");
      maps("Signing", "Verify and Encrypt");
    });
    expect(declared.files.map(({ path }) => path).filter((path) => path.endsWith(".der"))).toEqual(
      ["partner7", "partner7-Next", "partner7-verify-and-encrypt"].map(
        (name) => `${instanceDirectory}/config/${name}.der`,
      ),
    );
  });

  test("maps several certificates that clients present as one user of a port", () => {
    const declared = declare((scope) => {
      const clients = new CertificateAuthority(scope, "Clients", { commonName: "Clients" });
      const server = new IntegrationServer(scope, "IS", { host: Host.local("is"), instanceDirectory });
      const port = server.httpsPort("Port", {
        names: ["is.example.com"],
        port: 5543,
        keystore: server.keystore("SERVER", { password: Secret.env("P") }),
        keyAlias: "is",
        certificate: Certificate.selfSigned(),
        clientAuthentication: "require",
        truststore: server.truststore("CLIENTS", { password: Secret.env("P") }),
      });
      for (const name of ["one", "two"]) {
        const caller = new IntegrationServer(scope, name, { host: Host.local(name), instanceDirectory });
        caller.truststore("TRUST", { password: Secret.env("P"), global: true });
        caller.keystore("KEYS", { password: Secret.env("P") });
        const as = caller.identity(name, Certificate.issuedBy(clients));
        caller.calls(port, { id: "First", as, user: "partner7" });
        caller.calls(port, { id: "Again", as, user: "partner7" });
      }
    });
    expect(declared.files.filter(({ path }) => path.endsWith(".der"))).toHaveLength(2);
  });
});

describe("a call that authenticates otherwise in each environment", () => {
  const declareIn = (environment: string) => {
    const declared = declare((scope) => {
      scope.node.setContext("environment", environment);
      scope.node.setContext("environments", { [environment]: {} });
      const server = new IntegrationServer(scope, "IS", {
        host: Host.local("is"),
        instanceDirectory,
        delivery: "configuration-variables",
      });
      server.keystore("KEYS", { password: Secret.env("P") });
      server.truststore("TRUST", { password: Secret.env("P"), global: true });
      const basic = Authentication.basic("is-user", Secret.env("ORDERS_PASSWORD"));
      const certificate = server.identity("orders", Certificate.selfSigned());
      server.calls(Partner.at(`https://orders.${environment}.example.com`), {
        id: "Orders",
        as: Environment.of(scope).choose({ dev: basic, tst: basic, qa: certificate, prod: certificate }),
      });
    });
    return declared;
  };

  test.each(["dev", "tst"])("authenticates with user and password in %s", (environment) => {
    const declared = declareIn(environment);
    expect(declared.bindings).toEqual([]);
    expect(textOf(declared, "trust-calls.properties")).toContain(
      "Orders.authentication=basic\nOrders.user=is-user",
    );
  });

  test.each(["qa", "prod"])("authenticates with a certificate in %s", (environment) => {
    const declared = declareIn(environment);
    expect(declared.bindings).toHaveLength(1);
    expect(textOf(declared, "trust-calls.properties")).toContain(
      "Orders.keyStoreAlias=KEYS\nOrders.keyAlias=orders",
    );
  });

  test("refuses an environment that it does not know", () => {
    expect(() => declareIn("uat")).toThrow('the environment "uat", only for dev, tst, qa, prod');
  });
});

describeWith("java", "configuration variables", () => {
  test("are the properties that a Microservices Runtime reads", () => {
    // GIVEN
    const { declared } = declareServer({
      server: {
        delivery: "configuration-variables",
        secretSource: "secret",
        maxKeepAliveConnections: 0,
        settings: { "watt.net.jsse.client.enabledProtocols": "TLSv1.2,TLSv1.3" },
        variables: { "odd key:1": " leading = \\ ü" },
      },
    });

    // THEN
    const certs = `${instanceDirectory}/config`;
    expect(readProperties(textOf(declared, "trust-variables.properties"))).toEqual({
      "keystore.PARTNER_KEYS.ksLocation": `${certs}/partner_keys.jks`,
      "keystore.PARTNER_KEYS.ksType": "JKS",
      "keystore.PARTNER_KEYS.ksStoreProviderName": "SUN",
      "keystore.PARTNER_KEYS.ksPassword": "$secret{IS_KEYS}",
      "keystore.PARTNER_KEYS.ksIsHsm": "false",
      "keystore.PARTNER_KEYS.keyAlias.client_a.keyAliasPassword": "$secret{IS_KEYS}",
      "keystore.PARTNER_KEYS.keyAlias.client_b.keyAliasPassword": "$secret{IS_KEYS}",
      "keystore.PARTNER_KEYS.keyAlias.client_c.keyAliasPassword": "$secret{IS_KEYS}",
      "truststore.PARTNER_TRUST.ksLocation": `${certs}/partner_trust.jks`,
      "truststore.PARTNER_TRUST.ksType": "JKS",
      "truststore.PARTNER_TRUST.ksStoreProviderName": "SUN",
      "truststore.PARTNER_TRUST.ksPassword": "$secret{PARTNER_TRUST_PASSWORD}",
      "settings.watt.security.trustStoreAlias": "PARTNER_TRUST",
      "settings.watt.net.ssl.client.useJSSE": "true",
      "settings.watt.security.ssl.client.ignoreEmptyAuthoritiesList": "true",
      "settings.watt.net.maxClientKeepaliveConns": "0",
      "settings.watt.net.jsse.client.enabledProtocols": "TLSv1.2,TLSv1.3",
      "odd key:1": " leading = \\ ü",
    });
  });

  test("and the calls are properties too", () => {
    expect(
      readProperties(textOf(declareServer({ clients: ["A"] }).declared, "trust-calls.properties")),
    ).toEqual({
      "A.url": "https://api.partner.example.com:8443",
      "A.authentication": "certificate",
      "A.keyStoreAlias": "PARTNER_KEYS",
      "A.keyAlias": "client_a",
      "A.useJSSE": "yes",
      "A.maxKeepAliveConnections": "0",
    });
  });
});
