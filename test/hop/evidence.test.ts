import { X509Certificate } from "node:crypto";
import { type HopMaterial, proveHop } from "../../lib/hop";
import type { HopVerdict } from "../../lib/model";
import { makeAuthority, makeCertificate } from "../support/certificateMaker";
import { hop, identityOf, makeWorld, now } from "./materials";

const { root, intermediate, server, client } = makeWorld();
const stranger = makeWorld();

function sha256(der: Uint8Array): string {
  return new X509Certificate(der).fingerprint256;
}

function mutual(changes: {
  readonly server?: Partial<HopMaterial["server"]>;
  readonly client?: Partial<HopMaterial["client"]>;
  readonly address?: string;
}): HopMaterial {
  return hop({
    ...(changes.address === undefined ? {} : { address: changes.address }),
    server: {
      identity: identityOf(server),
      clientAuthentication: "require",
      clientAnchors: [root.der],
      ...changes.server,
    },
    client: { anchors: [root.der], identity: identityOf(client), ...changes.client },
  });
}

describe("what a verdict is about", () => {
  test("names the certificates of both sides, their anchors and the first end, as OpenSSL reads them", async () => {
    // GIVEN a server whose issuing authority ends before everything else
    const brief = makeAuthority(now, "Brief", { issuer: root, toDays: 40 });
    const served = makeCertificate({ now, subject: "s", issuer: brief, names: ["DNS:server.example"] });

    // WHEN
    const verdict = await proveHop(mutual({ server: { identity: identityOf(served) } }));

    // THEN
    expect(verdict).toMatchObject({
      ok: true,
      serves: sha256(served.der),
      presents: sha256(client.der),
      trustedThrough: sha256(root.der),
      clientTrustedThrough: sha256(root.der),
      expires: new Date(new X509Certificate(brief.der).validTo).toISOString().replace(".000Z", "Z"),
    });
    expect(verdict).not.toHaveProperty("refusedBy");
  });

  test("a certificate that the path does not take does not count for the first end", async () => {
    const brief = makeAuthority(now, "Brief", { issuer: root, toDays: 40 });
    const served = makeCertificate({ now, subject: "s", issuer: brief, names: ["DNS:server.example"] });

    const { expires } = await proveHop(
      mutual({ server: { identity: identityOf(served) }, client: { anchors: [served.der] } }),
    );

    expect(expires?.slice(0, 10)).not.toBe(
      new Date(now.getTime() + 40 * 86_400_000).toISOString().slice(0, 10),
    );
  });

  test("where no client certificate is asked for, none is presented and trusted", async () => {
    const verdict = await proveHop(mutual({ server: { clientAuthentication: "none", clientAnchors: [] } }));
    expect(verdict.ok).toBe(true);
    expect(verdict).not.toHaveProperty("presents");
    expect(verdict).not.toHaveProperty("clientTrustedThrough");
  });

  const refusals: readonly [string, HopMaterial, HopVerdict["refusedBy"]][] = [
    ["the client does not trust the server", mutual({ client: { anchors: [stranger.root.der] } }), "client"],
    ["the name is not the certificate's", mutual({ address: "other.example" }), "client"],
    [
      "the client's OpenSSL wants a root, and only its handshake says so",
      mutual({ client: { runtime: "openssl", anchors: [intermediate.der] } }),
      "client",
    ],
    [
      "the server trusts another authority of the same name",
      mutual({ server: { clientAnchors: [stranger.root.der] } }),
      "server",
    ],
    [
      "nothing the client has is asked for",
      mutual({ server: { clientAnchors: [makeAuthority(now, "Other").der] } }),
      "server",
    ],
    [
      "an OpenSSL server does not know the client's issuer",
      mutual({
        server: { runtime: "openssl", clientAnchors: [stranger.root.der] },
        client: { runtime: "openssl" },
      }),
      "server",
    ],
    [
      "the server's OpenSSL does not load its own certificate",
      mutual({
        server: {
          runtime: "openssl",
          identity: identityOf(
            makeCertificate({
              now,
              subject: "weak",
              key: "rsa-1024",
              names: ["DNS:server.example"],
              issuer: root,
            }),
          ),
        },
      }),
      "server",
    ],
    [
      "it is our strictness alone: a Java trusts that very certificate, whatever its dates",
      (() => {
        const expired = makeCertificate({
          now,
          subject: "old",
          names: ["DNS:server.example"],
          fromDays: -9,
          toDays: -1,
        });
        return hop({ server: { identity: identityOf(expired) }, client: { anchors: [expired.der] } });
      })(),
      undefined,
    ],
    [
      "they have no version of TLS in common",
      hop({
        server: {
          runtime: "openssl",
          identity: identityOf(server),
          opensslPolicy: { era: 3, securityLevel: 1, minimumProtocol: "TLSv1.3", maximumProtocol: "TLSv1.3" },
        },
        client: {
          runtime: "openssl",
          anchors: [stranger.root.der],
          opensslPolicy: { era: 3, securityLevel: 1, minimumProtocol: "TLSv1.2", maximumProtocol: "TLSv1.2" },
        },
      }),
      undefined,
    ],
  ];
  test.each(refusals)("who refuses where %s", async (_title, material, refusedBy) => {
    const verdict = await proveHop(material);
    expect(verdict.ok).toBe(false);
    expect(verdict.refusedBy).toBe(refusedBy);
  });

  test("the same hop gives the same verdict, what OpenSSL says included", async () => {
    const odd = makeCertificate({ now, subject: "s", key: "secp256k1", names: ["DNS:server.example"] });
    const openssl = hop({
      server: { runtime: "openssl", identity: identityOf(odd) },
      client: { runtime: "openssl", anchors: [odd.der] },
    });

    const verdict = await proveHop(openssl);

    expect(verdict.findings.map(({ rule }) => rule)).toEqual(["handshake-failed"]);
    // Not the address of a thread, nor a line of OpenSSL's sources.
    expect(verdict.reason).toMatch(/^the handshake fails \(ERR_SSL_\w+\): [a-z ]+$/);
  });
});
