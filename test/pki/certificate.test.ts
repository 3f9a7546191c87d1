import { spawnSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { rootCertificates } from "node:tls";
import fc from "fast-check";
import {
  certificatesFromPem,
  parseCertificate,
  PkiError,
  readPem,
  summarise,
  toPem,
  type Certificate,
} from "../../lib/pki";
import { contextTag, encodeElement, encodeSequence, readAsn1, readSequence, Tag } from "../../lib/pki/asn1";
import { encodeExtension } from "../../lib/pki/extension";
import { SHORT_LIVED_KEYTOOL } from "../support/javaProgram";
import { describeWith, tool } from "../support/tools";
import { makeIdentity, withDirectory } from "./support/material";

const roots = rootCertificates.flatMap((pem) => certificatesFromPem(pem));

const rich = makeIdentity("Rich", {
  authority: {
    pathLength: 3,
    nameConstraints: {
      permitted: [{ kind: "ip", value: "10.0.0.0/8" }],
      excluded: [{ kind: "uri", value: ".x.example" }],
    },
  },
  extendedKeyUsages: ["serverAuth", "1.2.3.4"],
  names: [
    { kind: "dns", value: "a.example" },
    { kind: "ip", value: "2001:db8::1" },
    { kind: "email", value: "a@b.example" },
    { kind: "uri", value: "urn:x" },
  ],
}).certificate;

describe("parseCertificate", () => {
  test("agrees with OpenSSL about the world's roots", () => {
    expect(roots.length).toBeGreaterThan(100);
    for (const root of roots) {
      const reference = new X509Certificate(root.der);
      expect(summarise(root)).toMatchObject({
        serialNumber: reference.serialNumber.toLowerCase().replace(/^0+(?=.)/, ""),
        sha1: reference.fingerprint,
        sha256: reference.fingerprint256,
      });
      expect(root.notBefore).toEqual(new Date(reference.validFrom));
      expect(root.notAfter).toEqual(new Date(reference.validTo));
      expect(root.basicConstraints?.ca ?? false).toBe(reference.ca);
      expect(root.publicKey.equals(reference.publicKey)).toBe(true);
      expect(root.isSelfSigned).toBe(reference.verify(reference.publicKey));
      const { modulusLength, namedCurve } = reference.publicKey.asymmetricKeyDetails ?? {};
      const curves: Record<string, string> = { prime256v1: "P-256", secp384r1: "P-384" };
      expect(root.keyAlgorithm).toBe(
        modulusLength === undefined ? `EC ${curves[namedCurve ?? ""]}` : `RSA ${modulusLength}`,
      );
    }
  });

  test("reads every extension it knows", () => {
    expect(rich).toMatchObject({
      version: 3,
      basicConstraints: { ca: true, pathLength: 3 },
      keyUsage: ["keyCertSign", "cRLSign"],
      extendedKeyUsages: ["serverAuth", "1.2.3.4"],
      nameConstraints: {
        permitted: [{ kind: "ip", value: "10.0.0.0/8" }],
        excluded: [{ kind: "uri", value: ".x.example" }],
      },
      criticalUnknownExtensions: [],
    });
    expect(rich.subjectAltNames.map(({ value }) => value)).toEqual([
      "a.example",
      "2001:db8::1",
      "a@b.example",
      "urn:x",
    ]);
    expect(rich.subjectKeyId).toMatch(/^[0-9a-f]{40}$/);
  });

  test.each([
    ["nothing", Buffer.alloc(0), "cut short"],
    ["a number", Buffer.from("020101", "hex"), "the certificate should have tag 0x30"],
    ["an empty sequence", Buffer.from("3000", "hex"), "the signature is missing"],
    ["bytes after the end", Buffer.concat([rich.der, Buffer.from([0])]), "1 bytes after the end"],
    ["half a certificate", rich.der.subarray(0, 200), "claims"],
  ])("refuses %s", (_, der, message) => {
    expect(() => parseCertificate(der)).toThrow(
      expect.objectContaining({ code: "malformed-asn1", message: expect.stringContaining(message) }),
    );
  });

  test("a broken extension fails only when asked for", () => {
    // GIVEN the alternative name a.example, now longer than the list that holds it
    const der = Buffer.from(rich.der);
    der[der.indexOf("a.example") - 1] = 0x7f;
    const broken = parseCertificate(der);
    // THEN
    expect(broken.subject.toString()).toBe("CN=Rich");
    expect(broken.keyUsage).toEqual(["keyCertSign", "cRLSign"]);
    expect(() => broken.subjectAltNames).toThrow(/^alternative names of CN=Rich: not valid ASN.1/);
  });

  test("a hundred thousand extensions and a serial number of a megabyte cost no time", () => {
    // GIVEN the body of a real certificate with both exchanged
    const [body, algorithm, signature] = readSequence(readAsn1(rich.der), "certificate");
    const [version, , ...rest] = readSequence(body, "body").slice(0, -1);
    const list = Array.from({ length: 100_000 }, (_, index) =>
      encodeExtension(`1.2.3.${index}`, Buffer.alloc(0)),
    );
    const hostile = encodeSequence(
      encodeSequence(
        version?.encoded ?? Buffer.alloc(0),
        encodeElement(Tag.integer, Buffer.alloc(1 << 20, 0x55)),
        ...rest.map(({ encoded }) => encoded),
        encodeElement(contextTag(3, true), encodeElement(Tag.sequence, Buffer.concat(list))),
      ),
      algorithm?.encoded ?? Buffer.alloc(0),
      signature?.encoded ?? Buffer.alloc(0),
    );
    // WHEN
    const certificate = parseCertificate(hostile);
    // THEN
    expect(certificate.extensions.length).toBe(100_000);
  });

  test("mutated certificates are read or give a typed error, whatever is asked of them", () => {
    const seeds = [
      rich,
      makeIdentity("leaf.example", { keyAlgorithm: "ed25519" }).certificate,
      ...roots.slice(0, 3),
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...seeds),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 3 }),
        (seed, changes) => {
          const der = Buffer.from(seed.der);
          for (const [at, octet] of changes) der[at % der.length] = octet;
          for (const ask of questions) {
            try {
              ask(parseCertificate(der));
            } catch (error) {
              expect(error).toBeInstanceOf(PkiError);
            }
          }
        },
      ),
      { numRuns: process.env.SLOW === "1" ? 100_000 : 500 },
    );
  });
});

