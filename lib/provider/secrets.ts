import { createSecretResolver, parseSecretReference, SecretError, type SecretResolver } from "../hosts";
import { providerConfiguration } from "./configuration";
import { log, type CallContext } from "./protocol";

let resolver: SecretResolver | undefined;

/** A secret with the reference it came from, which is what messages name. */
export interface Secret {
  readonly reference: string;
  readonly value: string;
}

/**
 * The value behind a reference; each is resolved once a process.
 *
 * @throws SecretError naming the reference, never the value
 */
export function secret(reference: string): Secret {
  resolver ??= createSecretResolver({
    workingDirectory: providerConfiguration().projectDirectory,
    onWarning: (message) => log("warn", message),
  });
  return { reference, value: resolver(parseSecretReference(reference)) };
}

/** The value behind a reference, or undefined where it is not at hand. */
export function secretIfAtHand(reference: string): Secret | undefined {
  try {
    return secret(reference);
  } catch (error) {
    if (error instanceof SecretError) return undefined;
    throw error;
  }
}

/** The value behind a reference, or undefined with a warning: a plan may be made where no secret is. */
export function secretForRefresh(reference: string, context: CallContext): Secret | undefined {
  try {
    return secret(reference);
  } catch (error) {
    if (!(error instanceof SecretError)) throw error;
    context.warn(
      "Stores were not looked at, because a secret is not at hand",
      `${error.message} Until then the plan takes the state for what is on the host.`,
    );
    return undefined;
  }
}
