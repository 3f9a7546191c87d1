import { isIP } from "node:net";
import type { EndpointPlan, Finding, HopPlan } from "../model";
import { parsed } from "../pki";
import { parseIpAddress } from "../pki/ipAddress";
import { finding, refusal } from "../rules";
import type { PresentedIdentity } from "./hopMaterial";
import { certificateNames } from "./identityByName";
import { namedFor, serverNameOf } from "./serverName";

/**
 * Whether a server that looks at the host of each request refuses those of a call: Jetty answers 400 "Invalid SNI" from 10
 * on, also where the client compares no names. Where it compares them, that is said already.
 *
 * @see org.eclipse.jetty.server.SecureRequestCustomizer
 */
export function refusedHost(
  { id, address, verifiesName }: HopPlan,
  { checksHost }: EndpointPlan,
  { chain: [leaf] }: PresentedIdentity,
): Finding | undefined {
  if (checksHost !== true || verifiesName || leaf === undefined || hasHost(leaf, address)) return undefined;
  const facts = `the server looks at the host of each request, and ${parsed(leaf).toString()} has no name ${address}: it answers 400, although the client compares no names`;
  const remedy = "call it by a name of its certificate, or issue the certificate with that name";
  return finding(id, refusal("name-not-covered", facts, remedy, "none"), "error");
}

function hasHost(leaf: Uint8Array, address: string): boolean {
  const certificate = parsed(leaf);
  const host = address.replace(/^\[(.*)\]$/, "$1");
  if (isIP(host) === 0)
    return namedFor([{ names: certificateNames(certificate) }], serverNameOf(host, "openssl")) !== undefined;
  const wanted = parseIpAddress(host);
  return certificate.subjectAltNames.some(({ kind, value }) => {
    const known = kind === "ip" ? parseIpAddress(value) : undefined;
    return known !== undefined && wanted !== undefined && Buffer.compare(known, wanted) === 0;
  });
}
