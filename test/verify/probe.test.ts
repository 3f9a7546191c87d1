import { createServer, type AddressInfo, type Server } from "node:net";
import * as tls from "node:tls";
import { toPem } from "../../lib/pki";
import { probe } from "../../lib/verify";
import { identityOf, makeWorld } from "../hop/materials";
import type { MadeIdentity } from "../support/certificateMaker";

const { root, intermediate, server, client } = makeWorld();
const stranger = makeWorld();
const anchors = [root.der];
let listener: Server | undefined;

afterEach(async () => {
  const closing = listener;
  listener = undefined;
  await new Promise((resolve) => (closing === undefined ? resolve(undefined) : closing.close(resolve)));
});

async function listen(options: tls.TlsOptions): Promise<number> {
  const serving = tls.createServer({
    cert: pemOf(server.chain.slice(0, 2)),
    key: keyOf(server),
    ...options,
  });
  serving.on("secureConnection", (socket) => socket.on("error", () => socket.destroy()));
  return await start(serving);
}

async function start(serving: Server): Promise<number> {
  listener = serving;
  await new Promise<void>((resolve) => serving.listen(0, "127.0.0.1", resolve));
  return (serving.address() as AddressInfo).port;
}

function pemOf(chain: readonly Buffer[]): string {
  return chain.map((der) => toPem(der, "CERTIFICATE")).join("");
}

function keyOf(made: MadeIdentity): string {
  return toPem(made.pkcs8, "PRIVATE KEY");
}

const mutual = { requestCert: true, ca: pemOf([root.der]) };

describe("probe", () => {
  test.each(["TLSv1.2", "TLSv1.3"] as const)(
    "sees chain, name, protocol and trust over %s",
    async (version) => {
      // GIVEN
      const port = await listen({ minVersion: version, maxVersion: version });

      // WHEN
      const result = await probe({ host: "127.0.0.1", port, servername: "server.example", anchors });

      // THEN
      expect(result).toMatchObject({ ok: true, protocol: version, trusted: true, plainHttp: false });
      expect(result.chain.map(({ subject }) => subject)).toEqual(["CN=server.example", "CN=Example Issuing"]);
      expect(result.name?.matches).toBe(true);
      expect(result.asksForCertificate).toBe(false);
    },
  );

  test.each(["TLSv1.2", "TLSv1.3"] as const)(
    "sees the authorities that are asked for over %s",
    async (version) => {
      const ca = pemOf([root.der, intermediate.der]);
      const port = await listen({ ...mutual, ca, minVersion: version, maxVersion: version });

      const without = await probe({ host: "127.0.0.1", port, servername: "server.example", anchors });
      const bound = await probe({
        host: "127.0.0.1",
        port,
        servername: "server.example",
        anchors,
        identity: identityOf(client),
      });

      expect(without.asksForCertificate).toBe(true);
      expect(without.authorities).toEqual(["CN=Example Root", "CN=Example Issuing"]);
      expect(without.ok).toBe(false);
      expect(without.chain).toHaveLength(2);
      expect(bound).toMatchObject({ ok: true, asksForCertificate: true });
    },
  );

  test.each(["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"])(
    "reads what %s hides",
    async (ciphers) => {
      const port = await listen({ ...mutual, rejectUnauthorized: false, ciphers, minVersion: "TLSv1.3" });

      const result = await probe({ host: "127.0.0.1", port, servername: "server.example" });

      expect(result).toMatchObject({ ok: true, authorities: ["CN=Example Root"], protocol: "TLSv1.3" });
      expect(result.chain).toHaveLength(2);
    },
  );

  test("a server that is not trusted is told with its cause", async () => {
    const port = await listen({});

    const result = await probe({ host: "127.0.0.1", port, anchors: [stranger.root.der] });

    expect(result).toMatchObject({ ok: false, trusted: false, diagnosis: { rule: "issuer-not-trusted" } });
    expect(result.name).toMatchObject({ matches: false });
  });

  test("plain HTTP on the TLS port is named", async () => {
    const port = await start(
      createServer((socket) => {
        socket.on("error", () => socket.destroy());
        socket.once("data", () => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
      }),
    );

    const result = await probe({ host: "127.0.0.1", port });

    expect(result).toMatchObject({ ok: false, plainHttp: true, diagnosis: { rule: "plain-http" } });
    expect(result.diagnosis?.remedy).toContain("service-gateway");
  });

  test("a port where nothing listens", async () => {
    const port = await listen({});
    await new Promise((resolve) => listener?.close(resolve));
    listener = undefined;

    const result = await probe({ host: "127.0.0.1", port });

    expect(result).toMatchObject({ ok: false, plainHttp: false, diagnosis: { rule: "not-listening" } });
  });
});
