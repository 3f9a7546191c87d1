import { isIP } from "node:net";
import { matchesJavaHostName } from "../java";
import type { TlsRuntime } from "../model";
import { matchesHostName, type Certificate } from "../pki";
import { refusal, type Refusal } from "../rules";

/** Why a client that compares names does not take a certificate for an address. */
export function refusedName(
  certificate: Certificate,
  address: string,
  runtime: TlsRuntime,
): Refusal | undefined {
  const verdict = (runtime === "java" ? matchesJavaHostName : matchesHostName)(certificate, address);
  if (verdict.matches) return undefined;
  const isAddress = isIP(address.replace(/^\[(.*)\]$/, "$1")) !== 0;
  if (isAddress && certificate.subject.commonName === address) {
    return refusal(
      "address-only-in-common-name",
      `the certificate of ${certificate.toString()} has the address ${address} as common name only, where Java and Node do not look for it, though curl does`,
      `issue it again with the subject alternative name IP:${address}`,
    );
  }
  const remedy = verdict.isIllegalName
    ? "call the server by another name, which its certificate has: this one is refused whatever a certificate says"
    : `issue the certificate with the subject alternative name ${isAddress ? "IP" : "DNS"}:${address}, or use a name it has`;
  return refusal("name-not-covered", verdict.reason, remedy, {
    about: address,
    of: isAddress ? "IP address" : "DNS name",
  });
}
