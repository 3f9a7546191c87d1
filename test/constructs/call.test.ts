import { App } from "cdktf";
import {
  Certificate,
  CertificateAuthority,
  ClientCertificateBinding,
  Host,
  HttpsCallbackEndpoint,
  Java,
  Keystore,
  Partner,
  PartnerCertificate,
  PemFiles,
  Secret,
  TruststoreEntry,
} from "../../lib/constructs";
import type { TrustPlan } from "../../lib/model";
import { TrustStack } from "../../lib/synth";
import { collectPlan } from "../../lib/synth/plan/collectPlan";
import { JavaClient, JavaServer, type JavaServerProps, PemServer } from "../../lib/systems";
import type { Construct } from "constructs";
import { declare } from "../systems/support/declaration";

const password = Secret.env("APP_PASSWORD");

function server(scope: Construct, id: string, change: Partial<JavaServerProps> = {}): JavaServer {
  return new JavaServer(scope, id, {
    host: Host.local(id.toLowerCase()),
    names: [`${id.toLowerCase()}.example.com`],
    port: 8443,
    keystorePath: "/etc/app/keystore.p12",
    keystorePassword: password,
    alias: "server",
    certificate: Certificate.selfSigned(),
    clientAuthentication: "require",
    truststorePath: "/etc/app/truststore.p12",
    ...change,
  });
}

function authorityOf(scope: Construct): CertificateAuthority {
  return new CertificateAuthority(scope, "Authority", { commonName: "Example CA" });
}

/** Who trusts what under which alias. */
function anchorsOf(plan: TrustPlan): string[] {
  return plan.entries.flatMap((entry) =>
    entry.kind === "anchor" ? [`${entry.storeId} ${entry.alias} ${entry.identityId}`] : [],
  );
}

function requestOf(plan: TrustPlan, identityId: string) {
  return plan.identities.find(({ id }) => id === identityId)?.request;
}

