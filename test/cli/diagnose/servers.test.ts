import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server } from "node:net";
import * as tls from "node:tls";

import { toPem } from "../../../lib/pki";
import { makeWorld, now, withoutRoot } from "../../hop/materials";
import { makeAuthority, makeCertificate, type MadeIdentity } from "../../support/certificateMaker";
import { describeWith, slowly, tool } from "../../support/tools";
import { CliSandbox } from "../cliRun";
import { PASSWORD, saveStore, serveWithOpenssl } from "./served";

const { root, server, client } = makeWorld();
const sandbox = new CliSandbox({ WORD: PASSWORD }, now);
afterAll(() => sandbox.remove());

const pem = (...certificates: readonly Buffer[]) =>
  certificates.map((der) => toPem(der, "CERTIFICATE")).join("");
writeFileSync(sandbox.path("chain.pem"), pem(...withoutRoot(server)));
writeFileSync(sandbox.path("key.pem"), toPem(server.pkcs8, "PRIVATE KEY"));
writeFileSync(sandbox.path("root.pem"), pem(root.der));
saveStore(sandbox, "client.p12", { shop: client });
const strange = makeCertificate({ now, subject: "strange", issuer: makeAuthority(now, "Partner Root") });
saveStore(sandbox, "several.p12", { aaa: strange, shop: client });
const keys = (store: string) => ["--keystore", store, "--keystore-password", "env:WORD"];
const named = ["--servername", "server.example"];

const listeners: Server[] = [];
const children: ChildProcess[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) child.kill();
  await Promise.all(listeners.splice(0).map((each) => new Promise((resolve) => each.close(resolve))));
});

async function start(serving: Server): Promise<string> {
  listeners.push(serving);
  serving.listen(0, "127.0.0.1");
  await once(serving, "listening");
  return `127.0.0.1:${(serving.address() as AddressInfo).port}`;
}

async function serve(made: MadeIdentity, options: tls.TlsOptions = {}): Promise<string> {
  const serving = tls.createServer({
    cert: pem(...withoutRoot(made)),
    key: toPem(made.pkcs8, "PRIVATE KEY"),
    ...options,
  });
  serving.on("secureConnection", (socket) => socket.on("error", () => socket.destroy()));
  return await start(serving);
}

async function freePort(): Promise<number> {
  const free = createServer().listen(0, "127.0.0.1");
  await once(free, "listening");
  const { port } = free.address() as AddressInfo;
  await new Promise((resolve) => free.close(resolve));
  return port;
}

async function diagnose(...words: readonly string[]) {
  const { exitCode, stdout, stderr } = await sandbox.run("diagnose", ...words, "--json");
  if (exitCode === 2) throw new Error(stderr);
  const found = JSON.parse(stdout);
  const rules = found.findings.map(({ level, rule }: Record<string, string>) => `${level} ${rule}`);
  return { exitCode, found, rules };
}

describe("diagnose, of servers of several kinds", () => {
  test("one that is not there: nothing is sent to it", async () => {
    const { stdout } = await sandbox.run("diagnose", "127.0.0.1:1", ...keys("client.p12"));

    expect(stdout).toMatch(/^127\.0\.0\.1:1 was not reached\nFAILS: not-listening: /);
  });

  test("one that takes the connection and stalls", async () => {
    const address = await start(
      createServer((socket) => socket.resume().on("error", () => socket.destroy())),
    );

    const { exitCode, rules } = await diagnose(address, "--timeout", "300ms");

    expect(rules).toEqual(["error stalled"]);
    expect(exitCode).toBe(1);
  });

  test("TLS 1.2 alone, which an old and a new Java speak", async () => {
    const { found } = await diagnose(await serve(server, { maxVersion: "TLSv1.2" }), ...named);

    expect(found).toMatchObject({ protocol: "TLSv1.2", protocols: ["TLSv1.2"] });
  });

  test("TLS 1.3 alone, which a Java of before 8u261 does not speak", async () => {
    const address = await serve(server, { minVersion: "TLSv1.3", requestCert: true, ca: pem(root.der) });

    const { found } = await diagnose(address, ...named, ...keys("client.p12"), "--java", "8u202");

    expect(found.verdict).toMatchObject({ ok: false });
    expect(found.verdict.findings.map(({ rule }: { rule: string }) => rule)).toContain("no-shared-protocol");
  });

  test("several names on one port", async () => {
    const other = makeCertificate({ now, subject: "other", names: ["DNS:other.example"], issuer: root });
    const context = tls.createSecureContext({ cert: pem(other.der), key: toPem(other.pkcs8, "PRIVATE KEY") });
    const address = await serve(server, {
      SNICallback: (name, done) => done(null, name === "other.example" ? context : undefined),
    });

    const { found } = await diagnose(address, ...named, "--servername", "other.example");

    expect(found.chain[0].subject).toBe("CN=server.example");
    expect(found.otherNames).toMatchObject([{ servername: "other.example" }]);
    expect(found.otherNames[0].chain[0].subject).toBe("CN=other");
  });

  slowly("old against new: a server and a file", async () => {
    const renewed = makeCertificate({
      now,
      subject: "server.example",
      names: ["DNS:server.example"],
      issuer: root,
      toDays: 700,
    });
    const [before, after] = [await serve(server), await serve(renewed)];

    const servers = await diagnose(after, ...named, "--against", before);
    const file = await diagnose(before, ...named, "--against", "chain.pem");

    const store = await sandbox.run("diagnose", before, "--against", "client.p12");
    expect(store).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("client.p12 is a store (pkcs12)"),
    });
    const nobody = await sandbox.run("diagnose", before, "--against", "127.0.0.1:1");
    expect(nobody.stderr).toContain(
      "127.0.0.1:1 presents no certificate: connect ECONNREFUSED 127.0.0.1:1; name a server that runs, or a file with its certificates",
    );
    const differing = servers.found.comparison.differences.map(({ what }: { what: string }) => what);
    expect(differing).toEqual(["certificate", "key", "names", "ends", "issuer", "chain"]);
    expect(file.found.comparison).toEqual({ against: "chain.pem", differences: [] });
  });

  test.each([
    [["--timeout", "5"], "is no time up to ten minutes; write 500ms, 5s or 2m"],
    [["--path", "orders"], "is no path; write /orders"],
    [["--alias", "a"], "--keystore is missing"],
    [["--keystore", "client.p12"], "--keystore-password is missing"],
    [[...keys("client.p12"), "--alias", "x"], 'has no private key under "x"; it has them under "shop"'],
    [["--with-paths"], "give --bundle FILE"],
    [["--servername", "https://a/"], '"https://a/" is no name'],
    [
      ["--truststore", "client.p12"],
      "client.p12: the store does not open without a password; give --truststore-password",
    ],
  ])("%s is the caller's mistake", async (words, expected) => {
    const { exitCode, stderr } = await sandbox.run("diagnose", "127.0.0.1:1", ...words);

    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(expected)]);
  });
});

