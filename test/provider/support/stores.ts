import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import {
  createStore,
  type IdentityEntry,
  setEntry,
  type StoreEntry,
  writeStore,
} from "../../../lib/keystore";
import type { StoreProfile } from "../../../lib/model";
import { generateKey, issueCertificate, parseCertificate, summarise } from "../../../lib/pki";
import { residentKeytool } from "../../support/residentKeytool";

/** A key with its self-signed certificate, and what a configuration says of it. */
export interface TestIdentity {
  readonly pkcs8: Buffer;
  readonly certificate: Buffer;
  readonly sha256: string;
  readonly subject: string;
  readonly notAfter: string;
}

/**
 * Issues a self-signed certificate for tests.
 *
 * @param seed of its serial number. @default - the name
 */
export function makeIdentity(commonName: string, seed = commonName): TestIdentity {
  const { pkcs8, publicKey } = generateKey("ec-p256");
  const certificate = issueCertificate({
    subject: { commonName },
    publicKey,
    issuer: { pkcs8 },
    notBefore: new Date("2026-01-01T00:00:00Z"),
    validityDays: 3650,
    randomBytes: (length) => createHash("sha512").update(seed).digest().subarray(0, length),
  });
  const summary = summarise(parseCertificate(certificate));
  return {
    pkcs8,
    certificate,
    sha256: summary.sha256,
    subject: summary.subject,
    notAfter: summary.notAfter,
  };
}

export function anchorEntry(alias: string, { certificate }: TestIdentity): StoreEntry {
  return { kind: "anchor", alias, certificate, createdMs: 1_767_225_600_000 };
}

export function keyEntry(alias: string, identity: TestIdentity, keyPassword?: string): IdentityEntry {
  const clear = { kind: "clear", pkcs8: identity.pkcs8 } as const;
  return {
    kind: "identity",
    alias,
    key: keyPassword === undefined ? clear : { ...clear, password: keyPassword },
    chain: [identity.certificate],
    createdMs: 1_767_225_600_000,
  };
}

/** Writes a store with these entries and nothing else. */
export function writeTestStore(
  path: string,
  profile: StoreProfile,
  password: string,
  entries: readonly StoreEntry[],
): void {
  const store = entries.reduce((before, entry) => setEntry(before, entry), createStore(profile));
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, writeStore(store, password));
}

const keytoolProgram = residentKeytool();

/** What keytool lists: `trustedCertEntry` or `PrivateKeyEntry` and the fingerprint, by alias. */
export function keytoolList(path: string, password: string): Record<string, string> {
  if (!existsSync(path)) throw new Error(`${path} does not exist`);
  const parameters = ["-list", "-keystore", path, "-storepass", password];
  const { stdout, status } = spawnSync(keytoolProgram(), parameters, { encoding: "utf8" });
  if (status !== 0) throw new Error(stdout);
  const entries = stdout.matchAll(/^(.*), \w+ \d+, \d+, (\w+), ?\n.*\(SHA-256\): ([0-9A-F:]+)$/gm);
  return Object.fromEntries([...entries].map(([, alias, kind, sha256]) => [alias, `${kind} ${sha256}`]));
}

/** Runs keytool on a store, as an administrator would. */
export function keytool(path: string, password: string, ...parameters: string[]): void {
  const all = [...parameters, "-noprompt", "-keystore", path, "-storepass", password];
  const { stdout, status } = spawnSync(keytoolProgram(), all, { encoding: "utf8" });
  if (status !== 0) throw new Error(stdout);
}
