import type { Certificate } from "../pki";
import { refusedDates } from "../rules";
import { isPassedOver } from "./algorithms";
import { matchesJavaHostName } from "./hostName";
import type { JavaRules, Protocol } from "./javaRules";
import { keyTypeOf } from "./keyType";
import type { TlsUse } from "./usage";

/** What a key manager that looks at certificates goes by. */
export interface FitnessUse {
  readonly use: TlsUse;
  readonly now: Date;
  readonly protocol: Protocol;
  /** Whether one of the two sides takes no signature with SHA-1 in a handshake. @default false */
  readonly refusesSha1?: boolean;
  /** Signatures that one of the two sides knows no more. @default - none */
  readonly lost?: readonly string[];
  /** Signatures in certificates that the other side was seen to take. @default - not known */
  readonly taken?: readonly string[];
  /** The name that the client names in its hello. @default - none */
  readonly serverName?: string;
}

/**
 * How far a certificate is from what is wanted of it, 0 being best (JDK class `X509KeyManagerCertChecking`,
 * `CheckResult`); undefined where its algorithms are refused, so that it is not presented at all.
 */
export function fitnessOf(
  chain: readonly Certificate[],
  { serverName, ...asked }: FitnessUse,
  rules: JavaRules,
): 0 | 1 | 2 | 3 | undefined {
  const [leaf] = chain;
  if (leaf === undefined) return undefined;
  if (chain.some((certificate) => isPassedOver(certificate, asked, rules))) return undefined;
  const { use, now } = asked;
  if (!hasFitUsages(leaf, use)) return 3;
  if (refusedDates(leaf, now) !== undefined) return 2;
  return serverName === undefined || matchesJavaHostName(leaf, serverName, rules).matches ? 0 : 1;
}

const purposes = {
  server: ["serverAuth", "anyExtendedKeyUsage", "msSGC", "nsSGC"],
  client: ["clientAuth", "anyExtendedKeyUsage"],
} as const;

/** Laxer with RSA, and with EC stricter, than what the other side demands. */
function hasFitUsages(leaf: Certificate, use: TlsUse): boolean {
  const { extendedKeyUsages, keyUsage } = leaf;
  const allowed: readonly string[] = purposes[use];
  if (extendedKeyUsages !== undefined && !extendedKeyUsages.some((purpose) => allowed.includes(purpose)))
    return false;
  if (keyUsage === undefined) return true;
  const signs = keyUsage.includes("digitalSignature");
  switch (keyTypeOf(leaf)) {
    case "RSA":
      return signs || (use === "server" && keyUsage.includes("keyEncipherment"));
    case "RSASSA-PSS":
      return signs || use === "client";
    case "DSA":
      return signs;
    case "EC":
      return signs && (use === "client" || keyUsage.includes("keyAgreement"));
    default:
      return true;
  }
}
