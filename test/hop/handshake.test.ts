import { X509Certificate } from "node:crypto";
import { proveHop, shakeHands } from "../../lib/hop";
import { makeAuthority, makeCertificate } from "../support/certificateMaker";
import { hop, identityOf, makeWorld, now, withoutRoot } from "./materials";

const { root, intermediate, server, client } = makeWorld();
const anchors = [root.der];

describe("shakeHands", () => {
  test("a server whose root the client trusts is accepted, over TLS 1.3", async () => {
    // GIVEN
    const material = hop({ server: { identity: identityOf(server) }, client: { anchors } });

    // WHEN
    const result = await shakeHands(material);

    // THEN
    expect(result).toEqual({
      ok: true,
      protocol: "TLSv1.3",
      serverCertificate: new X509Certificate(server.der).fingerprint256,
    });
  });

  test("the client certificate that arrives is the one bound", async () => {
    const result = await shakeHands(
      hop({
        server: { identity: identityOf(server), clientAuthentication: "require", clientAnchors: anchors },
        client: { anchors, identity: identityOf(client) },
      }),
    );

    expect(result.ok).toBe(true);
    expect(result.clientCertificate).toBe(new X509Certificate(client.der).fingerprint256);
  });

  test("a required client certificate that does not come is refused by the server", async () => {
    const result = await shakeHands(
      hop({
        server: { identity: identityOf(server), clientAuthentication: "require", clientAnchors: anchors },
        client: { anchors },
      }),
    );

    expect(result.failure).toMatchObject({ side: "server", code: "NO_CLIENT_CERTIFICATE" });
  });

  test("a requested client certificate may be missing", async () => {
    const result = await shakeHands(
      hop({
        server: { identity: identityOf(server), clientAuthentication: "request", clientAnchors: anchors },
        client: { anchors },
      }),
    );

    expect(result.ok).toBe(true);
    expect(result.clientCertificate).toBeUndefined();
  });

  test("a client certificate of a stranger is refused under `request`, too", async () => {
    const stranger = makeCertificate({ now, subject: "Stranger" });

    const result = await shakeHands(
      hop({
        server: { identity: identityOf(server), clientAuthentication: "request", clientAnchors: anchors },
        client: { anchors, identity: identityOf(stranger) },
      }),
    );

    expect(result.failure).toMatchObject({ side: "server", code: "DEPTH_ZERO_SELF_SIGNED_CERT" });
  });

  test.each([
    ["the server's chain without its intermediate", [server.der], anchors, "UNABLE_TO_VERIFY_LEAF_SIGNATURE"],
    ["no anchor at all", [server.der, intermediate.der], [], "UNABLE_TO_GET_ISSUER_CERT_LOCALLY"],
    ["a chain with its stranger of a root", server.chain, [client.der], "SELF_SIGNED_CERT_IN_CHAIN"],
  ])("%s is refused by the client", async (_title, chain, trusted, code) => {
    const result = await shakeHands(
      hop({ server: { identity: identityOf(server, chain) }, client: { anchors: trusted } }),
    );

    expect(result.failure?.side).toBe("client");
    expect([code, "UNABLE_TO_GET_ISSUER_CERT_LOCALLY"]).toContain(result.failure?.code);
  });

  test("a lone client certificate is not completed from the client's own anchors", async () => {
    const result = await shakeHands(
      hop({
        server: { identity: identityOf(server), clientAuthentication: "require", clientAnchors: anchors },
        client: { anchors: [root.der, intermediate.der], identity: identityOf(client, [client.der]) },
      }),
    );

    expect(result.failure?.side).toBe("server");
  });

  test("a lone server certificate is not completed from the server's own anchors", async () => {
    const result = await shakeHands(
      hop({
        server: {
          identity: identityOf(server, [server.der]),
          clientAuthentication: "request",
          clientAnchors: [root.der, intermediate.der],
        },
        client: { anchors },
      }),
    );

    expect(result.failure?.side).toBe("client");
  });

  test("any certificate may be an anchor for Java, only a root for OpenSSL", async () => {
    const parts = { server: { identity: identityOf(server) } };
    const trusted = [intermediate.der];

    const java = await shakeHands(hop({ ...parts, client: { anchors: trusted } }));
    const openssl = await shakeHands(hop({ ...parts, client: { anchors: trusted, runtime: "openssl" } }));

    expect(java.ok).toBe(true);
    expect(openssl.failure?.code).toBe("UNABLE_TO_GET_ISSUER_CERT");
  });

  test("dates are not this machine's business", async () => {
    const expired = makeCertificate({
      now,
      subject: "server.example",
      issuer: root,
      fromDays: -9,
      toDays: -1,
    });

    const result = await shakeHands(hop({ server: { identity: identityOf(expired) }, client: { anchors } }));

    expect(result).toMatchObject({ ok: true, outsideDates: true });
  });

  test("a key of another certificate does not come to a handshake", async () => {
    const result = await shakeHands(
      hop({ server: { identity: { chain: [server.der], pkcs8: client.pkcs8 } }, client: { anchors } }),
    );

    expect(result.failure).toMatchObject({ side: "setup", code: "ERR_OSSL_X509_KEY_VALUES_MISMATCH" });
  });

  test("a key of the client that cannot be used is told to be the client's", async () => {
    const material = hop({
      server: { identity: identityOf(server), clientAuthentication: "require", clientAnchors: anchors },
      client: { anchors, identity: { chain: client.chain, pkcs8: server.pkcs8 } },
    });
    const { failure } = await shakeHands(material);
    expect(failure).toMatchObject({ side: "setup", presenter: "client" });
  });

  test("a Java server takes what OpenSSL would find too weak", async () => {
    const weak = makeCertificate({
      now,
      subject: "partner",
      issuer: makeAuthority(now, "Old", { hash: "sha1" }),
      hash: "sha1",
      key: "rsa-1024",
      extendedKeyUsage: ["clientAuth"],
    });
    const clientAnchors = [weak.chain.at(-1) ?? weak.der];
    const result = await shakeHands(
      hop({
        server: {
          runtime: "java",
          identity: identityOf(server),
          clientAuthentication: "require",
          clientAnchors,
        },
        client: { runtime: "java", anchors, identity: identityOf(weak) },
      }),
    );
    expect(result).toMatchObject({ ok: true });
  });
});

