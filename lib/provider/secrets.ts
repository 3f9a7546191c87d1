import { createSecretResolver, parseSecretReference, SecretError, type SecretResolver } from "../hosts";
import { providerConfiguration } from "./configuration";
import { isAboutToApply, log, type CallContext } from "./protocol";

let resolver: SecretResolver | undefined;
/** All that this process has resolved. */
const values = new Set<string>();
/** References of which a plan has said already that they are not at hand. */
const refused = new Set<string>();
const warned = new Set<string>();

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
  const value = resolver(parseSecretReference(reference));
  values.add(value);
  return { reference, value };
}

/** Shorter ones are in too many words. */
const SHORTEST_HIDDEN = 4;

/** Variables whose names say that their values are secrets, whether or not this process has read them. */
const SECRET_VARIABLES = /(?:PASSWORD|PASSPHRASE|SECRET|TOKEN|LOCK_KEY)$/i;

/** A text without the secrets that this process knows, for what somebody else printed. */
export function hideSecrets(text: string): string {
  const inherited = Object.entries(process.env).flatMap(([name, value]) =>
    SECRET_VARIABLES.test(name) && value !== undefined ? [value] : [],
  );
  return [...new Set([...values, ...inherited])]
    .filter(({ length }) => length >= SHORTEST_HIDDEN)
    .sort((one, other) => other.length - one.length)
    .reduce((hidden, value) => hidden.replaceAll(value, "[secret]"), text);
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

/**
 * The value behind a reference, or undefined where it is not at hand: a plan may be made without. Where the apply comes
 * next, it would fail with some of its work done, and the plan does instead: for the first resource that needs the
 * secret, since one error is enough to stop the plan and hundreds hide what is to be done.
 *
 * @throws SecretError
 */
export function secretForPlan(reference: string): Secret | undefined {
  try {
    return secret(reference);
  } catch (error) {
    if (!(error instanceof SecretError) || (isAboutToApply() && isNew(refused, reference))) throw error;
    return undefined;
  }
}

/** The value behind a reference, or undefined with a warning, once for all that need it: a plan may be made where no secret is. */
export function secretForRefresh(reference: string, context: CallContext): Secret | undefined {
  try {
    return secret(reference);
  } catch (error) {
    if (!(error instanceof SecretError)) throw error;
    if (!isNew(warned, reference)) return undefined;
    context.warn(
      "Stores were not looked at, because a secret is not at hand",
      `${error.message} Until then the plan takes the state for what is on the host.`,
    );
    return undefined;
  }
}

function isNew(known: Set<string>, reference: string): boolean {
  return known.size !== known.add(reference).size;
}
