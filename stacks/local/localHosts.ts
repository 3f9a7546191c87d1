import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { CertificateRequest } from "../../lib";
import { type StoreEntry, createStore, writeStore } from "../../lib/keystore";
import { generateKey, issueCertificate } from "../../lib/pki";

/** The folders that stand in for the machines of the local environment. What is there already stays. */
export class LocalHosts {
  /** Puts a password where stacks refer to it, `file:<path>`. */
  secretFile(path: string, value: string): void {
    write(path, Buffer.from(`${value}\n`), 0o600);
  }

  /** Makes a folder that an application's installer leaves behind. */
  folder(path: string): void {
    mkdirSync(path, { recursive: true });
  }

  /** Puts a file on a host, under the path that the real machine has it at. */
  file(hostId: string, path: string, bytes: () => Uint8Array, mode = 0o644): void {
    const place = join(".local", "hosts", hostId, path);
    if (!existsSync(place)) write(place, bytes(), mode);
  }

  /** Puts a JKS store on a host, as its product's installer does. */
  jksStore(hostId: string, path: string, password: string, entries: () => readonly StoreEntry[]): void {
    this.file(hostId, path, () => writeStore({ ...createStore("jks"), entries: entries() }, password), 0o640);
  }
}

function write(path: string, bytes: Uint8Array, mode: number): void {
  if (existsSync(path)) return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes, { mode });
}

/** A self-signed identity as a product's installer makes one. */
export function installerIdentity(
  alias: string,
  request: Omit<CertificateRequest, "extendedKeyUsages">,
): StoreEntry {
  const now = new Date();
  const { pkcs8, publicKey } = generateKey(request.keyAlgorithm);
  const certificate = issueCertificate({
    ...request,
    publicKey,
    issuer: { pkcs8 },
    notBefore: now,
    randomBytes,
  });
  return {
    kind: "identity",
    alias,
    createdMs: now.getTime(),
    chain: [certificate],
    key: { kind: "clear", pkcs8 },
  };
}
