import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import * as https from "node:https";
import type { AddressInfo } from "node:net";
import { isIP } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { domainToASCII } from "node:url";
import { concurrently } from "../../lib/hop";
import { matchesName, type NameRules } from "../../lib/hop/clientNames";
import { parseCertificate, toPem } from "../../lib/pki";
import { now } from "../hop/materials";
import { makeAuthority, makeCertificate, type MadeCertificateOptions } from "../support/certificateMaker";
import { describeWith, slowly, tool } from "../support/tools";

const root = makeAuthority(now, "Example Root");

/** What certificates say of their names. */
const certificates: readonly Pick<MadeCertificateOptions, "subject" | "names">[] = [
  { subject: "other", names: ["DNS:server.example.com"] },
  { subject: "server.example.com" },
  { subject: "server.example.com", names: ["DNS:other.example.com"] },
  { subject: "server.example.com", names: ["IP:10.1.2.3"] },
  { subject: "server.example.com", names: ["email:a@b.example"] },
  { subject: "server.example.com", names: ["URI:https://server.example.com/"] },
  {
    subject: [
      ["CN", "other"],
      ["CN", "server.example.com"],
    ],
  },
  {
    subject: [
      ["CN", "server.example.com"],
      ["CN", "other"],
    ],
  },
  { subject: "10.1.2.3" },
  { subject: "10.1.2.3", names: ["DNS:10.1.2.3"] },
  { subject: "x", names: ["DNS:10.1.2.3"] },
  { subject: "x", names: ["DNS:*.example.com"] },
  { subject: "*.example.com" },
  { subject: "x", names: ["DNS:*.com"] },
  { subject: "x", names: ["DNS:*"] },
  { subject: "x", names: ["DNS:*.1.2.3"] },
  { subject: "x", names: ["DNS:ser*.example.com"] },
  { subject: "x", names: ["DNS:*ver.example.com"] },
  { subject: "x", names: ["DNS:server.*.com"] },
  { subject: "x", names: ["DNS:server.example.com."] },
  { subject: "x", names: ["DNS:SERVER.Example.com"] },
  { subject: "x", names: ["DNS:xn--bcher-kva.example.com"] },
  { subject: "bücher.example.com" },
  { subject: "x", names: ["DNS:xn--strae-oqa.example.com", "DNS:strasse.example.org"] },
  { subject: "x", names: ["DNS:a_b.example.com", "DNS:-a.example.com"] },
  { subject: "x", names: ["DNS:xn--*.example.com"] },
];

const addresses = [
  "server.example.com",
  "server.example.com.",
  "SERVER.example.com",
  "a.server.example.com",
  "example.com",
  "10.1.2.3",
  "bücher.example.com",
  "straße.example.com",
  "straße.example.org",
  "a_b.example.com",
  "-a.example.com",
];

const made = certificates.map((names) => makeCertificate({ now, issuer: root, ...names }));
const all = made.flatMap((certificate) => addresses.map((address) => ({ certificate, address })));
/** In every run those about which clients differ, and some of the others. */
const pairs = all.filter(({ certificate, address }, at) => {
  const answers = (["openssl", "node", "curl"] as const).map(
    (rules) => matchesName(parseCertificate(certificate.der), address, rules).matches,
  );
  return process.env["SLOW"] === "1" || new Set(answers).size > 1 || at % 29 === 0;
});
const servers: https.Server[] = [];
let ports: number[] = [];
let directory = "";

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "cdktf-trust-"));
  writeFileSync(join(directory, "root.pem"), toPem(root.der, "CERTIFICATE"));
  ports = await Promise.all(
    made.map(async ({ der, pkcs8 }) => {
      const server = https.createServer(
        { cert: toPem(der, "CERTIFICATE"), key: toPem(pkcs8, "PRIVATE KEY") },
        (_request, response) => response.writeHead(204).end(),
      );
      servers.push(server);
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      return (server.address() as AddressInfo).port;
    }),
  );
});

afterAll(async () => {
  await Promise.all(servers.map(async (server) => await new Promise((done) => server.close(done))));
  rmSync(directory, { recursive: true });
});

