import { type Certificate, parsed, PkiError } from "../pki";
import { refusal, type Refusal } from "../rules";
import type { JavaRules } from "./javaRules";
import type { Store } from "../keystore";

/**
 * Why no Java takes a certificate at all, be it in a store or from the other side (JDK class `X509CertInfo`):
 * without a subject it needs alternative names, marked critical, and it always needs an issuer.
 */
export function unreadableCertificate(certificate: Certificate): string | undefined {
  const who = `the certificate with ${certificate.toString()}`;
  if (certificate.issuer.isEmpty) return `${who} has no issuer's name`;
  if (!certificate.subject.isEmpty) return undefined;
  const { extensions } = certificate;
  const names = extensions.find(({ oid }) => oid === SUBJECT_ALT_NAME);
  if (names === undefined) return `${who} has neither a subject nor alternative names`;
  return names.critical ? undefined : `${who} has no subject, and its alternative names are not critical`;
}

/** What helps against it. */
export const ISSUE_WITH_SUBJECT =
  "issue it again with a subject, or with its alternative names marked critical";

const SUBJECT_ALT_NAME = "2.5.29.17";

/** ML-DSA-44, -65 and -87 (FIPS 204), as `lib/pki` describes such keys. */
export const ML_DSA: ReadonlySet<string> = new Set(
  [17, 18, 19].map((last) => `2.16.840.1.101.3.4.3.${last}`),
);

/** Why a Java opens a store not at all: a certificate or, from PKCS12, a key that it cannot make out. */
export function unreadableStore(store: Store, storeId: string, rules: JavaRules): Refusal | undefined {
  const certificates = store.entries.flatMap((entry) => {
    if (entry.kind === "anchor") return [entry.certificate];
    return entry.kind === "identity" ? [...entry.chain] : [];
  });
  const problem = certificates
    .map(parsedOrNone)
    .flatMap((read) => (read && unreadableCertificate(read)) ?? [])[0];
  if (problem !== undefined) {
    return refusal("java-unreadable", `${storeId} cannot be opened by Java: ${problem}`, ISSUE_WITH_SUBJECT);
  }
  const unknown =
    store.format === "pkcs12" && rules.keyManager.opensAll ? unknownKey(store, rules) : undefined;
  if (unknown === undefined) return undefined;
  return refusal(
    "key-unknown",
    `${rules.name} does not know the key under "${unknown.alias}" in ${storeId} (${unknown.keyAlgorithm}), and opens none of the store's keys`,
    "take RSA or EC, keep that key in a store of its own, or have the store in JKS, where it is passed over",
  );
}

function unknownKey(
  { entries }: Store,
  rules: JavaRules,
): { readonly alias: string; readonly keyAlgorithm: string } | undefined {
  return entries.flatMap((entry) => {
    const leaf = entry.kind === "identity" ? entry.chain[0] : undefined;
    const certificate = leaf === undefined ? undefined : parsedOrNone(leaf);
    if (certificate === undefined) return [];
    const { keyAlgorithm } = certificate;
    const isUnknown =
      (keyAlgorithm.startsWith("Ed") && !rules.has("edDsa")) ||
      (ML_DSA.has(keyAlgorithm) && !rules.has("mlDsa"));
    return isUnknown ? [{ alias: entry.alias, keyAlgorithm }] : [];
  })[0];
}

/** One that cannot be read is another rule's. */
function parsedOrNone(der: Uint8Array): Certificate | undefined {
  try {
    return parsed(der);
  } catch (error) {
    if (error instanceof PkiError) return undefined;
    throw error;
  }
}
