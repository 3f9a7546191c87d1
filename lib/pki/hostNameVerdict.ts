import type { SubjectAltName } from "../model";
import type { Certificate } from "./certificate";

/** What is compared with a name, of a certificate or of one that could be issued. */
export interface NamedCertificate extends Pick<Certificate, "subjectAltNames"> {
  readonly subject: Pick<Certificate["subject"], "commonName">;
}

/** Whether a certificate is good for a name, and what the certificate has. */
export interface HostNameVerdict {
  readonly matches: boolean;
  /** One line, for people: what was asked for and what the certificate has. */
  readonly reason: string;
  /** The name is none that the client would take from any certificate. */
  readonly isIllegalName?: true;
}

/** What a certificate offers for the name that was asked for, or why nothing does. */
export type NameMatch =
  | { readonly matched: string }
  | { readonly refused: "address" | "dns-name" | "common-name" }
  /** `allowed`: what the rules take for a host name. */
  | { readonly refused: "illegal-name"; readonly allowed?: string };

/** The comparison of a certificate with a name, by whatever rules, in words. */
export function hostNameVerdict(
  certificate: NamedCertificate,
  name: string,
  match: NameMatch,
): HostNameVerdict {
  return "matched" in match
    ? { matches: true, reason: `"${match.matched}" of the certificate covers "${name}"` }
    : {
        matches: false,
        reason: explain(certificate, name, match),
        ...(match.refused === "illegal-name" ? { isIllegalName: true } : {}),
      };
}

type Refusal = Exclude<NameMatch, { matched: string }>;

function explain(certificate: NamedCertificate, name: string, match: Refusal): string {
  if (match.refused === "address") {
    return `"${name}" is an address: only IP names count, the certificate has ${list(certificate, "ip")}`;
  }
  if (match.refused === "illegal-name") {
    return `"${name}" is no host name${match.allowed === undefined ? "" : ` ${match.allowed}`}`;
  }
  const asked = `"${name}" was asked for, the certificate has`;
  if (match.refused === "dns-name") return `${asked} ${list(certificate, "dns")}`;
  const { commonName } = certificate.subject;
  const named = commonName === undefined ? "no common name" : `the common name "${commonName}"`;
  return `${asked} no DNS names and ${named}`;
}

const SHOWN_NAMES = 10;

function list(certificate: NamedCertificate, kind: SubjectAltName["kind"]): string {
  const what = kind === "ip" ? "IP addresses" : "DNS names";
  const values = certificate.subjectAltNames.flatMap((name) =>
    name.kind === kind ? [`"${name.value}"`] : [],
  );
  if (values.length === 0) return `no ${what}`;
  const more = values.length > SHOWN_NAMES ? ` and ${values.length - SHOWN_NAMES} more` : "";
  return `the ${what} ${values.slice(0, SHOWN_NAMES).join(", ")}${more}`;
}