describeWith(["openssl"], "diagnose, of OpenSSL's server", () => {
  async function start(...options: readonly string[]) {
    const port = await freePort();
    const child = await serveWithOpenssl(sandbox, port, ...options);
    children.push(child);
    return { address: `127.0.0.1:${port}`, child };
  }

  test.each(["-tls1_2", "-tls1_3"])("whose list of authorities is empty, over %s", async (version) => {
    const { address } = await start(version, "-verify", "3");

    const { found } = await diagnose(address, ...named, ...keys("several.p12"));

    expect(found).toMatchObject({ authorities: [], asksForCertificate: true });
    expect(found.presented.alias).toBe("aaa");
  });

  test("that begins another handshake in TLS 1.2 without being asked for anything", async () => {
    const { address, child } = await start("-tls1_2", "-CAfile", "root.pem");
    child.stdout.on("data", (chunk: Buffer) => {
      // R: renegotiate, and ask for a client certificate.
      if (chunk.includes("Secure Renegotiation")) child.stdin.write("R\n");
    });

    const { found, rules } = await diagnose(address, ...named);

    expect(rules).toContain("warning asked-after-handshake");
    expect(found.asksAfterHandshake).toBe("TLSv1.2");
  });
});

describeWith(["nginx"], "diagnose, of nginx", () => {
  test.each([
    ["on", "HTTP/1.1 400 Bad Request"],
    ["optional", "HTTP/1.1 200 OK"],
  ])("which is told ssl_verify_client %s: the request shows what it does", async (verify, answer) => {
    const port = await freePort();
    writeFileSync(
      sandbox.path("nginx.conf"),
      `daemon off; pid nginx.pid; error_log stderr; events {} http { access_log off;
       client_body_temp_path t; proxy_temp_path t; fastcgi_temp_path t; uwsgi_temp_path t; scgi_temp_path t;
       server { listen 127.0.0.1:${port} ssl; ssl_certificate chain.pem; ssl_certificate_key key.pem;
       ssl_client_certificate root.pem; ssl_verify_client ${verify}; ssl_verify_depth 3; return 200; } }`,
    );
    children.push(
      spawn(tool("nginx"), ["-p", sandbox.directory, "-c", "nginx.conf"], {
        cwd: sandbox.directory,
        stdio: "ignore",
      }),
    );
    await listening(port);

    const without = await diagnose(`127.0.0.1:${port}`, ...named, "--path", "/");
    const presented = await diagnose(`127.0.0.1:${port}`, ...named, "--path", "/", ...keys("several.p12"));

    expect(without.found).toMatchObject({
      authorities: ["CN=Example Root"],
      clientAuthentication: "request",
    });
    expect(without.found.answers[without.found.protocol]).toBe(answer);
    expect(presented.found.presented).toMatchObject({
      alias: "shop",
      answer: { outcome: "goes-on", text: "HTTP/1.1 200 OK" },
    });
  });
});

async function listening(port: number): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    const isThere = await new Promise<boolean>((resolve) => {
      const socket = tls.connect({ host: "127.0.0.1", port, rejectUnauthorized: false });
      socket.once("error", () => resolve(false));
      socket.once("secureConnect", () => resolve(true));
      socket.once("close", () => resolve(false));
    });
    if (isThere) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`nothing listens on ${port}`);
}
