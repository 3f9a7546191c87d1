import { TrustError } from "../../model";

/** A host that cannot be let go of; nothing was changed where one is thrown. */
export class ForgetError extends TrustError {}

export function unknownHost(
  given: string,
  declared: readonly string[],
  addresses: readonly string[],
): ForgetError {
  const list = (items: readonly string[]) => (items.length === 0 ? "none" : items.join(", "));
  return new ForgetError(
    "unknown-host",
    `"${given}" is no host of this environment. Declared are ${list(declared)}; the states name ${list(addresses)}. ` +
      "Nothing was changed.",
  );
}

export function nothingDelivered(host: string, kind: string): ForgetError {
  return new ForgetError(
    "nothing-delivered",
    `nothing is delivered to ${host} (${kind}), so no state holds anything of it: take it out of the code. ` +
      "Nothing was changed.",
  );
}