describeWith(["openssl", "keytool"], "certificates by others", () => {
  test("keytool prints the world's roots as we do", async () => {
    const printed = await withDirectory((write) =>
      run("keytool", "-printcert", "-file", write("roots.pem", rootCertificates.join("\n"))),
    );
    const ours = roots.flatMap((root) => [
      `Owner: ${root.subject.toString()}`,
      `Issuer: ${root.issuer.toString()}`,
      `Serial number: ${root.serialNumber}`,
    ]);
    expect(printed.split("\n").filter((line) => /^(Owner|Issuer|Serial number): /.test(line))).toEqual(ours);
    expect(printed.match(/(?<=SHA256: ).*/g)).toEqual(roots.map(({ sha256 }) => sha256));
  });

  test.each([
    [
      "RSASSA-PSS",
      ["-newkey", "rsa-pss", "-pkeyopt", "rsa_keygen_bits:2048"],
      "RSASSA-PSS 2048",
      "rsassaPss",
    ],
    [
      "P-521",
      ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-521", "-sha512"],
      "EC P-521",
      "ecdsa-with-SHA512",
    ],
    [
      "secp256k1",
      ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:secp256k1"],
      "EC secp256k1",
      "ecdsa-with-SHA256",
    ],
    [
      "explicit curve parameters",
      ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-pkeyopt", "ec_param_enc:explicit"],
      "EC with explicit parameters",
      "ecdsa-with-SHA256",
    ],
    ["Ed448", ["-newkey", "ed448"], "Ed448", "ED448"],
    ["RSA 1024 and MD5", ["-newkey", "rsa:1024", "-md5"], "RSA 1024", "md5WithRSAEncryption"],
  ])("reads %s", async (_, options, keyAlgorithm, signatureAlgorithm) => {
    const certificate = await makeWithOpenssl(["-subj", "/CN=x", ...options]);
    expect(certificate).toMatchObject({ keyAlgorithm, signatureAlgorithm, isSelfSigned: true });
  });

  test("reads what is out of the ordinary", async () => {
    const certificate = await makeWithOpenssl([
      "-newkey",
      "ed25519",
      "-subj",
      "/C=DE/O=Ünïcode/CN=first/CN=last",
      "-utf8",
      "-set_serial",
      "-31",
      "-addext",
      "nsCertType=server,objCA",
      "-addext",
      "1.2.3.4=critical,DER:0500",
      "-addext",
      "keyUsage=encipherOnly,decipherOnly,nonRepudiation",
      "-addext",
      "extendedKeyUsage=anyExtendedKeyUsage,msSGC,1.3.6.1.5.5.7.3.17",
      "-addext",
      "nameConstraints=permitted;dirName:x,excluded;IP:10.0.0.0/255.0.255.0,permitted;email:.example.com",
      "-addext",
      "subjectAltName=otherName:1.2.3;UTF8:x,RID:1.2.3,DNS:kept.example",
    ]);
    expect(certificate).toMatchObject({
      serialNumber: "-1f",
      netscapeCertificateType: ["sslServer", "objectSigningCA"],
      criticalUnknownExtensions: ["1.2.3.4"],
      keyUsage: ["nonRepudiation", "encipherOnly", "decipherOnly"],
      extendedKeyUsages: ["anyExtendedKeyUsage", "msSGC", "1.3.6.1.5.5.7.3.17"],
      subjectAltNames: [{ kind: "dns", value: "kept.example" }],
      nameConstraints: {
        permitted: [
          { kind: "directory", value: "CN=Below" },
          { kind: "email", value: ".example.com" },
        ],
        excluded: [{ kind: "ip", value: "10.0.0.0/255.0.255.0" }],
      },
    });
    expect(certificate.subject.toString()).toBe("CN=last, CN=first, O=Ünïcode, C=DE");
    expect(certificate.subject.commonName).toBe("last");
  });

  test("reads a version 1 certificate, and authority key ids with a serial number", async () => {
    await withDirectory((write, directory) => {
      const key = write("key.pem", toPem(makeIdentity("x").pkcs8, "PRIVATE KEY"));
      const ca = write(
        "ca.pem",
        run("openssl", "req", "-x509", "-key", key, "-subj", "/CN=ca", "-set_serial", "0x2a"),
      );
      const request = write("request.pem", run("openssl", "req", "-new", "-key", key, "-subj", "/CN=leaf"));
      const extensions = write("extensions", "authorityKeyIdentifier=keyid:always,issuer:always\n");
      const sign = [
        "x509",
        "-req",
        "-in",
        request,
        "-CA",
        ca,
        "-CAkey",
        key,
        "-CAserial",
        `${directory}/serial`,
        "-CAcreateserial",
      ];
      const [plain] = certificatesFromPem(blockOf(run("openssl", ...sign)));
      const [withSerial] = certificatesFromPem(blockOf(run("openssl", ...sign, "-extfile", extensions)));

      expect(plain).toMatchObject({ version: 1, extensions: [], subjectAltNames: [], isSelfIssued: false });
      expect(withSerial?.authorityKeyId).toEqual({
        keyId: expect.stringMatching(/^[0-9a-f]{40}$/),
        serialNumber: "2a",
      });
    });
  });
});

