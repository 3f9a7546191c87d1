import { proveHop, type HopMaterial } from "../../lib/hop";
import type { Store, StoreEntry } from "../../lib/keystore";
import type { HopVerdict } from "../../lib/model";
import { makeCertificate, type MadeIdentity } from "../support/certificateMaker";
import { hop, identityOf, makeWorld, now, withoutRoot } from "../hop/materials";

/** The failures that the seed documents tell of, each with the words its reader will search for. */

const { root, server, client } = makeWorld();
const anchors = [root.der];
const served = { identity: identityOf(server) };
const mutual = { ...served, clientAuthentication: "require", clientAnchors: anchors } as const;

async function failureOf(
  material: HopMaterial,
): Promise<{ rule?: string; message: string; remedy?: string }> {
  const verdict = await proveHop(material);
  expect(verdict.ok).toBe(false);
  const cause = verdict.findings.find(({ level }) => level === "error");
  expect(verdict.reason).toBe(cause?.message);
  return { ...cause, message: verdict.reason };
}

function storeOf(...identities: readonly (readonly [alias: string, made: MadeIdentity])[]): Store {
  const entries = identities.map(([alias, made]): StoreEntry => ({
    kind: "identity",
    alias,
    key: { kind: "sealed", encryptedPrivateKeyInfo: new Uint8Array() },
    chain: withoutRoot(made),
  }));
  return { format: "jks", profile: "jks", integrity: "verified", entries };
}

describe("ElectricFlow and ISPW", () => {
  const jetty = (subject: string): MadeIdentity => makeCertificate({ now, subject });

  test("a self-signed jetty that ISPW trusts is called back", async () => {
    const own = jetty("eflow.example");

    const verdict: HopVerdict = await proveHop(
      hop({
        address: "eflow.example",
        server: { identity: identityOf(own) },
        client: { anchors: [own.der] },
      }),
    );

    expect(verdict).toMatchObject({ ok: true, reason: "trusted through CN=eflow.example" });
    expect(verdict.findings.map(({ rule }) => rule)).toEqual(["name-only-in-common-name"]);
  });

  test("self-signed, and not in the cacerts that CES uses", async () => {
    const { rule, message } = await failureOf(
      hop({
        address: "eflow.example",
        server: { identity: identityOf(jetty("eflow.example")) },
        client: { anchors },
      }),
    );

    expect(rule).toBe("issuer-not-trusted");
    expect(message).toContain("PKIX path building failed");
  });

  test("the server's address is an IP that only the common name has", async () => {
    const own = jetty("10.1.2.3");

    const { rule, remedy } = await failureOf(
      hop({ address: "10.1.2.3", server: { identity: identityOf(own) }, client: { anchors: [own.der] } }),
    );

    expect(rule).toBe("address-only-in-common-name");
    expect(remedy).toContain("IP:10.1.2.3");
  });

  test("expired", async () => {
    const own = makeCertificate({ now, subject: "eflow.example", fromDays: -3650, toDays: -1 });

    const { rule, message } = await failureOf(
      hop({
        address: "eflow.example",
        server: { identity: identityOf(own) },
        client: { anchors: [own.der] },
      }),
    );

    expect(rule).toBe("expired");
    expect(message).toContain("validity check failed");
  });
});

