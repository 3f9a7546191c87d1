import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import {
  AnchorsFile,
  Certificate,
  ClientCertificateBinding,
  Host,
  type IHost,
  HttpsCallbackEndpoint,
  Keystore,
  PemFiles,
  Secret,
  type TrustPlan,
  TrustStack,
  TruststoreEntry,
} from "../../../lib";
import { contentOfEntry } from "../../../lib/hosts";
import { parseCertificate, summarise, toPem } from "../../../lib/pki";
import type { SynthEnvironment } from "../../../lib/synth/plan/environment";
import { collectStacks, planOfAll } from "../../../lib/synth/plan/environmentPlan";
import { RelyingPlaces } from "../../../lib/synth/terraform/relyingPlaces";
import { makeIdentity } from "../../provider/support/stores";

const environment = { project: "shop", name: "prod" } as SynthEnvironment;
const password = Secret.env("STORE");
const leaf = makeIdentity("leaf").certificate;
const root = makeIdentity("root").certificate;
/** As of an imported identity: the chain goes without its root. */
const resolved = { chain: [leaf], anchor: root };

function summary(der: Buffer) {
  return summarise(parseCertificate(der));
}

/** Every identity has the same certificates, as far as it is not left out. */
function pinned(plan: TrustPlan, change: (plan: TrustPlan) => TrustPlan): TrustPlan {
  const pin = {
    generation: 1,
    chain: [summary(leaf)],
    anchor: summary(root),
    anchorPem: toPem(root, "CERTIFICATE"),
  };
  return change({ ...plan, identities: plan.identities.map((identity) => ({ ...identity, pinned: pin })) });
}

describe("who relies on an identity", () => {
  let outdir: string;
  let server: TrustStack;
  let client: TrustStack;
  beforeEach(() => {
    outdir = mkdtempSync(join(tmpdir(), "cdktf-trust-relying-"));
    const app = new App({ outdir });
    server = new (class extends TrustStack {})(app, "server");
    client = new (class extends TrustStack {})(app, "client");
  });
  afterEach(() => rmSync(outdir, { recursive: true }));

  const store = (stack: TrustStack, id: string, host: IHost = Host.local(stack.node.id)) =>
    new Keystore(stack, id, { host, path: `/opt/${id}.p12`, password });

  function endpoint(clients = store(server, "clients")): HttpsCallbackEndpoint {
    return new HttpsCallbackEndpoint(server, "Server", {
      names: ["server.example.com"],
      port: 8443,
      identity: store(server, "keys").entry("server"),
      certificate: Certificate.selfSigned(),
      clientAuthentication: "require",
      truststore: clients,
    });
  }

  function placesOf(identityId: string, stack: string, change = (plan: TrustPlan) => plan) {
    const app = App.of(server);
    const plan = pinned(
      planOfAll(collectStacks(app, environment).map((collected) => collected.plan)),
      change,
    );
    return new RelyingPlaces({ plan, stack, identity: () => resolved }).of(identityId);
  }

  const anchor = { sha256: summary(root).sha256, content: contentOfEntry("anchor", [root]) };
  const inClient = { host: "local:.local/hosts/client", path: "/opt/trust.p12", ...anchor };

  test("the truststores of its callers in all stacks, each once; another stack's is named", () => {
    // GIVEN
    const called = endpoint();
    const truststore = store(client, "trust");
    new TruststoreEntry(client, "Trust", { truststore, alias: "server", trusts: called });
    new TruststoreEntry(server, "Own", { truststore: store(server, "own"), alias: "server", trusts: called });

    // THEN
    const own = { host: "local:.local/hosts/server", path: "/opt/own.p12", ...anchor };
    expect(placesOf("server/Server/Certificate", "server")).toEqual([own, { ...inClient, stack: "client" }]);
    expect(placesOf("server/Server/Certificate", "client")).toEqual([{ ...own, stack: "server" }, inClient]);
    expect(placesOf("client/Nobody", "server")).toEqual([]);
  });

  test("the server that a client's certificate is presented to", () => {
    const truststore = store(client, "trust");
    const clients = store(server, "clients");
    const called = endpoint(clients);
    const presented = new ClientCertificateBinding(client, "Client", {
      identity: store(client, "keys").entry("client"),
      certificate: Certificate.selfSigned(),
      endpoint: called,
      truststore,
    });
    new TruststoreEntry(client, "Trust", { truststore, alias: "server", trusts: called });
    new TruststoreEntry(server, "Accepts", {
      truststore: clients,
      alias: "client",
      trusts: presented,
    });
    expect(placesOf("client/Client/Certificate", "client")).toEqual([
      { host: "local:.local/hosts/server", path: "/opt/clients.p12", ...anchor, stack: "server" },
    ]);
  });

  test("PEM files that anchors are read from", () => {
    const called = endpoint();
    const host = Host.local("client");
    const truststore = new AnchorsFile(client, "Anchors", { host, path: "/opt/ca.pem" }).trusts(called);
    new ClientCertificateBinding(client, "Client", {
      identity: PemFiles.at(host, {
        certificatePath: "/opt/c.crt",
        keyPath: "/opt/c.key",
        keyPassword: password,
      }),
      certificate: Certificate.selfSigned(),
      endpoint: called,
      truststore,
    });
    expect(placesOf("server/Server/Certificate", "server")).toEqual([
      { ...inClient, path: "/opt/ca.pem", stack: "client" },
    ]);
  });

  test("nobody on a host that cannot be looked at, and none that has the anchor from somebody else", () => {
    const called = endpoint();
    const manual = store(client, "cacerts", Host.manual("mainframe"));
    new TruststoreEntry(client, "Manual", { truststore: manual, alias: "server", trusts: called });
    expect(placesOf("server/Server/Certificate", "server")).toEqual([]);
    new TruststoreEntry(client, "Trust", {
      truststore: store(client, "trust"),
      alias: "server",
      trusts: called,
    });
    const leftOut = (plan: TrustPlan): TrustPlan => ({
      ...plan,
      entries: plan.entries.map((entry) => (entry.kind === "anchor" ? { ...entry, leftOut: true } : entry)),
    });
    expect(placesOf("server/Server/Certificate", "server")).toHaveLength(1);
    expect(placesOf("server/Server/Certificate", "server", leftOut)).toEqual([]);
  });
});