describe("a call", () => {
  test("makes both directions of trust, and names the certificate after the client", () => {
    // WHEN
    const plan = declare((scope) => {
      const authority = authorityOf(scope);
      server(scope, "shop").calls(server(scope, "stock"), { as: Certificate.issuedBy(authority) });
    });

    // THEN
    expect(requestOf(plan, "stack/shop/stock/Certificate")).toMatchObject({
      subject: { commonName: "shop" },
      extendedKeyUsages: ["clientAuth"],
    });
    expect(plan.bindings).toMatchObject([
      { id: "stack/shop/stock", identity: { storeId: "stack/shop/Keystore", alias: "stock" } },
    ]);
    expect(plan.hops).toMatchObject([
      { clientName: "shop", address: "stock.example.com", bindingId: "stack/shop/stock" },
    ]);
    expect(anchorsOf(plan)).toEqual([
      "stack/shop/Truststore stock-server stack/stock/Endpoint/Certificate",
      "stack/stock/Truststore authority stack/Authority",
    ]);
  });

  test("of the second of two clients presents its own name", () => {
    const plan = declare((scope) => {
      const stock = server(scope, "stock");
      for (const id of ["shop", "returns"]) server(scope, id).calls(stock, { as: Certificate.selfSigned() });
    });
    const subjects = plan.bindings.map(({ identityId }) => requestOf(plan, identityId));
    expect(subjects).toMatchObject([
      { subject: { commonName: "shop" } },
      { subject: { commonName: "returns" } },
    ]);
    expect(anchorsOf(plan).filter((anchor) => anchor.startsWith("stack/stock"))).toEqual([
      "stack/stock/Truststore shop-client stack/shop/stock/Certificate",
      "stack/stock/Truststore returns-client stack/returns/stock/Certificate",
    ]);
  });

  test("can be made as the server itself: no second key, and a certificate that is good for both", () => {
    // WHEN
    const plan = declare((scope) => {
      const shop = server(scope, "shop");
      shop.calls(server(scope, "stock"), { as: shop.identity });
    });

    // THEN
    expect(plan.bindings).toMatchObject([
      { identityId: "stack/shop/Endpoint/Certificate", identity: { alias: "server" } },
    ]);
    expect(plan.entries.filter(({ kind }) => kind === "key")).toHaveLength(2);
    expect(requestOf(plan, "stack/shop/Endpoint/Certificate")).toMatchObject({
      extendedKeyUsages: ["serverAuth", "clientAuth"],
    });
  });

  test("can be made as what stands in the keystore already", () => {
    const plan = declare((scope) => {
      const shop = server(scope, "shop");
      shop.calls(server(scope, "stock"), { as: shop.keystore.entry("old") });
      shop.calls(server(scope, "bank"), { as: shop.keystore.entry("old") });
    });
    expect(requestOf(plan, "stack/shop/stock/Certificate")).toEqual({
      kind: "existing",
      storeId: "stack/shop/Keystore",
      alias: "old",
    });
    expect(plan.bindings.map(({ identityId }) => identityId)).toEqual([
      "stack/shop/stock/Certificate",
      "stack/shop/stock/Certificate",
    ]);
  });

  test("adds nothing that is accepted already, whether that was declared before or is later", () => {
    const plan = declare((scope) => {
      const authority = authorityOf(scope);
      const stock = server(scope, "stock");
      stock.trusts("clients", authority);
      const bank = server(scope, "bank");
      const shop = server(scope, "shop");
      for (const callee of [stock, bank]) shop.calls(callee, { as: Certificate.issuedBy(authority) });
      bank.trusts("clients", authority);
    });
    expect(anchorsOf(plan).filter((anchor) => anchor.endsWith("stack/Authority"))).toEqual([
      "stack/stock/Truststore clients stack/Authority",
      "stack/bank/Truststore clients stack/Authority",
    ]);
  });

  test("that is repeated asks for an id", () => {
    const twice = (id?: string) =>
      declare((scope) => {
        const shop = server(scope, "shop");
        const stock = server(scope, "stock");
        shop.calls(stock);
        shop.calls(stock, { as: Certificate.selfSigned(), ...(id === undefined ? {} : { id }) });
      });
    expect(() => twice()).toThrow('calls(…, { id: "stock-2" })');
    expect(twice("as-partner").bindings).toMatchObject([{ id: "stack/shop/as-partner" }]);
  });

  test("under several aliases needs no ids", () => {
    const plan = declare((scope) => {
      const stock = server(scope, "stock");
      const shop = server(scope, "shop");
      for (const alias of ["orders", "returns"]) shop.calls(stock, { as: Certificate.selfSigned(), alias });
    });
    expect(plan.bindings.map(({ id }) => id)).toEqual([
      "stack/shop/stock-orders",
      "stack/shop/stock-returns",
    ]);
  });

  test("stands for a user, whose name the certificate gets", () => {
    const plan = declare((scope) => {
      server(scope, "shop").calls(server(scope, "stock"), { as: Certificate.selfSigned(), user: "orders" });
    });
    expect(plan.bindings).toMatchObject([{ user: "orders" }]);
    expect(requestOf(plan, "stack/shop/stock/Certificate")).toMatchObject({
      subject: { commonName: "orders" },
    });
  });

  test("keeps its names where a key says so", () => {
    const plan = declare((scope) => {
      server(scope, "shop").calls(server(scope, "stock"), { as: Certificate.selfSigned(), key: "Old/Name" });
    });
    expect(plan.bindings).toMatchObject([{ id: "stack/Old/Name", identityId: "stack/Old/Name/Certificate" }]);
    expect(plan.entries.map(({ id }) => id)).toContain("stack/Old/Name/KeyEntry");
  });

  test("of a server that asks for no certificate is not refused here, and nobody is let in", () => {
    const plan = declare((scope) => {
      const stock = server(scope, "stock", { clientAuthentication: "none" });
      server(scope, "shop").calls(stock, { as: Certificate.selfSigned() });
    });
    expect(plan.bindings).toHaveLength(1);
    expect(anchorsOf(plan).filter((anchor) => anchor.startsWith("stack/stock"))).toEqual([]);
  });

  test("of a server that reads PEM files puts the client into its file of anchors", () => {
    const plan = declare((scope) => {
      const web = new PemServer(scope, "web", {
        host: Host.local("web"),
        names: ["web.example.com"],
        port: 443,
        directory: "/etc/nginx/tls",
        certificate: Certificate.selfSigned(),
        keyPassword: password,
        clientAuthentication: "require",
      });
      server(scope, "shop").calls(web, { as: Certificate.issuedBy(authorityOf(scope)) });
      server(scope, "bank").calls(web, { as: Certificate.selfSigned() });
    });
    expect(plan.files.find(({ path }) => path.endsWith("clients-ca.crt"))?.content).toEqual({
      kind: "anchors",
      anchors: [
        { identityId: "stack/Authority", part: "anchor" },
        { identityId: "stack/bank/web/Certificate", part: "anchor" },
      ],
    });
  });

  test("of an endpoint is a call of its system", () => {
    const plan = declare((scope) => {
      server(scope, "shop").calls(server(scope, "stock").endpoint, { as: Certificate.selfSigned() });
    });
    expect(plan.bindings).toMatchObject([{ id: "stack/shop/stock" }]);
  });

  test("made by a program that only calls needs no keystore where it only trusts", () => {
    // GIVEN
    const client = (scope: Construct, keystore?: string) =>
      new JavaClient(scope, "batch", {
        host: Host.local("batch"),
        truststore: "/etc/batch/trust.jks",
        password,
        runtime: Java.release(8, { vendor: "ibm" }),
        ...(keystore === undefined ? {} : { keystore }),
      });

    // WHEN
    const plan = declare((scope) => {
      client(scope).calls(server(scope, "stock"));
    });

    // THEN
    expect(plan.hops).toMatchObject([{ runtime: { kind: "java", release: 8, vendor: "ibm" } }]);
    expect(plan.stores.find(({ path }) => path.startsWith("/etc/batch"))).toMatchObject({ profile: "jks" });
    expect(() =>
      declare((scope) => client(scope).calls(server(scope, "stock"), { as: Certificate.selfSigned() })),
    ).toThrow("has no keystore to keep it in");
    expect(
      declare((scope) =>
        client(scope, "/etc/batch/keys.jks").calls(server(scope, "stock"), { as: Certificate.selfSigned() }),
      ).bindings,
    ).toHaveLength(1);
  });

  test("cannot present what stands on another host", () => {
    expect(() =>
      declare((scope) => {
        const stock = server(scope, "stock");
        server(scope, "shop").calls(stock, { as: stock.identity });
      }),
    ).toThrow('stands nowhere on its host "shop"');
  });
});

