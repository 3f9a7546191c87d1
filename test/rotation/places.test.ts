import type { TerraformStack } from "cdktf";
import {
  Activation,
  AnchorsFile,
  Certificate,
  CertificateAuthority,
  ClientCertificateBinding,
  Host,
  HttpsCallbackEndpoint,
  IntegrationServer,
  Keystore,
  Partner,
  PemFiles,
  Secret,
  TruststoreEntry,
} from "../../lib";
import type { Evidence } from "../../lib/lock";
import { fingerprint } from "../../lib/pki";
import { judged, missing, placesOf, type RotationPlace } from "../../lib/rotation";
import { planOf } from "../support/planOf";
import { rotating } from "./support";

const keyAlgorithm = "ec-p256";
const password = Secret.env("STORE");
const restart = Activation.run(["systemctl", "restart", "app"]);

function store(stack: TerraformStack, id: string, host = Host.local(id), activation = restart): Keystore {
  return new Keystore(stack, id, { host, path: `/opt/${id}.p12`, password, activation });
}

function endpoint(stack: TerraformStack, certificate: Certificate): HttpsCallbackEndpoint {
  return new HttpsCallbackEndpoint(stack, "Server", {
    names: ["server.example.com"],
    port: 8443,
    identity: store(stack, "keys").entry("server"),
    certificate,
  });
}

const shown = (places: readonly RotationPlace[]) =>
  places.map(({ identityId, role, hostId, path, isOurs, leftOut }) =>
    [
      identityId,
      role,
      `${hostId}:${path}`,
      ...(isOurs ? [] : ["not ours"]),
      ...(leftOut === undefined ? [] : [leftOut]),
    ].join(" "),
  );

