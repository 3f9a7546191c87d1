import { execFile, spawnSync } from "node:child_process";
import { createServer } from "node:https";
import { promisify } from "node:util";
import { connect } from "node:tls";
import forge from "node-forge";
import type { KeyAlgorithm } from "../../lib/model";
import {
  generateKey,
  issueCertificate,
  parseCertificate,
  parseName,
  toPem,
  type IssueCertificateOptions,
} from "../../lib/pki";
import { SHORT_LIVED_KEYTOOL } from "../support/javaProgram";
import { describeWith, tool } from "../support/tools";
import { askJava, trustQuestion } from "./support/javaJudge";
import { countedBytes, makeIdentity, withDirectory, type Identity } from "./support/material";

const algorithms: KeyAlgorithm[] = ["rsa-2048", "rsa-3072", "rsa-4096", "ec-p256", "ec-p384", "ed25519"];
/** Long RSA keys take seconds to generate. */
const quickAlgorithms: KeyAlgorithm[] = ["rsa-2048", "ec-p256", "ec-p384", "ed25519"];
const localNames = [
  { kind: "dns", value: "localhost" },
  { kind: "ip", value: "127.0.0.1" },
  { kind: "ip", value: "::1" },
] as const;

describe("issueCertificate", () => {
  test.each(["rsa-2048", "ed25519"] as const)("the same options give the same bytes with %s", (algorithm) => {
    // GIVEN
    const key = generateKey(algorithm);
    const issue = (seed: string): Buffer =>
      issueCertificate({
        ...minimal(key),
        names: localNames,
        extendedKeyUsages: ["serverAuth", "clientAuth"],
        randomBytes: countedBytes(seed),
      });
    // THEN
    expect(issue("a")).toEqual(issue("a"));
    expect(issue("a")).not.toEqual(issue("b"));
  });

  test("a certificate says what was asked for, and no more", () => {
    // GIVEN
    const key = generateKey("ec-p256");
    // WHEN
    const certificate = parseCertificate(issueCertificate(minimal(key)));
    // THEN
    expect(certificate).toMatchObject({
      version: 3,
      notBefore: new Date("2026-03-04T05:06:07Z"),
      notAfter: new Date("2026-03-14T05:06:07Z"),
      keyAlgorithm: "EC P-256",
      signatureAlgorithm: "ecdsa-with-SHA256",
      subjectAltNames: [],
      basicConstraints: undefined,
      keyUsage: undefined,
      extendedKeyUsages: undefined,
      authorityKeyId: undefined,
      isSelfSigned: true,
    });
    expect(certificate.subject.toString()).toBe("CN=api.example");
    expect(certificate.publicKey.equals(key.publicKey)).toBe(true);
  });

  test("usages follow the role and the key", () => {
    const root = makeIdentity("Root", { authority: { pathLength: 1 } });
    const middle = makeIdentity("Middle", { authority: {}, issuer: root });
    const rsa = makeIdentity("rsa.example", { issuer: middle, keyAlgorithm: "rsa-2048" });
    const ec = makeIdentity("ec.example", { issuer: middle });

    expect(root.certificate.basicConstraints).toEqual({ ca: true, pathLength: 1 });
    expect(middle.certificate.basicConstraints).toEqual({ ca: true });
    expect(middle.certificate.keyUsage).toEqual(["keyCertSign", "cRLSign"]);
    expect(rsa.certificate.keyUsage).toEqual(["digitalSignature", "keyEncipherment"]);
    expect(ec.certificate.keyUsage).toEqual(["digitalSignature"]);
    expect(ec.certificate.basicConstraints).toBeUndefined();
    expect(ec.certificate.authorityKeyId).toEqual({ keyId: middle.certificate.subjectKeyId });
    expect(ec.certificate.isSignedBy(middle.certificate)).toBe(true);
    expect(ec.certificate.isSignedBy(root.certificate)).toBe(false);
  });

  test("alternative names are critical where there is no subject", () => {
    const key = generateKey("ed25519");
    const root = makeIdentity("Root", { authority: {} });
    const names = [{ kind: "dns", value: "a.example" }] as const;
    const issue = (subject: IssueCertificateOptions["subject"]): boolean | undefined =>
      parseCertificate(issueCertificate({ ...minimal(key), subject, names, issuer: root })).extensions.find(
        ({ oid }) => oid === "2.5.29.17",
      )?.critical;
    expect(issue(parseName(Buffer.from("3000", "hex")))).toBe(true);
    expect(issue({ commonName: "a.example" })).toBe(false);
  });

  test("serial numbers are positive and 16 octets long, whatever randomness gives", () => {
    for (const octet of [0x00, 0x7f, 0x80, 0xff]) {
      const certificate = parseCertificate(
        issueCertificate({
          ...minimal(generateKey("ed25519")),
          randomBytes: (length) => Buffer.alloc(length, octet),
        }),
      );
      expect(certificate.serialNumber).toMatch(/^[4-7][0-9a-f]{31}$/);
    }
  });

  test("fractions of a second are cut off, and years from 2050 on are kept", () => {
    const certificate = parseCertificate(
      issueCertificate({
        ...minimal(generateKey("ed25519")),
        notBefore: new Date("2049-12-31T23:59:59.999Z"),
        validityDays: 1,
      }),
    );
    expect(certificate.notBefore).toEqual(new Date("2049-12-31T23:59:59Z"));
    expect(certificate.notAfter).toEqual(new Date("2050-01-01T23:59:59Z"));
  });

  test("refuses issuers that nobody would accept", () => {
    const root = makeIdentity("Root", { authority: { pathLength: 0 } });
    const leaf = makeIdentity("leaf.example", { issuer: root });
    const issuer = (of: Identity, key: Identity = of): Partial<IssueCertificateOptions> => ({
      issuer: { certificate: of.certificate, pkcs8: key.pkcs8 },
    });
    const issue = (options: Partial<IssueCertificateOptions>) => (): Buffer =>
      issueCertificate({ ...minimal(generateKey("ed25519")), ...options });

    expect(issue(issuer(leaf))).toThrow("CN=leaf.example is not a certificate authority");
    expect(issue(issuer(root, leaf))).toThrow("does not belong to the issuer's certificate CN=Root");
    expect(issue({ ...issuer(root), authority: {} })).toThrow("CN=Root has path length 0");
    expect(issue({ issuer: { pkcs8: leaf.pkcs8 } })).toThrow("needs the private key of its own key");
  });

  test.each([
    ["an empty common name", { subject: { commonName: "" } }, "the commonName is empty"],
    ["a country in full", { subject: { commonName: "a", country: "Germany" } }, '"Germany" is not a code'],
    [
      "an address that is none",
      { names: [{ kind: "ip", value: "10.0.0" }] },
      '"10.0.0" is not an IP address',
    ],
    ["a host name with a space", { names: [{ kind: "dns", value: "a b" }] }, '"a b" cannot be a dns name'],
    [
      "a URL for a host name",
      { names: [{ kind: "dns", value: "https://a:8443" }] },
      "leave out scheme, port",
    ],
    ["no date", { notBefore: new Date(Number.NaN) }, "years 1950 to 9999"],
    ["an endless validity", { validityDays: 4_000_000 }, "years 1950 to 9999"],
  ] as [string, Partial<IssueCertificateOptions>, string][])("refuses %s", (_, options, message) => {
    expect(() => issueCertificate({ ...minimal(generateKey("ed25519")), ...options })).toThrow(message);
  });
});