describe("a call across stacks", () => {
  test("is accepted in the stack of the system that is called", () => {
    // GIVEN
    const app = new App();
    const [theirs, ours] = ["theirs", "ours"].map((id) => new (class extends TrustStack {})(app, id));
    if (theirs === undefined || ours === undefined) throw new Error("there are two stacks");

    // WHEN
    const stock = server(theirs, "stock");
    server(ours, "shop").calls(stock, { as: Certificate.selfSigned() });

    // THEN
    expect(anchorsOf(collectPlan(theirs, { project: "test", name: "test" }).plan)).toEqual([
      "theirs/stock/Truststore shop-client ours/shop/stock/Certificate",
    ]);
    expect(anchorsOf(collectPlan(ours, { project: "test", name: "test" }).plan)).toEqual([
      "ours/shop/Truststore stock-server theirs/stock/Endpoint/Certificate",
    ]);
  });
});

describe("a call of a partner", () => {
  test("trusts what he is known by, and is an endpoint on a host that is nobody's here", () => {
    // WHEN
    const plan = declare((scope) => {
      const authority = authorityOf(scope);
      const bank = Partner.at("https://bank.example.com:8443", {
        presents: new PartnerCertificate(scope, "BankRoot", { file: "bank.pem" }),
        asks: "require",
        accepts: [authority],
      });
      const shop = server(scope, "shop");
      for (const alias of ["a", "b"]) shop.calls(bank, { as: Certificate.issuedBy(authority), alias });
    });

    // THEN
    expect(plan.hosts).toContainEqual({ kind: "outside", id: "bank.example.com", platform: "posix" });
    expect(plan.endpoints.find(({ hostId }) => hostId === "bank.example.com")).toEqual({
      id: "stack/Partner-bank.example.com-8443",
      hostId: "bank.example.com",
      names: ["bank.example.com"],
      port: 8443,
      identity: { kind: "outside", leadsTo: { identityId: "stack/BankRoot", part: "anchor" } },
      clientAuthentication: "require",
      clientAnchors: { kind: "outside", accepts: [{ identityId: "stack/Authority", part: "anchor" }] },
      runtime: { kind: "openssl" },
      afterDeploy: [],
    });
    expect(anchorsOf(plan)).toEqual(["stack/shop/Truststore bank.example.com-a-server stack/BankRoot"]);
    expect(plan.hops.map(({ endpointId }) => endpointId)).toEqual(
      Array.from({ length: 2 }, () => "stack/Partner-bank.example.com-8443"),
    );
  });

  test.each([
    "bank.example.com",
    "http://bank.example.com",
    "https://bank.example.com/path",
    "https://user@bank.example.com",
    "",
  ])("at %p is refused", (url) => {
    expect(() => Partner.at(url)).toThrow("is no server that can be called");
  });

  test("that is declared twice in a stack is refused", () => {
    expect(() =>
      declare((scope) => {
        const shop = server(scope, "shop");
        for (const id of ["a", "b"]) shop.calls(Partner.at("https://bank.example.com"), { id });
      }),
    ).toThrow("https://bank.example.com:443 is declared twice");
  });
});

