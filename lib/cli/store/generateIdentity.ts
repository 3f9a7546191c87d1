import { isIP } from "node:net";

import { entryToReplace, invalidStore, setEntry } from "../../keystore";
import type { DistinguishedName, KeyAlgorithm, SecretReference, SubjectAltName } from "../../model";
import { generateKey, issueCertificate } from "../../pki";
import type { CliIo, ExitCode } from "../io";
import { type GivenPassword, declaredReader, type ProfileOptions } from "./options";
import { reportChange } from "./report";
import { changeStoreFile, targetStore, requiredSecret, secretOf } from "./storeFile";

export interface GenerateIdentityOptions extends ProfileOptions {
  readonly alias: string;
  readonly commonName: string;
  readonly organization?: string;
  readonly country?: string;
  /** DNS names and IP addresses. */
  readonly name: readonly string[];
  readonly keyAlgorithm: KeyAlgorithm;
  readonly validityDays: number;
  readonly password?: GivenPassword;
  readonly keyPassword?: SecretReference;
  readonly replace: boolean;
  readonly json: boolean;
}

/** Makes a key with a self-signed certificate and puts them into a store. */
export async function generateIdentity(
  io: CliIo,
  file: string,
  options: GenerateIdentityOptions,
): Promise<ExitCode> {
  const password = requiredSecret(io, options.password, "--password");
  const keyPassword = secretOf(io, options.keyPassword);
  const passwords = { before: password, after: password, ...declaredReader(options) };
  const change = await changeStoreFile(io, file, passwords, (store) => {
    const target = targetStore(store, file, options);
    if (entryToReplace(target, options.alias) !== undefined && !options.replace) {
      throw invalidStore(`"${options.alias}" is taken; choose another --alias, or --replace it`);
    }
    const { pkcs8, certificate } = makeIdentity(io, options);
    return setEntry(target, {
      kind: "identity",
      alias: options.alias,
      createdMs: io.now.getTime(),
      key: { kind: "clear", pkcs8, ...(keyPassword === null ? {} : { password: keyPassword }) },
      chain: [certificate],
    });
  });
  return reportChange(io, change, { set: [options.alias] }, options.json);
}

function makeIdentity(io: CliIo, options: GenerateIdentityOptions): { pkcs8: Buffer; certificate: Buffer } {
  const { pkcs8, publicKey } = generateKey(options.keyAlgorithm);
  const subject: DistinguishedName = {
    commonName: options.commonName,
    ...(options.organization === undefined ? {} : { organization: options.organization }),
    ...(options.country === undefined ? {} : { country: options.country }),
  };
  const certificate = issueCertificate({
    subject,
    names: options.name.map(toAltName),
    publicKey,
    issuer: { pkcs8 },
    notBefore: io.now,
    validityDays: options.validityDays,
    randomBytes: io.randomBytes,
  });
  return { pkcs8, certificate };
}

function toAltName(name: string): SubjectAltName {
  return { kind: isIP(name) === 0 ? "dns" : "ip", value: name };
}
