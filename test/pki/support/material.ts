import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  generateKey,
  issueCertificate,
  parseCertificate,
  type Certificate,
  type IssueCertificateOptions,
} from "../../../lib/pki";
import type { KeyAlgorithm } from "../../../lib/model";

/** Repeatable bytes in place of randomness. */
export function countedBytes(seed = "seed"): (length: number) => Uint8Array {
  let calls = 0;
  return (length) => {
    calls += 1;
    return createHash("sha512").update(`${seed} ${calls}`).digest().subarray(0, length);
  };
}

export interface Identity {
  readonly certificate: Certificate;
  readonly pkcs8: Buffer;
}

type IssueSettings = Partial<Omit<IssueCertificateOptions, "issuer" | "publicKey">>;

/** A certificate with its key: self-signed, or issued by another identity. */
export function makeIdentity(
  commonName: string,
  settings: IssueSettings & { keyAlgorithm?: KeyAlgorithm; issuer?: Identity } = {},
): Identity {
  const { keyAlgorithm = "ec-p256", issuer, ...rest } = settings;
  const key = generateKey(keyAlgorithm);
  const certificate = parseCertificate(
    issueCertificate({
      subject: { commonName },
      publicKey: key.publicKey,
      issuer: issuer === undefined ? { pkcs8: key.pkcs8 } : issuer,
      notBefore: new Date(Date.now() - 3_600_000),
      validityDays: 30,
      randomBytes: countedBytes(commonName),
      ...rest,
    }),
  );
  return { certificate, pkcs8: key.pkcs8 };
}

/** Runs with a directory of its own, in which `write` puts files. */
export async function withDirectory<T>(
  action: (
    write: (name: string, content: string | Uint8Array) => string,
    directory: string,
  ) => T | Promise<T>,
): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), "pki-"));
  try {
    return await action((name, content) => {
      const path = join(directory, name);
      writeFileSync(path, content);
      return path;
    }, directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
