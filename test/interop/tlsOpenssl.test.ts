import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tls from "node:tls";
import { proveHop, type HopMaterial } from "../../lib/hop";
import { toPem } from "../../lib/pki";
import { hop, identityOf, makeWorld, now } from "../hop/materials";
import { makeAuthority, makeCertificate } from "../support/certificateMaker";
import { describeWith, tool } from "../support/tools";

const { root, intermediate, server, client } = makeWorld();
const other = makeWorld();
const anchors = [root.der];
const runtime = "openssl" as const;
const plain = { identity: identityOf(server), runtime };
const mutual = { ...plain, clientAuthentication: "require", clientAnchors: anchors } as const;
const own = makeCertificate({ now, subject: "server.example", names: ["DNS:server.example"] });
const expired = makeCertificate({
  now,
  subject: "server.example",
  names: ["DNS:server.example"],
  issuer: root,
  fromDays: -9,
  toDays: -2,
});
const forClients = makeCertificate({
  now,
  subject: "server.example",
  names: ["DNS:server.example"],
  issuer: root,
  extendedKeyUsage: ["clientAuth"],
});
const byPlain = makeCertificate({
  now,
  subject: "server.example",
  names: ["DNS:server.example"],
  issuer: makeCertificate({ now, subject: "No Authority", issuer: root, authority: false }),
});
const serverOnly = makeCertificate({ now, subject: "c", issuer: root, extendedKeyUsage: ["serverAuth"] });
const oldClient = makeCertificate({ now, subject: "c", issuer: root, fromDays: -9, toDays: -2 });
const constrained = makeAuthority(now, "Constrained", { issuer: root, permittedDns: ["internal"] });
const outside = makeCertificate({ now, subject: "x", names: ["DNS:server.example"], issuer: constrained });

/** Title, hop, and what the rules and both judges are expected to say. */
const cases: readonly (readonly [string, HopMaterial, boolean])[] = [
  ["root trusted", hop({ server: plain, client: { anchors, runtime } }), true],
  [
    "intermediate missing",
    hop({ server: { ...plain, identity: identityOf(server, [server.der]) }, client: { anchors, runtime } }),
    false,
  ],
  ["stranger trusted", hop({ server: plain, client: { anchors: [other.root.der], runtime } }), false],
  [
    "root and intermediate trusted, leaf sent",
    hop({
      server: { ...plain, identity: identityOf(server, [server.der]) },
      client: { anchors: [root.der, intermediate.der], runtime },
    }),
    true,
  ],
  [
    "self-signed and trusted",
    hop({ server: { ...plain, identity: identityOf(own) }, client: { anchors: [own.der], runtime } }),
    true,
  ],
  [
    "self-signed and unknown",
    hop({ server: { ...plain, identity: identityOf(own) }, client: { anchors, runtime } }),
    false,
  ],
  [
    "expired",
    hop({ server: { ...plain, identity: identityOf(expired) }, client: { anchors, runtime } }),
    false,
  ],
  [
    "for clients only",
    hop({ server: { ...plain, identity: identityOf(forClients) }, client: { anchors, runtime } }),
    false,
  ],
  [
    "issued by no authority",
    hop({ server: { ...plain, identity: identityOf(byPlain) }, client: { anchors, runtime } }),
    false,
  ],
  [
    "name outside the constraints",
    hop({ server: { ...plain, identity: identityOf(outside) }, client: { anchors, runtime } }),
    false,
  ],
  ["another name", hop({ address: "other.example", server: plain, client: { anchors, runtime } }), false],
  [
    "client certificate bound",
    hop({ server: mutual, client: { anchors, runtime, identity: identityOf(client) } }),
    true,
  ],
  ["client certificate missing", hop({ server: mutual, client: { anchors, runtime } }), false],
  [
    "client certificate without its intermediate",
    hop({ server: mutual, client: { anchors, runtime, identity: identityOf(client, [client.der]) } }),
    false,
  ],
  [
    "client certificate of a stranger",
    hop({ server: mutual, client: { anchors, runtime, identity: identityOf(other.client) } }),
    false,
  ],
  [
    "client certificate for servers only",
    hop({ server: mutual, client: { anchors, runtime, identity: identityOf(serverOnly) } }),
    false,
  ],
  [
    "client certificate expired",
    hop({ server: mutual, client: { anchors, runtime, identity: identityOf(oldClient) } }),
    false,
  ],
];