describe("proveHop", () => {
  test.each(["node", "openssl"] as const)("%s compares the address with the names", async (runtime) => {
    const parts = { server: { identity: identityOf(server) } };

    const named = await proveHop(hop({ ...parts, client: { anchors, runtime } }));
    const byAddress = await proveHop(hop({ ...parts, address: "10.1.2.3", client: { anchors, runtime } }));
    const wrong = await proveHop(hop({ ...parts, address: "other.example", client: { anchors, runtime } }));

    expect([named.ok, byAddress.ok]).toEqual([true, true]);
    expect(wrong.findings).toMatchObject([{ rule: "name-not-covered" }]);
  });

  test("is red where Java alone would let it pass, and says so", async () => {
    const own = makeCertificate({
      now,
      subject: "server.example",
      names: ["DNS:server.example"],
      extendedKeyUsage: ["codeSigning"],
    });

    const verdict = await proveHop(
      hop({ server: { identity: identityOf(own) }, client: { anchors: [own.der] } }),
    );

    expect(verdict).toMatchObject({ ok: false, findings: [{ level: "error", rule: "usage-not-allowed" }] });
    expect(verdict.reason).toMatch(/: Java would let this pass; we do not, because other clients/);
  });

  test("an expired anchor is a warning for Java and an error for OpenSSL", async () => {
    const old = makeAuthority(now, "Old Root", { toDays: -2 });
    const leaf = makeCertificate({
      now,
      subject: "server.example",
      names: ["DNS:server.example"],
      issuer: old,
    });
    const parts = { server: { identity: identityOf(leaf) } };

    const java = await proveHop(hop({ ...parts, client: { anchors: [old.der] } }));
    const openssl = await proveHop(hop({ ...parts, client: { anchors: [old.der], runtime: "openssl" } }));

    expect(java).toMatchObject({ ok: true, findings: [{ level: "warning", rule: "anchor-expired" }] });
    expect(openssl).toMatchObject({ ok: false, findings: [{ level: "error", rule: "expired" }] });
  });

  test("a binding that nobody asks for is a warning", async () => {
    const verdict = await proveHop(
      hop({ server: { identity: identityOf(server) }, client: { anchors, identity: identityOf(client) } }),
    );

    expect(verdict).toMatchObject({ ok: true, findings: [{ rule: "certificate-not-asked-for" }] });
  });

  test("a private key of another certificate is named", async () => {
    const verdict = await proveHop(
      hop({ server: { identity: { chain: withoutRoot(server), pkcs8: client.pkcs8 } }, client: { anchors } }),
    );

    expect(verdict.findings).toMatchObject([{ rule: "key-does-not-match" }]);
  });
});
