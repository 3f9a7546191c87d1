import { spawnSync } from "node:child_process";
import fc from "fast-check";
import forge from "node-forge";
import type { KeyAlgorithm } from "../../lib/model";
import {
  createCertificateRequest,
  generateKey,
  issueCertificate,
  parseCertificate,
  parseCertificateRequest,
  PkiError,
  readPem,
  toPem,
} from "../../lib/pki";
import { describeWith, tool } from "../support/tools";
import { countedBytes, makeIdentity, withDirectory } from "./support/material";

const names = [
  { kind: "dns", value: "api.example" },
  { kind: "ip", value: "10.1.2.3" },
  { kind: "email", value: "ops@example.com" },
  { kind: "uri", value: "https://api.example/x" },
] as const;
const subject = { commonName: "api.example", organization: "Example", country: "DE" };

describe("certificate requests", () => {
  test.each(["rsa-2048", "ec-p256", "ec-p384", "ed25519"] as KeyAlgorithm[])(
    "what was written is read, with %s",
    (algorithm) => {
      const { pkcs8, publicKey } = generateKey(algorithm);
      const request = parseCertificateRequest(
        createCertificateRequest({ subject, names, extendedKeyUsages: ["serverAuth"], pkcs8 }),
      );
      expect(request).toMatchObject({
        subjectAltNames: names,
        extendedKeyUsages: ["serverAuth"],
        keyUsage: algorithm.startsWith("rsa")
          ? ["digitalSignature", "keyEncipherment"]
          : ["digitalSignature"],
        isSignatureValid: true,
      });
      expect(request.subject.toString()).toBe("CN=api.example, O=Example, C=DE");
      expect(request.publicKey.equals(publicKey)).toBe(true);
    },
  );

  test("an authority answers one", () => {
    // GIVEN
    const root = makeIdentity("Root", { authority: {} });
    const { pkcs8 } = generateKey("rsa-2048");
    const request = parseCertificateRequest(createCertificateRequest({ subject, names, pkcs8 }));
    // WHEN
    const certificate = parseCertificate(
      issueCertificate({
        subject: request.subject,
        names: request.subjectAltNames,
        publicKey: request.publicKey,
        issuer: root,
        notBefore: new Date("2026-01-01T00:00:00Z"),
        validityDays: 90,
        randomBytes: countedBytes(),
      }),
    );
    // THEN
    expect(certificate.subject.equals(request.subject)).toBe(true);
    expect(certificate.subjectAltNames).toEqual(names);
    expect(certificate.isSignedBy(root.certificate)).toBe(true);
  });

  test("a request that was tampered with does not pass", () => {
    const { pkcs8 } = generateKey("ed25519");
    const der = createCertificateRequest({ subject, pkcs8 });
    der[der.indexOf("api.example")] = "b".charCodeAt(0);
    expect(parseCertificateRequest(der)).toMatchObject({ isSignatureValid: false });
  });

  test("mutated requests are read or give a typed error", () => {
    const der = createCertificateRequest({
      subject,
      names,
      extendedKeyUsages: ["clientAuth"],
      pkcs8: generateKey("ec-p256").pkcs8,
    });
    fc.assert(
      fc.property(fc.nat(der.length - 1), fc.nat(255), (at, octet) => {
        const mutated = Buffer.from(der);
        mutated[at] = octet;
        try {
          expect(parseCertificateRequest(mutated).der).toBe(mutated);
        } catch (error) {
          expect(error).toBeInstanceOf(PkiError);
        }
      }),
      { numRuns: process.env.SLOW === "1" ? 100_000 : 1000 },
    );
  });
});

describeWith(["openssl", "keytool"], "certificate requests before foreign readers", () => {
  test.each(["rsa-2048", "ec-p384", "ed25519"] as KeyAlgorithm[])(
    "OpenSSL and keytool read ours with %s",
    async (algorithm) => {
      const der = createCertificateRequest({
        subject,
        names,
        extendedKeyUsages: ["serverAuth"],
        pkcs8: generateKey(algorithm).pkcs8,
      });
      await withDirectory((write) => {
        const path = write("request.pem", toPem(der, "CERTIFICATE REQUEST"));
        const openssl = run("openssl", "req", "-in", path, "-noout", "-verify", "-text");
        expect(openssl).toContain("verify OK");
        expect(openssl).toContain(
          "DNS:api.example, IP Address:10.1.2.3, email:ops@example.com, URI:https://api.example/x",
        );
        expect(run("keytool", "-printcertreq", "-file", path)).toContain(
          "Subject: CN=api.example, O=Example, C=DE",
        );
      });
    },
  );

  test("we read OpenSSL's and keytool's", async () => {
    await withDirectory((write, directory) => {
      const key = write("key.pem", toPem(generateKey("rsa-2048").pkcs8, "PRIVATE KEY"));
      const openssl = run(
        "openssl",
        "req",
        "-new",
        "-key",
        key,
        "-subj",
        "/C=DE/CN=a.example",
        "-addext",
        "subjectAltName=DNS:a.example",
        "-sha384",
      );
      const store = `${directory}/store.p12`;
      const options = ["-keystore", store, "-storepass", "changeit", "-alias", "a"];
      run(
        "keytool",
        "-genkeypair",
        "-keyalg",
        "EC",
        "-groupname",
        "secp384r1",
        "-dname",
        "CN=b.example, C=DE",
        ...options,
      );
      const keytool = run("keytool", "-certreq", "-ext", "san=dns:b.example", ...options);

      for (const [pem, name] of [
        [openssl, "a.example"],
        [keytool, "b.example"],
      ] as const) {
        const request = parseCertificateRequest(readPem(pem)[0]?.der ?? Buffer.alloc(0));
        expect(request).toMatchObject({
          isSignatureValid: true,
          subjectAltNames: [{ kind: "dns", value: name }],
        });
        expect(request.subject.toString()).toBe(`CN=${name}, C=DE`);
      }
    });
  });
});

test("node-forge, a second opinion on RSA requests", () => {
  const der = createCertificateRequest({ subject, names, pkcs8: generateKey("rsa-2048").pkcs8 });
  expect(forge.pki.certificationRequestFromPem(toPem(der, "CERTIFICATE REQUEST")).verify()).toBe(true);
});

function run(name: "openssl" | "keytool", ...options: string[]): string {
  const { stdout, stderr } = spawnSync(tool(name), options, { encoding: "utf8" });
  return stdout + stderr;
}