describe("the sentence and the four nouns", () => {
  const host = (id: string) => Host.local(id);
  const inSentence = (scope: Construct) => {
    const authority = authorityOf(scope);
    const system = (id: string) => server(scope, id, { certificate: Certificate.issuedBy(authority) });
    const [shop, stock] = [system("shop"), system("stock")];
    shop.calls(stock, { as: Certificate.issuedBy(authority) });
    stock.calls(shop, { as: Certificate.issuedBy(authority) });
  };
  const inNouns = (scope: Construct) => {
    const authority = authorityOf(scope);
    const system = (id: string) => {
      const store = (name: string) =>
        new Keystore(scope, `${id}-${name}`, { host: host(id), path: `/etc/app/${name}.p12`, password });
      const [keystore, truststore] = [store("keystore"), store("truststore")];
      const endpoint = new HttpsCallbackEndpoint(scope, id, {
        names: [`${id}.example.com`],
        port: 8443,
        identity: keystore.entry("server", { chosenBy: "product" }),
        certificate: Certificate.issuedBy(authority),
        clientAuthentication: "require",
        truststore,
      });
      return { id, keystore, truststore, endpoint };
    };
    const [shop, stock] = [system("shop"), system("stock")];
    for (const [client, called] of [
      [shop, stock],
      [stock, shop],
    ] as const) {
      const { truststore } = client;
      const binding = new ClientCertificateBinding(scope, `${client.id}-${called.id}`, {
        identity: client.keystore.entry(called.id),
        certificate: Certificate.issuedBy(authority),
        endpoint: called.endpoint,
        truststore,
        clientName: client.id,
      });
      new TruststoreEntry(scope, `${client.id}-trusts`, {
        truststore,
        alias: `${called.id}-server`,
        trusts: called.endpoint,
      });
      new TruststoreEntry(scope, `${called.id}-accepts`, {
        truststore: called.truststore,
        alias: "authority",
        trusts: binding.identity.authorities.map((identity) => ({ identity }))[0] ?? binding,
      });
    }
  };

  test("give the same plan, up to ids and order, but for the products that the nouns do not know", () => {
    expect(withoutIds({ ...declare(inSentence), systems: [], activations: [] })).toEqual(
      withoutIds(declare(inNouns)),
    );
  });
});

/** A plan in which every id is replaced by what it stands for, in an order that does not depend on the declaration. */
function withoutIds({
  runbooks: _runbooks,
  findings: _findings,
  ...plan
}: ReturnType<typeof declare>): string[] {
  const place = new Map<string, string>();
  for (const { id, hostId, path } of plan.stores) place.set(id, `${hostId}:${path}`);
  for (const { id, names } of plan.endpoints) place.set(id, `endpoint ${names.join()}`);
  for (const { id, identity } of plan.bindings)
    if (identity.kind === "store") place.set(id, `binding ${place.get(identity.storeId)} ${identity.alias}`);
  for (const entry of plan.entries) {
    place.set(entry.id, `entry ${place.get(entry.storeId)} ${entry.alias}`);
    if (entry.kind === "key")
      place.set(entry.identityId, `identity ${place.get(entry.storeId)} ${entry.alias}`);
  }
  for (const { id, bindingId } of plan.hops) place.set(id, `hop of ${place.get(bindingId ?? "")}`);
  const named = (value: unknown) =>
    JSON.stringify(value, (_key, member: unknown) =>
      typeof member === "string" ? (place.get(member) ?? member) : member,
    );
  return Object.entries(plan)
    .flatMap(([part, value]) => (Array.isArray(value) ? value.map((item) => `${part} ${named(item)}`) : []))
    .sort();
}

describe("PEM files that stand nowhere", () => {
  test("cannot be presented without a certificate", () => {
    expect(() =>
      declare((scope) => {
        const files = PemFiles.at(Host.local("shop"), {
          certificatePath: "/a.crt",
          keyPath: "/a.key",
          keyPassword: password,
        });
        server(scope, "shop").calls(server(scope, "stock"), { as: files });
      }),
    ).toThrow("nothing that is declared stands at /a.crt");
  });
});
