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

export function unknownVersion(product: string, given: unknown, versions: readonly string[]): SystemError {
  return new SystemError(
    "unknown-version",
    `${JSON.stringify(given)} is no version of ${product} whose configuration is known here. Give one of ${versions.join(", ")}.`,
  );
}

export function javaTooOld(
  constructPath: string,
  product: string,
  least: number,
  given: number,
): SystemError {
  return new SystemError(
    "java-too-old",
    `${constructPath} is ${product}, which runs on Java ${least} or later, and its runtime is Java ${given}. Give the Java that it runs on, or its version.`,
  );
}

export function noProduct(constructPath: string): SystemError {
  return new SystemError(
    "no-product",
    `${constructPath} does not say which product it is, so nothing is known of its files. Give product, for example Tomcat.version(11), or for a client Kafka.version("4.0").`,
  );
}

export function oneIdentity(constructPath: string, product: string): SystemError {
  return new SystemError(
    "one-identity",
    `${constructPath} is ${product}, which presents the same certificate to all who call its port. Put all names into one certificate, or give the other names a server of their own.`,
  );
}

export function missingPasswordFile(version: string): SystemError {
  return new SystemError(
    "missing-password-file",
    `Kafka ${version} reads no environment variables (3.5 and later do). Give passwordFile, the site's own properties file with the passwords.`,
  );
}

export function unfitPasswordFile(path: string): SystemError {
  return new SystemError(
    "unfit-password-file",
    `Kafka cannot be told the passwordFile ${JSON.stringify(path)}: a colon or a brace would end it. Give another path.`,
  );
}

export function unlistablePath(constructPath: string, path: string): SystemError {
  return new SystemError(
    "unlistable-path",
    `${constructPath} has its configuration variables in ${JSON.stringify(path)}, and a Microservices Runtime reads a list of files with commas between them. Give an instanceDirectory and a propertiesFile without a comma.`,
  );
}
