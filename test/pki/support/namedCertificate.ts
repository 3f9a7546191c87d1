import type { SubjectAltName } from "../../../lib/model";
import type { Certificate } from "../../../lib/pki";
import { makeIdentity } from "./material";

/** Names of a certificate as `dns:a.example`; without a kind it is the common name. */
export function certificateWith(...names: string[]): Certificate {
  const commonName = names.find((name) => !/^(dns|ip|email|uri):/.test(name)) ?? "Common Name";
  const alternatives = names.flatMap((name): SubjectAltName[] => {
    const [, kind, value = ""] = /^(dns|ip|email|uri):(.*)$/.exec(name) ?? [];
    return kind === "dns" || kind === "ip" || kind === "email" || kind === "uri" ? [{ kind, value }] : [];
  });
  return makeIdentity(commonName, { names: alternatives }).certificate;
}
