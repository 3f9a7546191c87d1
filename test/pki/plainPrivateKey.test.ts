import { execFileSync, spawnSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { holdsPlainPrivateKey } from "../../lib/pki";

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
const ed = generateKeyPairSync("ed25519").privateKey;
const hasOpenSsh = spawnSync("ssh-keygen", ["-?"]).error === undefined;
if (!hasOpenSsh) process.stderr.write("SKIPPED keys of OpenSSH: no ssh-keygen\n");
const cipher = { cipher: "aes-256-cbc", passphrase: "secret" };

describe("holdsPlainPrivateKey", () => {
  it.each([
    ["PKCS#8", rsa.privateKey.export({ type: "pkcs8", format: "pem" })],
    ["PKCS#8 of Ed25519", ed.export({ type: "pkcs8", format: "pem" })],
    ["PKCS#1", rsa.privateKey.export({ type: "pkcs1", format: "pem" })],
    ["SEC1", ec.export({ type: "sec1", format: "pem" })],
    ["PKCS#8 in DER", rsa.privateKey.export({ type: "pkcs8", format: "der" })],
    ["PKCS#8 of EC in DER", ec.export({ type: "pkcs8", format: "der" })],
    ["PKCS#1 in DER", rsa.privateKey.export({ type: "pkcs1", format: "der" })],
    ["SEC1 in DER", ec.export({ type: "sec1", format: "der" })],
    ["UTF-16", Buffer.from(String(ec.export({ type: "sec1", format: "pem" })), "utf16le")],
    [
      "one behind an encrypted one and other text",
      Buffer.concat([
        Buffer.from("# key\r\n"),
        Buffer.from(rsa.privateKey.export({ type: "pkcs8", format: "pem", ...cipher })),
        Buffer.from(ec.export({ type: "sec1", format: "pem" })),
      ]),
    ],
  ])("finds %s", (_kind, content) => {
    expect(holdsPlainPrivateKey(Buffer.from(content))).toBe(true);
  });

  it.each([
    ["encrypted PKCS#8", rsa.privateKey.export({ type: "pkcs8", format: "pem", ...cipher })],
    [
      "PKCS#1 encrypted as RFC 1421 has it",
      rsa.privateKey.export({ type: "pkcs1", format: "pem", ...cipher }),
    ],
    ["encrypted PKCS#8 in DER", rsa.privateKey.export({ type: "pkcs8", format: "der", ...cipher })],
    ["a public key", rsa.publicKey.export({ type: "spki", format: "pem" })],
    ["a public key in DER", rsa.publicKey.export({ type: "pkcs1", format: "der" })],
    ["a PKCS12 store", readFileSync(join(__dirname, "../fixtures/vectors/go-pkcs12/rfc9579-a1.p12"))],
    ["text", "-----BEGIN CERTIFICATE-----\nPRIVATE KEY-----"],
    ["nothing", ""],
  ])("passes over %s", (_kind, content) => {
    expect(holdsPlainPrivateKey(Buffer.from(content))).toBe(false);
  });

  (hasOpenSsh ? it : it.skip).each([
    ["", true],
    ["secret", false],
  ])("tells OpenSSH's keys with and without a passphrase (%j)", (passphrase, isPlain) => {
    const folder = mkdtempSync(join(tmpdir(), "openssh-"));
    try {
      const file = join(folder, "key");
      execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", passphrase, "-f", file]);
      expect(holdsPlainPrivateKey(readFileSync(file))).toBe(isPlain);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