const questions: ((certificate: Certificate) => unknown)[] = [
  summarise,
  (certificate) => certificate.publicKey,
  (certificate) => certificate.basicConstraints,
  (certificate) => certificate.keyUsage,
  (certificate) => certificate.extendedKeyUsages,
  (certificate) => certificate.subjectKeyId,
  (certificate) => certificate.authorityKeyId,
  (certificate) => certificate.nameConstraints,
  (certificate) => certificate.criticalUnknownExtensions,
  (certificate) => certificate.isSelfSigned,
  (certificate) => certificate.subject.canonical + certificate.subject.toRfc2253(),
];

async function makeWithOpenssl(options: readonly string[]): Promise<Certificate> {
  return withDirectory((write, directory) => {
    const config = write("openssl.cnf", "[req]\ndistinguished_name=dn\n[dn]\n[x]\nCN=Below\n");
    const output = run(
      "openssl",
      "req",
      "-x509",
      "-nodes",
      "-config",
      config,
      "-keyout",
      `${directory}/key.pem`,
      ...options,
    );
    const [certificate] = certificatesFromPem(blockOf(output));
    if (certificate === undefined) throw new Error(output);
    return certificate;
  });
}

/** OpenSSL's remarks on stderr stand around what it made. */
function blockOf(output: string): string {
  return readPem(output).find(({ label }) => label === "CERTIFICATE")?.text ?? output;
}

function run(name: "openssl" | "keytool", ...options: string[]): string {
  const utf8 = [...SHORT_LIVED_KEYTOOL, "-J-Dfile.encoding=UTF-8", "-J-Dstdout.encoding=UTF-8"];
  const { stdout, stderr } = spawnSync(tool(name), name === "keytool" ? [...utf8, ...options] : options, {
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C.UTF-8" },
  });
  return stdout + stderr;
}
