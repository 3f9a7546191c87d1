import { isIP } from "node:net";
import type { SubjectAltName } from "../model";
import type { Certificate, NameConstraint, NameConstraints } from "../pki";
import { parseIpAddress } from "../pki/ipAddress";
import { addressRange, holdsAddress } from "./addressRange";

/**
 * The name of a certificate that the name constraints of the authorities above it do not allow (JDK class
 * `NameConstraintsExtension`). The last common name counts as a DNS name or an address where the alternative
 * names have none of that kind and it can be one, in client certificates, too.
 */
export function constrainedName(
  certificate: Certificate,
  { permitted, excluded }: NameConstraints,
): string | undefined {
  const names: SubjectAltName[] = [...certificate.subjectAltNames, ...commonNameAsName(certificate)];
  const refused = names.find(({ kind, value }) => {
    const permittedOfKind = permitted.filter((constraint) => constraint.kind === kind);
    return (
      (permittedOfKind.length > 0 && !permittedOfKind.some((constraint) => covers(constraint, value))) ||
      excluded.some((constraint) => constraint.kind === kind && covers(constraint, value))
    );
  });
  if (refused !== undefined) return refused.value;

  const directories = permitted.filter(({ kind }) => kind === "directory");
  const subject = certificate.subject.toString();
  const inside = (constraint: NameConstraint): boolean => coversDirectory(constraint.value, subject);
  const subjectRefused =
    subject !== "" &&
    ((directories.length > 0 && !directories.some(inside)) ||
      excluded.some((constraint) => constraint.kind === "directory" && inside(constraint)));
  return subjectRefused ? subject : undefined;
}

function commonNameAsName({ subject, subjectAltNames }: Certificate): SubjectAltName[] {
  const { commonName } = subject;
  if (commonName === undefined) return [];
  const kind = isIP(commonName) === 0 ? "dns" : "ip";
  if (subjectAltNames.some((name) => name.kind === kind)) return [];
  return kind === "ip" || HOST_NAME.test(commonName) ? [{ kind, value: commonName }] : [];
}

/** What Java's `DNSName` accepts. */
const HOST_NAME = /^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*$/;

export function covers({ kind, value }: NameConstraint, name: string): boolean {
  const base = value.toLowerCase();
  const text = name.toLowerCase();
  if (kind === "dns") return coversDomain(base, text);
  if (kind === "ip") return coversAddress(base, text);
  if (kind === "uri") return coversHost(base, /^[^:]*:\/\/(?:[^@/]*@)?([^:/?#]*)/.exec(text)?.[1] ?? "");
  if (kind !== "email") return false;
  return base.includes("@") ? text === base : coversHost(base, text.slice(text.lastIndexOf("@") + 1));
}

function coversDomain(base: string, name: string): boolean {
  if (base === "" || name === base) return true;
  return name.endsWith(base.startsWith(".") ? base : `.${base}`);
}

export function coversHost(base: string, host: string): boolean {
  return base.startsWith(".") ? host.endsWith(base) : host === base;
}

function coversAddress(range: string, address: string): boolean {
  const [allowed, octets] = [addressRange(range), parseIpAddress(address)];
  return allowed !== undefined && octets !== undefined && holdsAddress(allowed, octets);
}

/** Names print with the last attribute first, so that a subtree is an ending. */
export function coversDirectory(base: string, subject: string): boolean {
  const [inner, outer] = [base.toLowerCase(), subject.toLowerCase()];
  return outer === inner || outer.endsWith(`, ${inner}`);
}
