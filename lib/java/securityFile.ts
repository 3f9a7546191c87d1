import { unreadableEntry } from "./disabledAlgorithms";
import { SHIPPED_SECURITY } from "./releases";

/** Key managers whose choice is known; `PKIX` is the other name of NewSunX509. */
const KEY_MANAGERS: readonly string[] = ["SunX509", "NewSunX509", "PKIX"];

/**
 * What a site's `java.security` says that decides about hops; what it does not mention is as the release ships it.
 *
 * @param properties all that the file says
 * @returns the properties, or what is wrong with the file
 */
export function relevantSecurity(
  properties: ReadonlyMap<string, string>,
): { readonly properties: Readonly<Record<string, string>> } | { readonly problem: string } {
  const known = Object.keys(SHIPPED_SECURITY);
  const relevant = known.flatMap((name): [string, string][] => {
    const value = properties.get(name);
    return value === undefined ? [] : [[name, value.trim()]];
  });
  if (relevant.length === 0) return { problem: `it sets none of ${known.join(", ")}` };
  const manager = properties.get("ssl.KeyManagerFactory.algorithm")?.trim();
  if (manager !== undefined && !KEY_MANAGERS.includes(manager)) {
    return {
      problem: `its ssl.KeyManagerFactory.algorithm is "${manager}", of which it is not known which key it presents: ${KEY_MANAGERS.join(", ")} are known`,
    };
  }
  for (const [name, value] of relevant) {
    const entry = name.endsWith(".disabledAlgorithms") ? unreadableEntry(value) : undefined;
    if (entry !== undefined)
      return {
        problem: `its ${name} has the entry "${entry}", which no Java reads, so that its TLS does not start: write it as in "RSA keySize < 2048 & usage TLSServer"`,
      };
  }
  return { properties: Object.fromEntries(relevant) };
}