describe("xMatters Integration Agent", () => {
  const apia = makeCertificate({ now, subject: "apia" });

  test("the management system calls a name that is not in the SAN", async () => {
    const { rule, message } = await failureOf(
      hop({ address: "ia01.example", server: served, client: { anchors } }),
    );

    expect(rule).toBe("name-not-covered");
    expect(message).toContain("No subject alternative DNS name matching ia01.example found");
  });

  test("the key kept the password of the .pfx, so that apia breaks, too", async () => {
    const keyStore = {
      storeId: ".keystore",
      store: storeOf(["apia", apia], ["new-cert", server]),
      intendedAlias: "new-cert",
      unopenedAliases: ["new-cert"],
    };

    const { rule, message } = await failureOf(hop({ server: { ...served, keyStore }, client: { anchors } }));

    expect(rule).toBe("key-password-differs");
    expect(message).toContain("UnrecoverableKeyException: Cannot recover key");
  });

  test.each([
    ["https", false],
    ["mykey", false],
    ["zzz", false],
    ["new-cert", true],
    ["1", true],
    ["server", true],
    ["tomcat", true],
    ["ia01.example.com", true],
  ])("beside apia, the alias %s is served: %s", async (alias, wins) => {
    const keyStore = {
      storeId: ".keystore",
      store: storeOf(["apia", apia], [alias, server]),
      intendedAlias: alias,
    };

    const { ok, findings } = await proveHop(hop({ server: { ...served, keyStore }, client: { anchors } }));

    expect(ok).toBe(wins);
    expect(findings.some(({ rule }) => rule === "other-identity-presented")).toBe(!wins);
  });
});

describe("webMethods Integration Server as client", () => {
  test("no identity bound: a certificate of length zero", async () => {
    const { rule, message } = await failureOf(hop({ server: mutual, client: { anchors } }));

    expect(rule).toBe("no-client-certificate");
    expect(message).toContain("zero-length certificate");
    expect(message).toContain("handshake_failure");
  });

  test("bound, but the partner does not know the issuer: a certificate of length zero", async () => {
    const stranger = makeCertificate({ now, subject: "Client A" });

    const { rule, message } = await failureOf(
      hop({ server: mutual, client: { anchors, identity: identityOf(stranger) } }),
    );

    expect(rule).toBe("client-certificate-not-sent");
    expect(message).toContain("zero-length certificate");
    expect(message).toContain("CN=Example Root");
  });

  test("bound, but stored without its intermediate", async () => {
    const { rule, remedy } = await failureOf(
      hop({ server: mutual, client: { anchors, identity: identityOf(client, [client.der]) } }),
    );

    expect(rule).toBe("client-certificate-not-sent");
    expect(remedy).toContain("with its intermediates");
  });

  test("only requested: the handshake succeeds without it, the binding does not", async () => {
    const material = hop({
      server: { ...mutual, clientAuthentication: "request" },
      client: { anchors, identity: identityOf(client, [client.der]) },
    });

    expect((await failureOf(material)).rule).toBe("client-certificate-not-sent");
  });

  test("the partner's intermediate is missing", async () => {
    const { rule, message } = await failureOf(
      hop({ server: { identity: identityOf(server, [server.der]) }, client: { anchors } }),
    );

    expect(rule).toBe("missing-intermediate");
    expect(message).toContain("CN=Example Issuing");
  });

  test("wrong alias: the import from the .pfx is called 1", async () => {
    const keyStore = { storeId: "ABC", store: storeOf(["1", client]), intendedAlias: "partner" };

    const { rule, message } = await failureOf(
      hop({ server: mutual, client: { anchors, identity: identityOf(client), keyStore } }),
    );

    expect(rule).toBe("alias-missing");
    expect(message).toContain("Alias <partner> does not exist");
    expect(message).toContain('"1"');
  });
});

describe("REST clients of the Integration Cloud", () => {
  test("Postman blocks the self-signed certificate of a private authority", async () => {
    const { rule, message } = await failureOf(
      hop({
        server: { identity: identityOf(server, server.chain) },
        client: { anchors: "public-roots", runtime: "node" },
      }),
    );

    expect(rule).toBe("issuer-not-trusted");
    expect(message).toContain("Self-signed SSL certificates are blocked");
  });

  test("curl with a certificate for servers only", async () => {
    const wrong = makeCertificate({ now, subject: "user", issuer: root, extendedKeyUsage: ["serverAuth"] });

    const { rule } = await failureOf(
      hop({
        server: { ...mutual, runtime: "openssl" },
        client: { anchors, runtime: "openssl", identity: identityOf(wrong) },
      }),
    );

    expect(rule).toBe("usage-not-allowed");
  });
});