describe("the places of a rotation", () => {
  test("are who trusts a self-signed identity and who presents it, with what reads them", () => {
    const plan = planOf((stack) => {
      const server = endpoint(stack, Certificate.selfSigned({ keyAlgorithm }));
      new TruststoreEntry(stack, "Trusts", {
        truststore: store(stack, "trust"),
        alias: "server",
        trusts: server,
      });
      new AnchorsFile(stack, "Anchors", { host: Host.local("curl"), path: "/opt/ca.pem" }).trusts(server);
    });
    const id = "stack/Server/Certificate";
    const places = placesOf([plan], rotating(plan, [id], "announced"), [id]);

    expect(shown(places)).toEqual([
      `${id} trusts curl:/opt/ca.pem`,
      `${id} trusts trust:/opt/trust.p12`,
      `${id} presents keys:/opt/keys.p12`,
    ]);
    expect(places.map(({ generation }) => generation)).toEqual([2, 2, 2]);
    expect(places.map(({ readers }) => readers.map(({ owner, way }) => [owner, way.kind]))).toEqual([
      [],
      [["test/test/stack", "run"]],
      [["test/test/stack", "run"]],
    ]);
  });

  test("are the servers that map a client's very certificate to a user, below an unchanged root, too", () => {
    const plan = planOf((stack) => {
      const root = new CertificateAuthority(stack, "Root", { commonName: "Root", keyAlgorithm });
      const client = new ClientCertificateBinding(stack, "Client", {
        identity: store(stack, "keys").entry("client"),
        certificate: Certificate.issuedBy(root, { keyAlgorithm }),
      });
      const server = new IntegrationServer(stack, "IS", {
        host: Host.local("is"),
        instanceDirectory: "/opt/is",
        activation: Activation.run(["sh", "map.sh"]),
      });
      server.mapsCertificate("Partner", { certificateOf: client, user: "partner" });
    });
    const id = "stack/Client/Certificate";
    const places = placesOf([plan], rotating(plan, [id], "announced"), [id]);
    const mapped = places.find(({ hostId }) => hostId === "is");
    expect(shown(places)).toContain(`${id} trusts is:/opt/is/config/partner-next.der`);
    expect(mapped?.readers.map(({ way }) => way.kind)).toEqual(["run"]);
  });

  test("of an identity below an unchanged root are those that present it alone", () => {
    const plan = planOf((stack) => {
      const root = new CertificateAuthority(stack, "Root", { commonName: "Root", keyAlgorithm });
      const server = endpoint(stack, Certificate.issuedBy(root, { keyAlgorithm }));
      new TruststoreEntry(stack, "Trusts", {
        truststore: store(stack, "trust"),
        alias: "root",
        trusts: root,
      });
      void server;
    });
    const id = "stack/Server/Certificate";
    expect(shown(placesOf([plan], rotating(plan, [id], "announced"), [id]))).toEqual([
      `${id} presents keys:/opt/keys.p12`,
    ]);
  });

  test("of a root are the stores that trust it, and those of all that it issued; a call through it is no further place", () => {
    const plan = planOf((stack) => {
      const root = new CertificateAuthority(stack, "Root", { commonName: "Root", keyAlgorithm });
      const server = endpoint(stack, Certificate.issuedBy(root, { keyAlgorithm }));
      const trust = store(stack, "trust");
      new TruststoreEntry(stack, "Trusts", { truststore: trust, alias: "root", trusts: root });
      new ClientCertificateBinding(stack, "Client", {
        identity: PemFiles.at(Host.local("client"), {
          certificatePath: "/opt/c.crt",
          keyPath: "/opt/c.key",
          keyPassword: password,
        }),
        certificate: Certificate.issuedBy(root, { keyAlgorithm }),
        endpoint: server,
        truststore: trust,
      });
    });
    const group = ["stack/Root", "stack/Server/Certificate", "stack/Client/Certificate"];
    expect(shown(placesOf([plan], rotating(plan, ["stack/Root"], "announced"), group))).toEqual([
      "stack/Client/Certificate presents client:/opt/c.crt",
      "stack/Root trusts trust:/opt/trust.p12",
      "stack/Server/Certificate presents keys:/opt/keys.p12",
    ]);
  });

  test("on machines that nobody may log in to, and on somebody else's, are one place each", () => {
    const plan = planOf((stack) => {
      const bank = Partner.at("https://bank.example.com:8443", {
        asks: "require",
        presents: "public-roots",
        accepts: [],
      });
      const manual = Host.manual("mainframe");
      new ClientCertificateBinding(stack, "Undeclared", {
        identity: store(stack, "client2").entry("x"),
        certificate: Certificate.selfSigned({ keyAlgorithm }),
      });
      const certificate = Certificate.selfSigned({ keyAlgorithm });
      const client = new ClientCertificateBinding(stack, "Client", {
        identity: store(stack, "client").entry("client"),
        certificate,
        endpoint: bank.listenerFor(stack),
        truststore: "public-roots",
      });
      new TruststoreEntry(stack, "One", {
        truststore: store(stack, "one", manual),
        alias: "client",
        trusts: client,
      });
      new TruststoreEntry(stack, "Two", {
        truststore: store(stack, "two", manual),
        alias: "client",
        trusts: client,
      });
    });
    const id = "stack/Client/Certificate";
    const undeclared = "stack/Undeclared/Certificate";
    const ids = [id, undeclared];
    expect(shown(placesOf([plan], rotating(plan, ids, "announced"), ids))).toEqual([
      `${id} trusts bank.example.com: not ours`,
      `${id} trusts mainframe: not ours`,
      `${id} presents client:/opt/client.p12`,
      `${undeclared} trusts stack/Undeclared: not ours`,
      `${undeclared} presents client2:/opt/client2.p12`,
    ]);
  });

  test("are over all stacks, and one file that several of them name is one place", () => {
    const plan = planOf((stack) => {
      const server = endpoint(stack, Certificate.selfSigned({ keyAlgorithm }));
      new TruststoreEntry(stack, "Trusts", {
        truststore: store(stack, "trust"),
        alias: "server",
        trusts: server,
      });
    });
    const other = {
      ...plan,
      stack: "other",
      identities: [],
      endpoints: [],
      stores: plan.stores.map((one) => ({ ...one, id: one.id.replace("stack/", "other/") })),
      entries: plan.entries.flatMap((one) =>
        one.kind === "anchor"
          ? [
              {
                ...one,
                id: one.id.replace("stack/", "other/"),
                storeId: one.storeId.replace("stack/", "other/"),
              },
            ]
          : [],
      ),
      activations: (plan.activations ?? []).map((one) => ({
        ...one,
        id: one.id.replace("stack/", "other/"),
        label: "another product",
        storeIds: one.storeIds.map((id) => id.replace("stack/", "other/")),
      })),
    };
    const id = "stack/Server/Certificate";
    const [trusts] = placesOf([plan, other], rotating(plan, [id], "announced"), [id]);
    expect(trusts?.readers.map(({ owner }) => owner)).toEqual(["test/test/stack", "test/test/other"]);
  });

  test("leave out a store that holds the anchor already, with the reason", () => {
    const plan = planOf((stack) => {
      const server = endpoint(stack, Certificate.selfSigned({ keyAlgorithm }));
      new TruststoreEntry(stack, "Trusts", {
        truststore: store(stack, "trust"),
        alias: "server",
        trusts: server,
        unlessAlreadyTrusted: true,
      });
    });
    const id = "stack/Server/Certificate";
    const lock = rotating(plan, [id], "announced");
    const [before] = placesOf([plan], lock, [id]);
    expect(before?.leftOut).toBeUndefined();
    const anchors = new Map([[fingerprintOf(before), "theirs"]]);
    const observations = new Map([["trust:/opt/trust.p12", { anchors }]]);
    expect(placesOf([plan], { ...lock, observations }, [id])[0]?.leftOut).toBe(
      `somebody else's entry "theirs" holds it already`,
    );
    expect(missing(placesOf([plan], { ...lock, observations }, [id]), lock)).toEqual([]);
  });
});

