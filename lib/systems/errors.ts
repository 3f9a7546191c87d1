import { TrustError } from "../model";

/** A product that was declared in a way it cannot be run; thrown by its constructor. */
export class SystemError extends TrustError {}

export function missingJavaHome(constructPath: string): SystemError {
  return new SystemError(
    "missing-java-home",
    `${constructPath} does not say which Java its CES runs on. Give javaHome, for example "/usr/lpp/java/J8.0_64", ` +
      `or stdenv, the path of a copy of the STDENV member in this repository. Give one of the two.`,
  );
}

export function missingCacertsPassword(constructPath: string, storePath: string): SystemError {
  return new SystemError(
    "missing-password",
    `${constructPath} writes into ${storePath} but was given no password for it. Give cacertsPassword, for example Secret.env("CACERTS_PASSWORD"), or zos.keyring where CES trusts by a key ring.`,
  );
}

export function trustsByKeyring(constructPath: string): SystemError {
  return new SystemError(
    "trusts-by-keyring",
    `${constructPath} trusts by a key ring of RACF, so it has no cacerts. Leave zos.keyring out, or let calls() declare what is trusted.`,
  );
}

export function reservedAlias(constructPath: string, alias: string): SystemError {
  return new SystemError(
    "reserved-alias",
    `${constructPath} would put its certificate under "${alias}", which belongs to the iadmin tool. Give another alias, for example "new-cert".`,
  );
}

export function duplicateCloudUser(name: string, constructPath: string): SystemError {
  return new SystemError(
    "duplicate-user",
    `${constructPath} has the user "${name}" already: Integration Cloud keeps one certificate a user. Declare another user, or renew the certificate of this one.`,
  );
}

export function twoCallbackOptions(constructPath: string): SystemError {
  return new SystemError(
    "two-callback-options",
    `${constructPath} has both callbacks and callback, and one property of EC-ISPW holds one value. Give callbacks: "all" or a list, or callback alone.`,
  );
}

export function unreadableStdenv(path: string, cause: unknown): SystemError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new SystemError("unreadable-stdenv", `read stdenv ${path}: ${reason}`, { cause });
}

export function noTruststore(constructPath: string): SystemError {
  return new SystemError(
    "no-truststore",
    `${constructPath} has no truststore, so it can trust nobody. Give truststorePath.`,
  );
}

export function missingPassword(constructPath: string, storePath: string): SystemError {
  return new SystemError(
    "missing-password",
    `${constructPath} makes the store ${storePath} but was given no password for it. Give password, for example Secret.env("STORE_PASSWORD").`,
  );
}

export function asksNoClient(constructPath: string): SystemError {
  return new SystemError(
    "asks-no-client",
    `${constructPath} asks no client for a certificate, so it accepts none either. Give clientAuthentication: "require" or "request".`,
  );
}

export function missingKeyPassword(constructPath: string, name: string): SystemError {
  return new SystemError(
    "missing-password",
    `${constructPath} is to keep the key of ${name} in a file but was given no password for it. Give keyPassword, for example Secret.env("KEY_PASSWORD").`,
  );
}

export function notOne(constructPath: string, what: string, found: number): SystemError {
  return new SystemError(
    "not-one",
    `${constructPath} has ${found === 0 ? "no" : found} ${what}${found === 1 ? "" : "s"}: ` +
      (found === 0 ? "declare one." : "name the one that is meant."),
  );
}
