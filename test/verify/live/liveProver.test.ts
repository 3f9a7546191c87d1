import { createServer } from "node:net";
import * as tls from "node:tls";
import type { HopPlan } from "../../../lib/model";
import { parseCertificate, toPem } from "../../../lib/pki";
import { now } from "../../hop/materials";
import { makeAuthority, makeCertificate } from "../../support/certificateMaker";
import {
  client,
  freePort,
  intermediate,
  LiveHosts,
  mutualPlan,
  pemOf,
  root,
  rulesOf,
  server,
  serverCertificate,
} from "./liveWorld";

let hosts: LiveHosts;

beforeEach(() => {
  hosts = new LiveHosts();
});

afterEach(() => hosts.remove());

/** A hop of a plan, otherwise. */
function withHop(port: number, changes: Partial<HopPlan>) {
  const declared = mutualPlan(port);
  return { ...declared, hops: declared.hops.map((hop) => ({ ...hop, ...changes })) };
}

describe("verify, live", () => {
  test.each(["TLSv1.2", "TLSv1.3"] as const)(
    "a server that does as declared is green over %s",
    async (version) => {
      const port = await hosts.listen({ minVersion: version, maxVersion: version });

      const { verdicts, filesOnly } = await hosts.verify(mutualPlan(port));

      expect(verdicts).toEqual([
        expect.objectContaining({
          ok: true,
          reason: "trusted through CN=Example Root, the client certificate is accepted",
          serves: parseCertificate(server.der).sha256,
          presents: parseCertificate(client.der).sha256,
          findings: [],
        }),
      ]);
      expect(filesOnly).toEqual(new Map());
    },
  );

  test("nothing listens: that is said, and the files decide", async () => {
    const port = await freePort();

    const { verdicts, filesOnly } = await hosts.verify(mutualPlan(port));

    expect(verdicts).toMatchObject([{ ok: true, findings: [] }]);
    expect([...(filesOnly?.values() ?? [])]).toEqual([`nothing listens at localhost:${port}`]);
  });

  test("nothing listens, and every hop has to be tried: the hop fails", async () => {
    const port = await freePort();

    const verdict = await hosts.verdict(mutualPlan(port), { insists: true });

    expect(verdict?.ok).toBe(false);
    expect(rulesOf(verdict)).toEqual(["error not-listening"]);
  });

  test("a folder stands for a machine: whoever has its name elsewhere is not called", async () => {
    const { filesOnly } = await hosts.verify(withHop(443, { address: "server.example" }));

    expect([...(filesOnly?.values() ?? [])]).toEqual(["a folder stands for the machine server"]);
  });

  test("a server that was not restarted is told from its files, with the activation's command", async () => {
    const port = await hosts.listen();
    const renewed = serverCertificate(365);
    hosts.writeKeystore(renewed);

    const verdict = await hosts.verdict(mutualPlan(port));

    expect(verdict?.ok).toBe(false);
    expect(rulesOf(verdict)).toEqual(["error served-differs"]);
    expect(verdict?.reason).toContain(`serves CN=localhost (SHA-256 ${parseCertificate(server.der).sha256}`);
    expect(verdict?.reason).toContain(`its files hold SHA-256 ${parseCertificate(renewed.der).sha256}`);
    expect(verdict?.findings[0]?.remedy).toBe(
      "activate The product on server: run `systemctl restart 'the product'`; then verify again",
    );
    expect(verdict?.serves).toBe(parseCertificate(server.der).sha256);
  });

  test("a server that presents a certificate its client does not trust fails by the client's rules", async () => {
    const other = makeCertificate({ now, subject: "localhost", names: ["DNS:localhost"] });
    const port = await hosts.listen({ ...pemOf(other) });

    const verdict = await hosts.verdict(mutualPlan(port));

    expect(rulesOf(verdict)).toContain("error issuer-not-trusted");
    expect(rulesOf(verdict)).toContain("error served-differs");
    expect(verdict?.refusedBy).toBe("client");
  });

  test("a server that trusts another authority does not get the certificate of a Java client", async () => {
    const other = makeAuthority(now, "Other Root");
    const port = await hosts.listen({ ca: toPem(other.der, "CERTIFICATE") });

    const verdict = await hosts.verdict(mutualPlan(port));

    expect(rulesOf(verdict)[0]).toBe("error client-certificate-not-sent");
    expect(verdict?.reason).toContain("asks for certificates of CN=Other Root");
  });

  test.each([
    [
      "lets everybody in",
      { requestCert: false },
      "a call without a certificate is answered: HTTP/1.1 200 OK",
    ],
    [
      "does not look at certificates",
      { requestCert: true, rejectUnauthorized: false },
      "a call without a certificate is answered: HTTP/1.1 200 OK",
    ],
  ])("a server that %s is red, whatever its files say", async (_what, options, said) => {
    const port = await hosts.listen(options);

    const verdict = await hosts.verdict(mutualPlan(port));

    expect(verdict?.ok).toBe(false);
    expect(rulesOf(verdict)).toContain("error accepts-anyone");
    expect(verdict?.reason).toBe(
      `localhost:${port} requires a client certificate by its declaration, and ${said}`,
    );
  });

  test("a server that goes by names alone is found out by a certificate in the client's name", async () => {
    const verdict = await hosts.verdict(mutualPlan(await namesOnly()));

    expect(rulesOf(verdict)).toEqual(["error accepts-anyone"]);
    expect(verdict?.reason).toContain("a call with a stranger's certificate in the name of CN=Partner Seven");
  });

  test("a product that turns everybody away alike is a warning: nobody can tell", async () => {
    const port = await hosts.listen({ requestCert: false }, "HTTP/1.1 401 Unauthorized\r\n\r\n");

    const verdict = await hosts.verdict(mutualPlan(port));

    expect(verdict?.ok).toBe(true);
    expect(rulesOf(verdict)).toContain("warning accepts-anyone");
  });

  test("a server that stalls is red in time", async () => {
    const listener = createServer(() => undefined);
    await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
    const { port } = listener.address() as { port: number };
    const began = performance.now();

    const verdict = await hosts.verdict(mutualPlan(port), { timeoutMs: 300 });

    expect(performance.now() - began).toBeLessThan(4_000);
    expect(rulesOf(verdict)).toEqual(["error stalled"]);
    listener.close();
  });

  test("plain HTTP on the port is named", async () => {
    const listener = createServer((socket) => {
      socket.on("error", () => socket.destroy());
      socket.once("data", () => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    });
    await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
    const { port } = listener.address() as { port: number };

    expect(rulesOf(await hosts.verdict(mutualPlan(port)))).toEqual(["error plain-http"]);
    listener.close();
  });

  test("somebody else's server is proven by a call, and not tried with strangers", async () => {
    const port = await hosts.listen({ requestCert: false });
    const declared = mutualPlan(port);
    const outside = {
      ...declared,
      hosts: [
        ...declared.hosts.filter(({ id }) => id !== "server"),
        { id: "server", kind: "outside", platform: "posix" } as const,
      ],
      endpoints: declared.endpoints.map(({ clientAnchors: _anchors, identityId: _identity, ...one }) => ({
        ...one,
        identity: { kind: "outside" } as const,
      })),
    };

    const verdict = await hosts.verdict(outside);

    expect(verdict).toMatchObject({ ok: true, reason: "trusted through CN=Example Root", findings: [] });
  });
});

/** A server that lets in whoever bears the client's name. */
async function namesOnly(): Promise<number> {
  const listener = tls.createServer({
    ...pemOf(server),
    ca: [root, intermediate].map(({ der }) => toPem(der, "CERTIFICATE")),
    requestCert: true,
    rejectUnauthorized: false,
  });
  listener.on("secureConnection", (socket) => {
    socket.on("error", () => socket.destroy());
    const isKnown = socket.getPeerCertificate().subject?.CN === "Partner Seven";
    socket.once("data", () =>
      socket.end(isKnown ? "HTTP/1.1 200 OK\r\n\r\n" : "HTTP/1.1 403 Forbidden\r\n\r\n"),
    );
  });
  listener.unref();
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  return (listener.address() as { port: number }).port;
}
