import type { TerraformStack } from "cdktf";
import {
  Activation,
  Certificate,
  Host,
  HttpsCallbackEndpoint,
  type IHost,
  JavaServer,
  Keystore,
  PemServer,
  Secret,
  Tomcat,
  TruststoreEntry,
} from "../../../lib";
import { dependenciesOf, resourcesOf } from "./graphResources";

const password = Secret.file("secrets/stores");
const reached = Host.ssh("app.example.com");

interface ServerOptions {
  readonly host?: IHost;
  readonly port?: number;
  readonly activation?: ReturnType<typeof Activation.run>;
}

function tomcat(stack: TerraformStack, id: string, options: ServerOptions = {}): JavaServer {
  const { host = reached, port = 8443, activation } = options;
  return new JavaServer(stack, id, {
    host,
    product: Tomcat.version(11),
    names: [`${id.toLowerCase()}.example.com`],
    port,
    keystorePath: `/opt/${id}/keys.p12`,
    truststorePath: `/opt/${id}/trust.p12`,
    keystorePassword: password,
    alias: "server",
    certificate: Certificate.selfSigned(),
    clientAuthentication: "require",
    ...(activation === undefined ? {} : { activation }),
  });
}

describe("activations in the Terraform graph", () => {
  test("the first of two waits for every store that gets another password: the product opens all when it starts", () => {
    const dependencies = (keystorePassword: Secret) => {
      const resources = resourcesOf((stack) => {
        const server = new JavaServer(stack, "Shop", {
          host: reached,
          product: Tomcat.version(11),
          names: ["shop.example.com"],
          port: 8443,
          keystorePath: "/opt/keys.p12",
          truststorePath: "/opt/trust.p12",
          keystorePassword,
          alias: "server",
          certificate: Certificate.selfSigned(),
        });
        server.calls(tomcat(stack, "Billing"));
      });
      return dependenciesOf(resources, "trust_activation", "Shop_trust");
    };
    const next = Secret.file("secrets/next");
    expect(dependencies(Secret.rotate({ from: password, to: next }))).toContain(
      "trust_keystore.Shop_Keystore",
    );
    expect(dependencies(next)).not.toContain("trust_keystore.Shop_Keystore");
  });

  test("a system is activated once it trusts, and once its key is in place", () => {
    const resources = resourcesOf((stack) => {
      tomcat(stack, "Shop").calls(tomcat(stack, "Billing", { port: 9443 }), { as: Certificate.selfSigned() });
    });
    const activations = resources["trust_activation"] ?? {};
    // Billing is called alone: it accepts Shop.
    expect(Object.keys(activations).sort()).toEqual(["Billing", "Billing_trust", "Shop", "Shop_trust"]);
    const [billing, trust] = [activations["Billing"], activations["Billing_trust"]];
    expect(billing).toMatchObject({
      host: "ssh://app.example.com",
      name: "Billing",
      files: [
        { path: "/opt/Billing/keys.p12", password: "file:secrets/stores" },
        { path: "/opt/Billing/trust.p12", password: "file:secrets/stores" },
      ],
      steps: [{ argv: ["systemctl", "restart", "tomcat11"], on: "host", timeout_seconds: 120 }],
      probes: [
        {
          connect: "billing.example.com:9443",
          via: "host",
          server_name: "billing.example.com",
          timeout_seconds: 120,
        },
      ],
    });
    expect(trust).toMatchObject({
      name: "Billing_trust",
      steps: billing?.["steps"],
      needs: ["/opt/Billing/keys.p12#server"],
    });
    expect(billing).not.toHaveProperty("needs");
    const [probe] = (billing?.["probes"] ?? []) as { sha256?: string; authorities?: readonly string[] }[];
    expect(probe?.sha256).toMatch(/^[0-9A-F:]+$/);
    expect(probe?.authorities).toHaveLength(1);
    const [first] = (trust?.["probes"] ?? []) as object[];
    // Another certificate may still be served then.
    expect(first).toEqual({ ...probe, sha256: undefined });
    expect(dependenciesOf(resources, "trust_activation", "Billing")).toEqual([
      expect.stringMatching(/^trust_truststore_entry\./),
      "trust_key_entry.Billing_Endpoint_KeyEntry",
      "trust_activation.Billing_trust",
    ]);
    // Its key comes in between, so that the first never sees it.
    expect(dependenciesOf(resources, "trust_key_entry", "Billing_Endpoint_KeyEntry")).toContain(
      "trust_activation.Billing_trust",
    );
  });

  test("an endpoint's key waits until the running caller trusts it", () => {
    const resources = resourcesOf((stack) => {
      tomcat(stack, "Shop").calls(tomcat(stack, "Billing", { port: 9443 }));
    });
    expect(dependenciesOf(resources, "null_resource", "Billing_Endpoint_TrustFirst")).toEqual([
      expect.stringMatching(/^trust_truststore_entry\.Shop/),
      "trust_activation.Shop_trust",
    ]);
    // It trusts nobody yet, so there is nothing to learn before its key comes.
    expect(resources["trust_activation"]).not.toHaveProperty("Billing_trust");
  });

  test("two that call each other make no circle", () => {
    const resources = resourcesOf((stack) => {
      const [one, other] = [tomcat(stack, "One"), tomcat(stack, "Other", { port: 9443 })];
      one.calls(other, { as: Certificate.selfSigned() });
      other.calls(one, { as: Certificate.selfSigned() });
    });
    expect(dependenciesOf(resources, "null_resource", "One_Endpoint_TrustFirst")).toContain(
      "trust_activation.Other_trust",
    );
    expect(circleIn(resources)).toBeUndefined();
  });

  test("a client that has no key is activated once, before what it relies on changes", () => {
    const resources = resourcesOf((stack) => {
      const { endpoint } = tomcat(stack, "Billing");
      const truststore = new Keystore(stack, "Anchors", {
        host: reached,
        path: "/opt/anchors.p12",
        password,
        activation: Activation.run(["systemctl", "reload", "client"]),
      });
      new TruststoreEntry(stack, "Trusts", { truststore, alias: "billing", trusts: endpoint });
    });
    expect(Object.keys(resources["trust_activation"] ?? {}).sort()).toEqual(["Anchors", "Billing"]);
    expect(dependenciesOf(resources, "null_resource", "Billing_Endpoint_TrustFirst")).toContain(
      "trust_activation.Anchors",
    );
    expect(resources["trust_activation"]?.["Anchors"]).not.toHaveProperty("probes");
  });

  test("hooks come after the activation", () => {
    const resources = resourcesOf((stack) => {
      tomcat(stack, "Shop").endpoint.afterDeploy("notify");
    });
    expect(dependenciesOf(resources, "null_resource", "Shop_Endpoint_AfterDeploy")).toEqual([
      "trust_key_entry.Shop_Endpoint_KeyEntry",
      "trust_activation.Shop",
    ]);
  });

  test("nginx reads its files again, those of every name", () => {
    const resources = resourcesOf((stack) => {
      const server = new PemServer(stack, "Edge", {
        host: Host.local("real", { root: "/" }),
        names: ["edge.example.com", "10.0.0.1"],
        port: 443,
        directory: "/etc/nginx/tls",
        certificate: Certificate.selfSigned(),
        keyPassword: password,
      });
      server.alsoServes("Other", { names: ["other.example.com"], certificate: Certificate.selfSigned() });
    });
    expect(resources["trust_activation"]?.["Edge"]).toMatchObject({
      host: "local:/",
      steps: [{ argv: ["nginx", "-t"] }, { argv: ["nginx", "-s", "reload"] }],
      probes: [
        { connect: "edge.example.com:443", via: "runner" },
        { connect: "other.example.com:443", server_name: "other.example.com" },
      ],
    });
    const files = resources["trust_activation"]?.["Edge"]?.["files"] as { path: string }[];
    expect(files.map(({ path }) => path)).toEqual([
      "/etc/nginx/tls/server.crt",
      "/etc/nginx/tls/server.key",
      "/etc/nginx/tls/nginx-tls.conf",
      "/etc/nginx/tls/other.crt",
      "/etc/nginx/tls/other.key",
      "/etc/nginx/tls/nginx-tls-other.conf",
    ]);
  });

  test("where a folder stands for a machine, only what the deploying machine runs is run", () => {
    const resources = resourcesOf((stack) => {
      const host = Host.local("app");
      tomcat(stack, "There", { host });
      tomcat(stack, "Here", { host, activation: Activation.run(["./restart"], { on: "runner" }) });
    });
    expect(Object.keys(resources["trust_activation"] ?? {})).toEqual(["Here"]);
  });

  test("an address has no name that a client could ask for", () => {
    const resources = resourcesOf((stack) => {
      const keystore = new Keystore(stack, "Keys", { host: reached, path: "/opt/keys.p12", password });
      new HttpsCallbackEndpoint(stack, "Server", {
        names: ["::1"],
        port: 8443,
        identity: keystore.entry("server"),
        certificate: Certificate.selfSigned(),
        activation: Activation.run(["true"], { timeoutSeconds: 7 }),
      });
    });
    const [probe] = (resources["trust_activation"]?.["Server"]?.["probes"] ?? []) as object[];
    expect(probe).toMatchObject({ connect: "[::1]:8443", timeout_seconds: 7 });
    expect(probe).not.toHaveProperty("server_name");
  });
});

/** Addresses that lead back to themselves. */
function circleIn(resources: ReturnType<typeof resourcesOf>): readonly string[] | undefined {
  const done = new Set<string>();
  const visit = (address: string, path: readonly string[]): readonly string[] | undefined => {
    if (path.includes(address)) return [...path, address];
    if (done.has(address)) return undefined;
    done.add(address);
    const [type = "", name = ""] = address.split(".");
    for (const before of dependenciesOf(resources, type, name)) {
      const circle = visit(before, [...path, address]);
      if (circle !== undefined) return circle;
    }
    return undefined;
  };
  for (const [type, byName] of Object.entries(resources))
    for (const name of Object.keys(byName)) {
      const circle = visit(`${type}.${name}`, []);
      if (circle !== undefined) return circle;
    }
  return undefined;
}
