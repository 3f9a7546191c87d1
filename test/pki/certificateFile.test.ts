import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { certificatesFromFile, certificatesFromPem, PkiError, readPem, toPem } from "../../lib/pki";
import { SHORT_LIVED_KEYTOOL } from "../support/javaProgram";
import { describeWith, tool } from "../support/tools";
import { makeIdentity, withDirectory } from "./support/material";

const root = makeIdentity("Root", { authority: {} });
const leaf = makeIdentity("a.example", { issuer: root });
const bundle = [leaf, root].map(({ certificate }) => toPem(certificate.der, "CERTIFICATE")).join("");

function subjects(bytes: Uint8Array): string[] {
  return certificatesFromFile(bytes).map(({ subject }) => subject.toString());
}

describe("certificatesFromFile", () => {
  test.each([
    ["a PEM bundle", Buffer.from(bundle), 2],
    ["a bundle with Windows line ends", Buffer.from(bundle.replaceAll("\n", "\r\n")), 2],
    [
      "a bundle with a byte order mark and text around",
      Buffer.from(`\uFEFFsubject=Ä\n${bundle}\nissuer=x`),
      2,
    ],
    ["a bundle without line ends within", Buffer.from(bundle.replace(/(?<=[^-])\n(?=[^-])/g, "")), 2],
    [
      "certificate, key and chain",
      Buffer.from(
        bundle.replace("-----END CERTIFICATE-----\n", (end) => end + toPem(leaf.pkcs8, "PRIVATE KEY")),
      ),
      2,
    ],
    ["DER", Buffer.from(leaf.certificate.der), 1],
  ])("reads %s", (_, bytes, count) => {
    expect(subjects(bytes)).toEqual(["CN=a.example", "CN=Root"].slice(0, count));
  });

  test.each([
    ["plain text", Buffer.from("hello"), "malformed-content", "neither PEM nor DER"],
    ["nothing", Buffer.alloc(0), "malformed-content", "neither PEM nor DER"],
    ["a key alone", Buffer.from(toPem(leaf.pkcs8, "PRIVATE KEY")), "no-certificate", "holds no certificate"],
    [
      "a request in the bundle",
      Buffer.from(bundle + toPem(leaf.certificate.der, "CERTIFICATE REQUEST")),
      "malformed-content",
      'PEM block 3: a certificate was expected, found "CERTIFICATE REQUEST"',
    ],
    [
      "a bundle that is cut",
      Buffer.from(bundle.slice(0, -30)),
      "malformed-content",
      "its END line is missing",
    ],
    [
      "a block that ends as another",
      Buffer.from(bundle.replace("-----END CERTIFICATE", "-----END KEY")),
      "malformed-content",
      'ends as "KEY"',
    ],
    [
      "a block without base64",
      Buffer.from("-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----"),
      "malformed-content",
      "does not hold base64",
    ],
    [
      "a block that is no certificate",
      Buffer.from(toPem(Buffer.from("3000", "hex"), "CERTIFICATE")),
      "malformed-asn1",
      "PEM block 1: read certificate",
    ],
    [
      "bytes after a certificate",
      Buffer.concat([leaf.certificate.der, Buffer.from([0])]),
      "malformed-asn1",
      "1 bytes after the end",
    ],
    ["a private key in DER", leaf.pkcs8, "malformed-asn1", "read certificate"],
  ])("refuses %s", (_, bytes, code, message) => {
    expect(() => certificatesFromFile(bytes)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    );
  });

  test("mutated files give certificates or a typed error", () => {
    const bytes = Buffer.from(bundle);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), fc.nat(bytes.length), (at, octet, end) => {
        const mutated = Buffer.from(bytes.subarray(0, Math.max(end, at + 1)));
        mutated[at] = octet;
        try {
          expect(certificatesFromFile(mutated).length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(PkiError);
        }
      }),
      { numRuns: process.env.SLOW === "1" ? 50_000 : 500 },
    );
  });

  test("a file of nothing but markers is refused", () => {
    const hostile = "-----BEGIN CERTIFICATE-----\nx:\n".repeat(20_000);
    expect(() => certificatesFromPem(hostile)).toThrow(PkiError);
  });
});

test("toPem is read back, whatever it holds", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), (bytes) => {
      const [block, ...more] = readPem(toPem(bytes, "X"));
      expect(more).toEqual([]);
      expect(block).toMatchObject({ label: "X", der: Buffer.from(bytes) });
    }),
  );
});

describeWith(["openssl", "keytool"], "certificate files by others", () => {
  test("PKCS#7 and trusted certificates by OpenSSL", async () => {
    await withDirectory((write) => {
      const pem = write("bundle.pem", bundle);
      const openssl = (...options: string[]): Buffer => spawnSync(tool("openssl"), options).stdout;
      const names = ["CN=a.example", "CN=Root"];
      expect(subjects(openssl("crl2pkcs7", "-nocrl", "-certfile", pem)).sort()).toEqual(names.sort());
      expect(subjects(openssl("crl2pkcs7", "-nocrl", "-certfile", pem, "-outform", "DER")).sort()).toEqual(
        names.sort(),
      );
      expect(subjects(openssl("x509", "-in", pem, "-trustout", "-addtrust", "serverAuth"))).toEqual([
        "CN=a.example",
      ]);
      expect(() => subjects(openssl("crl2pkcs7", "-nocrl"))).toThrow("holds no certificate");
    });
  });

  test("what keytool exports is ours byte for byte, but for line ends", async () => {
    await withDirectory((write, directory) => {
      const options = ["-keystore", `${directory}/s.p12`, "-storepass", "changeit", "-alias", "a"];
      const keytool = (...more: string[]): Buffer =>
        spawnSync(tool("keytool"), [...SHORT_LIVED_KEYTOOL, ...more, ...options]).stdout;
      keytool(
        "-importcert",
        "-noprompt",
        "-file",
        write("a.pem", bundle.slice(0, bundle.indexOf("-----BEGIN", 1))),
      );
      const exported = keytool("-exportcert", "-rfc");
      expect(subjects(exported)).toEqual(["CN=a.example"]);
      expect(subjects(keytool("-exportcert"))).toEqual(["CN=a.example"]);
      expect(exported.toString().replaceAll("\r\n", "\n")).toBe(toPem(leaf.certificate.der, "CERTIFICATE"));
    });
  });
});