const urls = (): string[] =>
  pairs.map(({ certificate, address }) => `https://${address}:${ports[made.indexOf(certificate)]}/`);

interface Run {
  readonly stdin?: string;
  readonly variables?: Readonly<Record<string, string>>;
}

async function run(program: string, words: readonly string[], { stdin = "", variables = {} }: Run = {}) {
  return await new Promise<{ readonly ok: boolean; readonly stdout: string }>((resolve) => {
    const options = { env: { ...process.env, ...variables }, maxBuffer: 1 << 28 };
    const child = execFile(program, words, options, (error, stdout) =>
      resolve({ ok: error === null, stdout }),
    );
    child.stdin?.on("error", () => undefined).end(stdin);
  });
}

/** Pairs on which the rules and the client differ. */
function differences(rules: NameRules, accepted: readonly boolean[]) {
  return pairs.flatMap(({ certificate, address }, at) => {
    const { subject, subjectAltNames } = parseCertificate(certificate.der);
    const { matches } = matchesName(parseCertificate(certificate.der), address, rules);
    return matches === accepted[at]
      ? []
      : [
          {
            address,
            subject: subject.toString(),
            names: subjectAltNames.map(({ value }) => value),
            ours: matches,
          },
        ];
  });
}

const toLoopback = join(__dirname, "clients/toLoopback.cjs");

describe("rules of clients for names, against the clients", () => {
  test("Node", async () => {
    const { stdout } = await run(
      process.execPath,
      ["--require", toLoopback, join(__dirname, "clients/callAll.cjs")],
      { stdin: JSON.stringify({ urls: urls(), ca: toPem(root.der, "CERTIFICATE") }) },
    );

    const accepted = JSON.parse(stdout) as boolean[];
    expect(differences("node", accepted)).toEqual([]);
    expect(accepted.filter(Boolean).length).toBeGreaterThan(3);
  });

  test("Newman", async () => {
    const { stdout } = await run(
      process.execPath,
      ["--require", toLoopback, join(__dirname, "clients/newmanAll.cjs")],
      { stdin: JSON.stringify({ urls: urls(), anchorsPath: join(directory, "root.pem") }) },
    );

    expect(differences("node", JSON.parse(stdout) as boolean[])).toEqual([]);
  });
});

describeWith("curl", "rules of curl for names, against curl", () => {
  test("curl", async () => {
    const calls = urls().map((url) =>
      [
        `url = "${url}"`,
        `connect-to = "::127.0.0.1:${new URL(url).port}"`,
        `cacert = "${join(directory, "root.pem")}"`,
        'noproxy = "*"',
        'output = "/dev/null"',
        "max-time = 10",
        'write-out = "%{exitcode} "',
      ].join("\n"),
    );
    const { stdout } = await run(tool("curl"), ["--silent", "--disable", "--config", "-"], {
      stdin: calls.join("\nnext\n"),
      // curl reads a name in the characters of its locale.
      variables: { LC_ALL: "C.UTF-8" },
    });
    const accepted = stdout
      .trim()
      .split(" ")
      .map((code) => code === "0");

    expect(differences("curl", accepted)).toEqual([]);
    expect(accepted.filter(Boolean).length).toBeGreaterThan(3);
  });
});

describeWith("openssl", "rules of OpenSSL for names, against openssl verify", () => {
  slowly(
    "openssl",
    async () => {
      made.forEach(({ der }, at) => writeFileSync(join(directory, `${at}.pem`), toPem(der, "CERTIFICATE")));
      const accepted = await concurrently(pairs, 6, async ({ certificate, address }) => {
        const name =
          isIP(address) === 0 ? ["-verify_hostname", domainToASCII(address)] : ["-verify_ip", address];
        const trusting = ["-CAfile", join(directory, "root.pem"), "-no-CApath", "-no-CAstore"];
        const file = join(directory, `${made.indexOf(certificate)}.pem`);
        return (await run(tool("openssl"), ["verify", ...trusting, ...name, file])).ok;
      });

      expect(differences("openssl", accepted)).toEqual([]);
    },
    300_000,
  );
});