let directory = "";

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "cdktf-trust-"));
});

afterAll(() => rmSync(directory, { recursive: true }));

function pem(chain: readonly Uint8Array[]): string {
  return chain.map((der) => toPem(der, "CERTIFICATE")).join("");
}

function file(name: string, content: string): string {
  const path = join(directory, name);
  writeFileSync(path, content, { mode: 0o600 });
  return path;
}

/** Serves one hop on loopback and answers a request, as long as the action runs. */
async function serving<T>({ server: side }: HopMaterial, action: (port: number) => Promise<T>): Promise<T> {
  if (side.clientAnchors === "public-roots") throw new Error("tests name their anchors");
  const listener = tls.createServer(
    {
      cert: pem(side.identity.chain),
      key: toPem(side.identity.pkcs8 ?? new Uint8Array(), "PRIVATE KEY"),
      ...(side.clientAuthentication === "none"
        ? {}
        : { requestCert: true, rejectUnauthorized: true, ca: pem(side.clientAnchors) }),
    },
    (socket) => {
      socket.on("error", () => socket.destroy());
      socket.once("data", () => socket.end("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"));
    },
  );
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  try {
    return await action((listener.address() as AddressInfo).port);
  } finally {
    await new Promise((resolve) => listener.close(resolve));
  }
}

async function run(command: string, parameters: readonly string[], input = ""): Promise<string | undefined> {
  return await new Promise((resolve) => {
    const child = execFile(command, parameters, { timeout: 20_000 }, (error, stdout) =>
      resolve(error === null ? stdout : undefined),
    );
    child.stdin?.end(input);
  });
}

function trusted({ client: side }: HopMaterial): string {
  if (side.anchors === "public-roots") throw new Error("tests name their anchors");
  return file("anchors.pem", pem(side.anchors));
}

describeWith("curl", "rules of OpenSSL against curl", () => {
  test.each(cases)("%s", async (_title, material, expected) => {
    const { client: side, address } = material;
    const identity =
      side.identity === undefined
        ? []
        : [
            "--cert",
            file("client.pem", pem(side.identity.chain)),
            "--key",
            file("client.key", toPem(side.identity.pkcs8 ?? new Uint8Array(), "PRIVATE KEY")),
          ];

    const answer = await serving(material, async (port) =>
      run(
        tool("curl"),
        [
          ["--silent", "--show-error", "--max-time", "15", "--noproxy", "*", "--http1.1", "--include"],
          ["--cacert", trusted(material), "--resolve", `${address}:${port}:127.0.0.1`, ...identity],
          [`https://${address}:${port}/`],
        ].flat(),
      ),
    );
    const verdict = await proveHop(material);

    expect([verdict.ok, answer?.includes("204") === true]).toEqual([expected, expected]);
  });
});

describeWith("openssl", "rules of OpenSSL against openssl s_client", () => {
  test.each(cases)("%s", async (_title, material, expected) => {
    const { client: side, address } = material;
    const identity =
      side.identity === undefined
        ? []
        : [
            "-cert",
            file("client.pem", pem(side.identity.chain.slice(0, 1))),
            "-key",
            file("client.key", toPem(side.identity.pkcs8 ?? new Uint8Array(), "PRIVATE KEY")),
            ...(side.identity.chain.length > 1
              ? ["-cert_chain", file("chain.pem", pem(side.identity.chain.slice(1)))]
              : []),
          ];

    const answer = await serving(material, async (port) =>
      run(
        tool("openssl"),
        [
          ["s_client", "-connect", `127.0.0.1:${port}`, "-servername", address, "-quiet"],
          ["-CAfile", trusted(material), "-no-CApath", "-no-CAstore"],
          ["-verify_return_error", "-verify_hostname", address, ...identity],
        ].flat(),
        "GET / HTTP/1.0\r\n\r\n",
      ),
    );
    const verdict = await proveHop(material);

    expect([verdict.ok, answer?.includes("204") === true]).toEqual([expected, expected]);
  });
});