describe("the gate", () => {
  const plan = planOf((stack) => {
    const server = endpoint(stack, Certificate.selfSigned({ keyAlgorithm }));
    new TruststoreEntry(stack, "Trusts", {
      truststore: store(stack, "trust"),
      alias: "server",
      trusts: server,
    });
  });
  const id = "stack/Server/Certificate";
  const evidence = (change: Partial<Evidence> = {}): Evidence => ({
    host: "trust",
    path: "/opt/trust.p12",
    generation: 2,
    level: "called",
    at: "2026-03-01T12:00:00Z",
    by: "the activation of trust",
    ...change,
  });
  const waitsFor = (phase: "announced" | "switched", known: readonly Evidence[]) => {
    const lock = rotating(plan, [id], phase, known);
    return shown(missing(placesOf([plan], lock, [id]), lock));
  };

  test("waits for those who trust, then for those who present", () => {
    expect(waitsFor("announced", [])).toEqual([`${id} trusts trust:/opt/trust.p12`]);
    expect(waitsFor("switched", [])).toEqual([`${id} presents keys:/opt/keys.p12`]);
  });

  test("opens for evidence of the place and the generation, and of no other", () => {
    expect(waitsFor("announced", [evidence()])).toEqual([]);
    expect(waitsFor("announced", [evidence({ level: "acknowledged" })])).toEqual([]);
    expect(waitsFor("announced", [evidence({ generation: 1 })])).toHaveLength(1);
    expect(waitsFor("announced", [evidence({ host: "keys" })])).toHaveLength(1);
    expect(waitsFor("announced", [evidence({ path: "/opt/other.p12" })])).toHaveLength(1);
    expect(waitsFor("switched", [evidence()])).toHaveLength(1);
    expect(waitsFor("switched", [evidence({ host: "keys", path: "/opt/keys.p12" })])).toEqual([]);
  });

  test("shows the evidence of what it waited for", () => {
    const lock = rotating(plan, [id], "announced", [evidence()]);
    expect(judged(placesOf([plan], lock, [id]), lock).map((place) => place.evidence?.level)).toEqual([
      "called",
      undefined,
    ]);
  });
});

function fingerprintOf(place: RotationPlace | undefined): string {
  const [certificate] = place?.certificates ?? [];
  if (certificate === undefined) throw new Error("a place was expected");
  return fingerprint("sha256", certificate);
}
