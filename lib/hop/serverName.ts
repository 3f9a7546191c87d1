import { isIP } from "node:net";
import { domainToASCII } from "node:url";
import type { TlsRuntime } from "../model";

/**
 * The name that a client asks a server for (SNI, RFC 6066, 3), in lower case; undefined where it asks for none: nobody
 * asks for an address, and Java for no name without a dot or with one at its end (JDK class `Utilities`).
 *
 * @param address host name or IP address of its URL, IPv6 also in brackets
 */
export function serverNameOf(address: string, runtime: TlsRuntime): string | undefined {
  const isAddress = isIP(address.replace(/^\[(.*)\]$/, "$1")) !== 0;
  const isUnasked = runtime === "java" && (!address.includes(".") || address.endsWith("."));
  if (isAddress || isUnasked) return undefined;
  return domainToASCII(address.replace(/\.$/, "")) || undefined;
}

/**
 * What a server has for a name that it is asked for: what has exactly that name, otherwise what has a wildcard for it in
 * place of its first label, as Tomcat and nginx look it up. Undefined where nothing has it, or none was asked for.
 */
export function namedFor<Served extends { readonly names: readonly string[] }>(
  served: readonly Served[],
  serverName: string | undefined,
): Served | undefined {
  if (serverName === undefined) return undefined;
  const wildcard = serverName.replace(/^[^.]*/, "*");
  const has = (wanted: string) => served.find(({ names }) => names.some((name) => asAsked(name) === wanted));
  return has(serverName) ?? has(wildcard);
}

/** A declared name as a client asks for it. */
function asAsked(name: string): string {
  const ascii = name.startsWith("*.") ? `*.${domainToASCII(name.slice(2))}` : domainToASCII(name);
  return ascii.replace(/\.$/, "");
}
