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

export function reservedAlias(constructPath: string, alias: string): SystemError {
  return new SystemError(
    "reserved-alias",
    `${constructPath} would put its certificate under "${alias}", which belongs to the iadmin tool. Give another alias, for example "new-cert".`,
  );
}

export function noAuthenticationFor(
  constructPath: string,
  environment: string,
  declared: readonly string[],
): SystemError {
  return new SystemError(
    "no-authentication",
    `${constructPath} does not say how to authenticate in the environment "${environment}", only in ${declared.join(", ")}. ` +
      `Add "${environment}" to Authentication.perEnvironment.`,
  );
}

export function notPresented(constructPath: string): SystemError {
  return new SystemError(
    "not-presented",
    `${constructPath} authenticates with user and password in this environment, so there is no certificate to trust. ` +
      `Declare what trusts it only where its binding is defined.`,
  );
}

export function duplicateCloudUser(name: string, constructPath: string): SystemError {
  return new SystemError(
    "duplicate-user",
    `${constructPath} has the user "${name}" already: Integration Cloud keeps one certificate a user. Declare another user, or renew the certificate of this one.`,
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