describeWith(["openssl", "keytool"], "certificates we issue, before foreign readers", () => {
  test.each(algorithms)("a self-signed server certificate with %s", async (keyAlgorithm) => {
    const { certificate } = makeIdentity("localhost", {
      keyAlgorithm,
      names: localNames,
      extendedKeyUsages: ["serverAuth", "clientAuth"],
      subject: {
        commonName: "localhost",
        organizationalUnit: "Überwachung",
        organization: "A, B",
        country: "DE",
      },
    });
    await withDirectory((write) => {
      const pem = write("self.pem", toPem(certificate.der, "CERTIFICATE"));
      for (const extra of [[], ["-x509_strict"], ["-purpose", "sslserver"], ["-purpose", "sslclient"]]) {
        expect(openssl("verify", "-check_ss_sig", ...extra, "-CAfile", pem, pem)).toContain("self.pem: OK");
      }
      const printed = keytool("-printcert", "-file", pem);
      expect(printed).toContain(`Owner: ${certificate.subject.toString()}\n`);
      expect(printed).toContain(`Serial number: ${certificate.serialNumber}\n`);
      expect(printed).toContain(`SHA1: ${certificate.sha1}\n`);
      expect(printed).toContain(`SHA256: ${certificate.sha256}\n`);
      expect(printed).toContain("DNSName: localhost");
    });
  });

  test("a chain with path lengths and name constraints, judged by OpenSSL", async () => {
    const root = makeIdentity("Root", { authority: {}, keyAlgorithm: "rsa-2048" });
    const middle = makeIdentity("Middle", {
      authority: {
        pathLength: 0,
        nameConstraints: {
          permitted: [
            { kind: "dns", value: "example.com" },
            { kind: "ip", value: "10.0.0.0/8" },
            { kind: "ip", value: "2001:db8::/32" },
          ],
          excluded: [{ kind: "dns", value: "secret.example.com" }],
        },
      },
      issuer: root,
    });
    const names = [
      { kind: "dns", value: "a.example.com" },
      { kind: "ip", value: "10.1.2.3" },
      { kind: "ip", value: "2001:db8::7" },
    ] as const;
    const good = makeIdentity("Good", { issuer: middle, names });
    const outside = makeIdentity("Outside", { issuer: middle, names: [{ kind: "ip", value: "11.1.2.3" }] });
    const excluded = makeIdentity("Excluded", {
      issuer: middle,
      names: [{ kind: "dns", value: "a.secret.example.com" }],
    });
    await withDirectory((write) => {
      const verify = (leaf: Identity): string =>
        openssl(
          "verify",
          "-x509_strict",
          "-CAfile",
          write("root.pem", toPem(root.certificate.der, "CERTIFICATE")),
          "-untrusted",
          write("middle.pem", toPem(middle.certificate.der, "CERTIFICATE")),
          write("leaf.pem", toPem(leaf.certificate.der, "CERTIFICATE")),
        );
      expect(verify(good)).toContain("leaf.pem: OK");
      expect(verify(outside)).toContain("permitted subtree violation");
      expect(verify(excluded)).toContain("excluded subtree violation");
    });
  });

  test("node-forge, a second opinion on RSA", () => {
    const root = makeIdentity("Root", { authority: {}, keyAlgorithm: "rsa-2048" });
    const leaf = makeIdentity("a.example", { issuer: root, keyAlgorithm: "rsa-2048", names: localNames });
    const [issuer, subject] = [root, leaf].map(({ certificate }) =>
      forge.pki.certificateFromPem(toPem(certificate.der, "CERTIFICATE")),
    );
    expect(subject !== undefined && issuer?.verify(subject)).toBe(true);
    expect(subject?.serialNumber).toBe(leaf.certificate.serialNumber);
  });
});

