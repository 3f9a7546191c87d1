import { createSecretResolver, parseSecretReference, SecretError } from "../hosts";
import { log, type CallContext } from "./protocol";

const resolve = createSecretResolver({ onWarning: (message) => log("warn", message) });

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
  return { reference, value: resolve(parseSecretReference(reference)) };
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
