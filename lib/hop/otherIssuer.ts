import { javaRules } from "../java";
import type { IdentityEntry } from "../keystore";
import type { JavaRuntimePlan } from "../model";
import { parsed } from "../pki";
import { refusal, type Refusal } from "../rules";

/**
 * What is to be said where an old Java presents another authority than the one that signed: its handshake fails, unless
 * the other side has that one itself.
 *
 * @param place where the store is
 * @param linked the identity with its issuers
 * @param shown the same as the Java shows it
 */
export function otherIssuer(
  place: string,
  linked: IdentityEntry,
  shown: IdentityEntry,
  java: JavaRuntimePlan,
): Refusal | undefined {
  const [own, taken] =
    linked.chain.flatMap((der, at) => {
      const other = shown.chain[at];
      return other === undefined || Buffer.compare(der, other) === 0 ? [] : [[parsed(der), parsed(other)]];
    })[0] ?? [];
  if (own === undefined || taken === undefined) return undefined;
  return refusal(
    "other-issuer-presented",
    `${place}: ${javaRules(java).name} takes the first certificate of ${taken.toString()} for the issuer of ` +
      `"${linked.alias}" (SHA-256 ${taken.sha256}), which another of that name has signed (SHA-256 ${own.sha256})`,
  );
}