describe.each(["java", "java25"] as const)(
  "certificates we issue, before the trust manager of %s",
  (java) => {
    describeWith(java, "JSSE", () => {
      test("accepts self-signed certificates and chains, and holds authorities to their limits", () => {
        // GIVEN
        const names = [{ kind: "dns", value: "a.example.com" }] as const;
        const permitted = [{ kind: "dns", value: "example.com" }] as const;
        const both = { names, extendedKeyUsages: ["serverAuth", "clientAuth"] };
        const root = makeIdentity("Root", { authority: {}, keyAlgorithm: "rsa-2048" });
        const middle = makeIdentity("Middle", {
          authority: { pathLength: 0, nameConstraints: { permitted, excluded: [] } },
          issuer: root,
        });
        const leaf = makeIdentity("a.example.com", { ...both, issuer: middle });
        const serverOnly = makeIdentity("a.example.com", {
          names,
          extendedKeyUsages: ["serverAuth"],
          issuer: root,
        });
        const outside = makeIdentity("Outside", {
          issuer: middle,
          names: [{ kind: "dns", value: "a.example.org" }],
        });
        const self = quickAlgorithms.map((keyAlgorithm) =>
          makeIdentity("a.example.com", { ...both, keyAlgorithm }),
        );
        const ask = (role: "server" | "client", anchor: Identity, ...chain: Identity[]): string =>
          trustQuestion(
            role,
            anchor.certificate.der,
            chain.map(({ certificate }) => certificate.der),
          );
        // WHEN
        const answers = askJava(java, [
          ...self.flatMap((identity) => [
            ask("server", identity, identity),
            ask("client", identity, identity),
          ]),
          ask("server", root, leaf, middle),
          ask("client", root, leaf, middle),
          ask("server", root, serverOnly),
          ask("client", root, serverOnly),
          ask("server", root, outside, middle),
        ]);
        // THEN
        expect(answers.slice(0, -2)).toEqual(Array.from({ length: 2 * self.length + 3 }, () => "ok"));
        expect(answers.at(-2)).toContain("Extended key usage does not permit use for TLS client");
        expect(answers.at(-1)).toContain("name constraints");
      });
    });
  },
);

