import { TerraformStack } from "cdktf";
import {
  Certificate,
  ClientCertificateBinding,
  Host,
  HttpsCallbackEndpoint,
  type IKeystore,
  Java,
  Keystore,
  PemFiles,
  Secret,
  TrustFile,
  TruststoreEntry,
} from "../../../lib";
import { dependenciesOf, resourcesOf } from "./graphResources";

const password = Secret.file("secrets/stores");

function store(stack: TerraformStack, id: string, hostId: string): Keystore {
  return new Keystore(stack, id, { host: Host.local(hostId), path: `/${id}.p12`, password });
}

function endpoint(stack: TerraformStack, id: string, keystore: IKeystore): HttpsCallbackEndpoint {
  return new HttpsCallbackEndpoint(stack, id, {
    names: [`${id.toLowerCase()}.example.com`],
    port: 8443,
    identity: keystore.entry("server"),
    certificate: Certificate.selfSigned(),
  });
}

describe("the Terraform graph", () => {
  test("trust first: entry, barrier, key entry, hooks", () => {
    const resources = resourcesOf((stack) => {
      const called = endpoint(stack, "Server", store(stack, "Keys", "server")).afterDeploy(
        "systemctl restart app",
      );
      new TruststoreEntry(stack, "Trust", {
        truststore: store(stack, "Anchors", "client"),
        alias: "s",
        trusts: called,
      });
    });
    const [anchor = ""] = Object.keys(resources["trust_truststore_entry"] ?? {});
    expect(anchor).toMatch(/^Trust_[0-9a-f]{8}$/);
    expect(resources["trust_truststore_entry"]?.[anchor]).toMatchObject({
      depends_on: ["trust_keystore.Anchors"],
      lifecycle: { create_before_destroy: true },
      host: "local:.local/hosts/client",
      password: "file:secrets/stores",
      artifact: "artifacts/client/Anchors.p12",
    });
    expect(dependenciesOf(resources, "null_resource", "Server_TrustFirst")).toEqual([
      `trust_truststore_entry.${anchor}`,
    ]);
    expect(dependenciesOf(resources, "trust_key_entry", "Server_KeyEntry")).toEqual([
      "trust_keystore.Keys",
      "null_resource.Server_TrustFirst",
    ]);
    expect(resources["null_resource"]?.["Server_TrustFirst"]).toMatchObject({ provider: "trust" });
    expect(resources["null_resource"]?.["Server_AfterDeploy"]).toMatchObject({
      provider: "trust",
      depends_on: ["trust_key_entry.Server_KeyEntry"],
      provisioner: [
        {
          "local-exec": { command: "systemctl restart app", environment: { TF_REATTACH_PROVIDERS: "" } },
        },
      ],
    });
  });

  test.each(["Trust", "Null", "Terraform"])("leaves the id %s to who declares the stack", (id) => {
    const resources = resourcesOf((stack) => {
      endpoint(stack, "Server", store(stack, id, "server"));
    });
    expect(Object.keys(resources["trust_keystore"] ?? {})).toEqual([id]);
  });

  test("one barrier an endpoint, however many rely on it", () => {
    const resources = resourcesOf((stack) => {
      const called = endpoint(stack, "Server", store(stack, "Keys", "server"));
      for (const client of ["A", "B", "C"]) {
        new TruststoreEntry(stack, `Trust${client}`, {
          truststore: store(stack, `Anchors${client}`, `client-${client}`),
          alias: "server",
          trusts: called,
        });
      }
    });
    expect(Object.keys(resources["null_resource"] ?? {})).toEqual(["Server_TrustFirst"]);
    expect(dependenciesOf(resources, "null_resource", "Server_TrustFirst")).toHaveLength(3);
  });

  test("two systems that call each other form no cycle", () => {
    const resources = resourcesOf((stack) => {
      const left = endpoint(stack, "Left", store(stack, "LeftKeys", "left"));
      const right = endpoint(stack, "Right", store(stack, "RightKeys", "right"));
      new TruststoreEntry(stack, "A", {
        truststore: store(stack, "LeftAnchors", "left"),
        alias: "r",
        trusts: right,
      });
      new TruststoreEntry(stack, "B", {
        truststore: store(stack, "RightAnchors", "right"),
        alias: "l",
        trusts: left,
      });
    });
    const graph = new Map<string, readonly string[]>(
      Object.entries(resources).flatMap(([type, byName]) =>
        Object.entries(byName).map(([name, { depends_on = [] }]) => [`${type}.${name}`, depends_on] as const),
      ),
    );
    const reaches = (from: string, to: string): boolean =>
      (graph.get(from) ?? []).some((next) => next === to || reaches(next, to));
    expect([...graph.keys()].filter((address) => reaches(address, address))).toEqual([]);
    expect(reaches("trust_key_entry.Left_KeyEntry", "null_resource.Left_TrustFirst")).toBe(true);
  });

  test("an identity that is served and presented waits for those who rely on it in both ways", () => {
    const resources = resourcesOf((stack) => {
      const keys = store(stack, "Keys", "shop");
      const accepts = store(stack, "Accepts", "stock");
      const trusts = store(stack, "Trusts", "shop");
      const shop = endpoint(stack, "Shop", keys);
      const stock = new HttpsCallbackEndpoint(stack, "Stock", {
        names: ["stock.example.com"],
        port: 8443,
        identity: store(stack, "StockKeys", "stock").entry("server"),
        certificate: Certificate.selfSigned(),
        clientAuthentication: "require",
        truststore: accepts,
      });
      const presented = new ClientCertificateBinding(stack, "Presents", {
        identity: keys.entry("server"),
        endpoint: stock,
        truststore: trusts,
      });
      new TruststoreEntry(stack, "TrustsStock", { truststore: trusts, alias: "stock", trusts: stock });
      new TruststoreEntry(stack, "AcceptsShop", { truststore: accepts, alias: "shop", trusts: presented });
      new TruststoreEntry(stack, "Caller", {
        truststore: store(stack, "Callers", "caller"),
        alias: "s",
        trusts: shop,
      });
    });
    expect(dependenciesOf(resources, "trust_key_entry", "Shop_KeyEntry")).toEqual([
      "trust_keystore.Keys",
      "null_resource.Shop_TrustFirst",
      expect.stringMatching(/^trust_truststore_entry\.AcceptsShop_/),
    ]);
  });

  test("keys and the files of PEM identities say who relies on them, anchors do not", () => {
    const resources = resourcesOf((stack) => {
      const host = Host.local("web");
      const place = { certificatePath: "/web.crt", keyPath: "/web.key", keyPassword: password };
      new HttpsCallbackEndpoint(stack, "Web", {
        names: ["web.example.com"],
        port: 9443,
        identity: PemFiles.at(host, place),
        certificate: Certificate.selfSigned(),
      });
      const called = endpoint(stack, "Server", store(stack, "Keys", "server"));
      new TruststoreEntry(stack, "Trust", {
        truststore: store(stack, "Anchors", "client"),
        alias: "s",
        trusts: called,
      });
      new TrustFile(stack, "Note", { host, path: "/note", content: { text: "note" } });
    });
    const relying = (id: string) => [
      { host: "local:b", path: "/opt/trust.p12", sha256: `of ${id}`, content: "c", stack: "b" },
    ];
    const files = resources["trust_file"] ?? {};
    expect(Object.entries(files).map(([name, { relying: places }]) => [name, places])).toEqual([
      ["Web_CertificateFile", relying("stack/Web/Certificate")],
      ["Web_KeyFile", relying("stack/Web/Certificate")],
      ["Note", undefined],
    ]);
    const [key] = Object.values(resources["trust_key_entry"] ?? {});
    const [anchor] = Object.values(resources["trust_truststore_entry"] ?? {});
    expect([key?.["relying"], anchor?.["relying"]]).toEqual([relying("stack/Server/Certificate"), undefined]);
  });

  test("a host that nobody may log in to has no resource", () => {
    const resources = resourcesOf((stack) => {
      const called = endpoint(stack, "Server", store(stack, "Keys", "server"));
      const truststore = new Keystore(stack, "Anchors", {
        host: Host.manual("mainframe"),
        path: "/cacerts",
        password,
      });
      new TruststoreEntry(stack, "Trust", { truststore, alias: "server", trusts: called });
    });
    expect(Object.keys(resources)).toEqual(["trust_keystore", "trust_key_entry"]);
    expect(Object.keys(resources["trust_keystore"] ?? {})).toEqual(["Keys"]);
  });
});

test("a store says what opens it, where that is declared", () => {
  const { trust_keystore: stores } = resourcesOf((stack) => {
    const props = { host: Host.local("a"), password };
    new Keystore(stack, "Any", { ...props, path: "/any.p12" });
    new Keystore(stack, "New", { ...props, path: "/new.p12", reader: Java.release(25) });
  });
  const readers = Object.values(stores ?? {}).map(({ path, reader }) => [path, reader]);
  expect(Object.fromEntries(readers)).toEqual({ "/any.p12": undefined, "/new.p12": "java 25" });
});
