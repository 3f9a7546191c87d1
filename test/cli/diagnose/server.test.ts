import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server } from "node:net";
import * as tls from "node:tls";

import { createStore, setEntry, writeStore } from "../../../lib/keystore";
import { parseCertificate, toPem } from "../../../lib/pki";
import { makeWorld, now, withoutRoot } from "../../hop/materials";
import { makeCertificate, type MadeIdentity } from "../../support/certificateMaker";
import { describeWith } from "../../support/tools";
import { CliSandbox } from "../cliRun";
import { serveWithOpenssl } from "./served";

const { root, server } = makeWorld();
const stranger = makeCertificate({ now, subject: "Another Root" });
const sandbox = new CliSandbox({ WORD: "client secret" }, now);

const listeners: Server[] = [];
afterEach(async () => {
  await Promise.all(listeners.splice(0).map((each) => new Promise((resolve) => each.close(resolve))));
});
afterAll(() => sandbox.remove());

function pem(chain: readonly Buffer[]): string {
  return chain.map((der) => toPem(der, "CERTIFICATE")).join("");
}

function truststore(name: string, certificate: Buffer): string[] {
  const store = setEntry(createStore("modern"), { kind: "anchor", alias: "root", createdMs: 5, certificate });
  writeFileSync(sandbox.path(name), writeStore(store, "client secret"));
  return ["--truststore", name, "--truststore-password", "env:WORD"];
}

const trusting = truststore("trust.p12", root.der);
const strange = truststore("strange.p12", stranger.der);

async function start(serving: Server): Promise<string> {
  listeners.push(serving);
  serving.listen(0, "127.0.0.1");
  await once(serving, "listening");
  return `127.0.0.1:${(serving.address() as AddressInfo).port}`;
}

async function serve(made: MadeIdentity, options: tls.TlsOptions = {}): Promise<string> {
  const cert = pem(withoutRoot(made));
  const serving = tls.createServer({ cert, key: toPem(made.pkcs8, "PRIVATE KEY"), ...options });
  serving.on("secureConnection", (socket) => socket.on("error", () => socket.destroy()));
  return await start(serving);
}

async function diagnose(...words: string[]) {
  const { exitCode, stdout } = await sandbox.run("diagnose", ...words, "--json");
  const result = JSON.parse(stdout);
  const rules = result.findings.map(({ level, rule }: Record<string, string>) => `${level} ${rule}`);
  return { exitCode, result, rules };
}