describeWith("curl", "a self-signed server certificate is its own anchor", () => {
  test.each(quickAlgorithms)("for Node and curl, with %s", async (algorithm) => {
    // GIVEN
    const { certificate, pkcs8 } = makeIdentity("localhost", {
      keyAlgorithm: algorithm,
      names: localNames,
      extendedKeyUsages: ["serverAuth"],
    });
    const pem = toPem(certificate.der, "CERTIFICATE");
    const server = createServer({ cert: pem, key: toPem(pkcs8, "PRIVATE KEY") }, (_, response) =>
      response.end("yes"),
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    try {
      // WHEN
      const node = await new Promise<boolean>((resolve, reject) => {
        const socket = connect({ port, host: "127.0.0.1", servername: "localhost", ca: pem }, () => {
          resolve(socket.authorized);
          socket.destroy();
        }).on("error", reject);
      });
      const curl = await withDirectory((write) =>
        promisify(execFile)(tool("curl"), [
          "-sS",
          "--cacert",
          write("ca.pem", pem),
          `https://127.0.0.1:${port}/`,
        ]),
      );
      // THEN
      expect(node).toBe(true);
      expect(curl.stdout).toBe("yes");
    } finally {
      server.close();
    }
  });
});

function minimal(key: ReturnType<typeof generateKey>): IssueCertificateOptions {
  return {
    subject: { commonName: "api.example" },
    publicKey: key.publicKey,
    issuer: { pkcs8: key.pkcs8 },
    notBefore: new Date("2026-03-04T05:06:07.891Z"),
    validityDays: 10,
    randomBytes: countedBytes(),
  };
}

function openssl(...options: string[]): string {
  const { stdout, stderr } = spawnSync(tool("openssl"), options, { encoding: "utf8" });
  return stdout + stderr;
}

function keytool(...options: string[]): string {
  const { stdout, stderr } = spawnSync(
    tool("keytool"),
    [...SHORT_LIVED_KEYTOOL, "-J-Dfile.encoding=UTF-8", "-J-Dstdout.encoding=UTF-8", ...options],
    {
      encoding: "utf8",
      env: { ...process.env, LC_ALL: "C.UTF-8" },
    },
  );
  return stdout + stderr;
}
