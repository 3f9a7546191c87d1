import { createPrivateKey } from "node:crypto";
import { unusableFile } from "./errors";

/**
 * Private key of a PEM file, whatever stands beside it: PKCS#8, PKCS#1 or SEC1, encrypted or not.
 *
 * @returns PKCS#8 DER
 * @throws LockError `unusable-file`
 */
export function readKeyFile(file: string, bytes: Uint8Array, password: string | undefined): Buffer {
  try {
    const key = createPrivateKey({
      key: Buffer.from(bytes),
      format: "pem",
      ...(password === undefined ? {} : { passphrase: password }),
    });
    return key.export({ format: "der", type: "pkcs8" });
  } catch {
    // OpenSSL's own words differ by version and say nothing that a person could use.
    throw unusableFile(
      file,
      password === undefined
        ? "it holds no private key in PEM that opens without a password"
        : "it holds no private key in PEM, or the password does not open it",
    );
  }
}