describe("diagnose HOST:PORT", () => {
  test("has nothing to say about a server in order", async () => {
    const address = await serve(server);

    const { exitCode, result } = await diagnose(address, "--servername", "server.example", ...trusting);

    expect(exitCode).toBe(0);
    expect(result).toMatchObject({
      address,
      servername: "server.example",
      protocol: "TLSv1.3",
      plainHttp: false,
      asksForCertificate: false,
      authorities: [],
      trusted: true,
      trustedThrough: "CN=Example Root",
      findings: [],
    });
    expect(result.chain.map(({ sha256 }: { sha256: string }) => sha256)).toEqual(
      withoutRoot(server).map((der) => parseCertificate(der).sha256),
    );
  });

  test("tells the same to people", async () => {
    const address = await serve(server, { requestCert: true, ca: pem([root.der]) });
    const leaf = parseCertificate(server.der);

    const { exitCode, stdout } = await sandbox.run("diagnose", address, ...trusting);

    expect(exitCode).toBe(1);
    const lines = stdout.split("\n");
    expect(lines[0]).toBe(`${address} speaks TLSv1.3, TLSv1.2`);
    expect(lines[1]).toBe(
      `  presents  CN=server.example, ${leaf.keyAlgorithm}, until ${leaf.notAfter.toISOString().slice(0, 10)}, issued by CN=Example Issuing, SHA-256 ${leaf.sha256}`,
    );
    expect(lines).toContain("  names     server.example, 10.1.2.3");
    expect(lines).toContain("  trusted   through CN=Example Root");
    expect(lines).toContain("  asks for  a client certificate of CN=Example Root; it refuses who has none");
    expect(stdout).toMatch(
      /^warning no-client-certificate: .* was presented: tlsv13 alert certificate required \(ERR_\w+\); bind an identity/m,
    );
    expect(stdout).toMatch(
      /^FAILS at the client: name-not-covered: .*"No subject alternative names matching IP address 127/m,
    );
  });

  test.each<[string, MadeIdentity, string[], string[]]>([
    ["is not trusted", server, strange, ["error missing-intermediate"]],
    [
      "has expired",
      makeCertificate({ now, subject: "a", names: ["DNS:server.example"], issuer: root, toDays: -1 }),
      trusting,
      ["error expired"],
    ],
    [
      "ends soon",
      makeCertificate({ now, subject: "a", names: ["DNS:server.example"], issuer: root, toDays: 9 }),
      trusting,
      ["warning expiring"],
    ],
    [
      "is for clients",
      makeCertificate({
        now,
        subject: "a",
        names: ["DNS:server.example"],
        issuer: root,
        extendedKeyUsage: ["clientAuth"],
      }),
      trusting,
      ["error usage-not-allowed"],
    ],
    [
      "has another name, and its issuer is not known",
      makeCertificate({ now, subject: "a", names: ["DNS:other.example"], issuer: root }),
      [],
      ["error name-not-covered", "warning chain-incomplete"],
    ],
    [
      "has a weak key",
      makeCertificate({ now, subject: "a", names: ["DNS:server.example"], issuer: root, key: "rsa-1024" }),
      trusting,
      ["warning weak-key"],
    ],
  ])("a server whose certificate %s", async (_title, made, trust, expected) => {
    const address = await serve(made, made === server ? {} : { ciphers: "DEFAULT:@SECLEVEL=0" });

    const { exitCode, rules } = await diagnose(address, "--servername", "server.example", ...trust);

    expect(rules).toEqual(expected);
    expect(exitCode).toBe(1);
  });

  test("a name that would steer the terminal is shown", async () => {
    const subject = "evil\u001b[2J\u202egood";
    const address = await serve(makeCertificate({ now, subject }));

    const { stdout } = await sandbox.run("diagnose", address);

    expect(stdout).not.toContain("\u001b");
    expect(stdout).not.toContain("\u202e");
    expect(stdout).toContain("evil\\u{1b}[2J\\u{202e}good");
  });

  test("plain HTTP, and a port where nothing listens", async () => {
    const http = await start(
      createServer((socket) => {
        socket.on("error", () => socket.destroy());
        socket.once("data", () => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
      }),
    );
    const plain = await diagnose(http);
    const closed = await start(createServer());
    await new Promise((resolve) => listeners.pop()?.close(resolve));

    expect(plain).toMatchObject({ exitCode: 1, rules: ["error plain-http"], result: { plainHttp: true } });
    expect((await sandbox.run("diagnose", http)).stdout).toContain(`${http} speaks plain HTTP\n`);
    expect(await diagnose(closed)).toMatchObject({ exitCode: 1, rules: ["error not-listening"] });
    expect((await sandbox.run("diagnose", closed)).stdout).toContain(`${closed} was not reached\n`);
  });

  test.each(["server.example", "server.example:0", "server.example:65536", "https://a:1", "::1:443", ":443"])(
    "%s is no address",
    async (address) => {
      const { exitCode, stderr } = await sandbox.run("diagnose", address);

      expect(exitCode).toBe(2);
      expect(stderr).toContain("is no server; write HOST:PORT");
    },
  );

  test("a truststore that does not open keeps it from its work", async () => {
    const { exitCode, stderr } = await sandbox.run("diagnose", "127.0.0.1:1", "--truststore", "trust.p12");

    expect(exitCode).toBe(2);
    expect(stderr).toContain("trust.p12");
  });
});

describeWith(["openssl"], "diagnose, of OpenSSL's own server", () => {
  let child: ChildProcess | undefined;
  afterEach(() => child?.kill());

  async function start(...options: string[]): Promise<string> {
    writeFileSync(sandbox.path("chain.pem"), pem(withoutRoot(server)));
    writeFileSync(sandbox.path("key.pem"), toPem(server.pkcs8, "PRIVATE KEY"));
    writeFileSync(sandbox.path("root.pem"), pem([root.der]));
    const port = await new Promise<number>((resolve) => {
      const free = createServer().listen(0, "127.0.0.1", () => {
        const { port } = free.address() as AddressInfo;
        free.close(() => resolve(port));
      });
    });
    child = await serveWithOpenssl(sandbox, port, "-CAfile", "root.pem", ...options);
    return `127.0.0.1:${port}`;
  }

  test.each(["-tls1_2", "-tls1_3"])(
    "sees whom it asks for, and that it lets nobody else in, over %s",
    async (version) => {
      const address = await start(version, "-Verify", "3", "-verify_return_error");

      const { exitCode, result, rules } = await diagnose(
        address,
        "--servername",
        "server.example",
        ...trusting,
      );

      expect(result).toMatchObject({
        protocol: version === "-tls1_2" ? "TLSv1.2" : "TLSv1.3",
        trusted: true,
        asksForCertificate: true,
        authorities: ["CN=Example Root"],
      });
      expect(rules).toEqual(["warning no-client-certificate"]);
      expect(exitCode).toBe(1);
    },
  );
});
