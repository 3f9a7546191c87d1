import { extname } from "node:path";

import type { Finding, FindingLevel } from "../model";
import { orderChain, parseCertificate, PkiError, publicKeyMatches, type Certificate } from "../pki";
import {
  describeProfile,
  StoreError,
  countInvisibleBags,
  openKey,
  storeLayoutOf,
  type IdentityEntry,
  type Store,
  type StoreEntry,
} from "../keystore";
import { presentationOrder } from "../java";
import { isWeakPassword } from "./weakPassword";

const DAY_MS = 86_400_000;

export interface CheckOptions {
  /** What the store was opened with. */
  readonly password: string | null;
  readonly now: Date;
  /** @default 30 */
  readonly expiringWithinDays?: number;
  /** Name of the file, to compare its extension with the content. @default - not compared */
  readonly fileName?: string;
}

/**
 * What is wrong with a store, or will surprise somebody: keys that do not open or do not belong to their
 * certificate, chains, dates, weak passwords and algorithms, aliases that Java does not find or present.
 *
 * An error stops some reader; a warning may be meant. The subject of a finding is an alias, or `store`.
 */
export function checkStore(store: Store, options: CheckOptions): Finding[] {
  return [
    ...checkWhole(store, options),
    ...store.entries.flatMap((entry) => [
      ...checkAlias(store, entry),
      ...checkContent(store, entry, options),
    ]),
    ...checkPresentation(store),
  ];
}

function checkWhole(store: Store, { password, fileName }: CheckOptions): Finding[] {
  const findings: Finding[] = [];
  const report = (level: FindingLevel, rule: string, message: string) =>
    findings.push({ level, rule, subject: "store", message });

  if (store.entries.length === 0) {
    report(
      "warning",
      "no-entries",
      'the store is empty; Java fails with "the trustAnchors parameter must be non-empty"',
    );
  }
  if (password !== null && isWeakPassword(password)) {
    report(
      "warning",
      "weak-password",
      "the password is a product's default or too short, so the store is as good as plaintext; change it",
    );
  }
  if (store.integrity === "unchecked") {
    report("warning", "integrity-unchecked", "the integrity was not checked; give the store's password");
  }
  if (usesRc2(store)) {
    report(
      "warning",
      "weak-algorithm",
      "certificates are under RC2, which OpenSSL 3 refuses; convert to modern or compat",
    );
  }
  const unreadable = javaUnreadable(store);
  if (unreadable !== undefined) {
    report(
      "error",
      "java-unreadable",
      `it is encrypted with ${unreadable}, which no Java opens; convert to modern or compat`,
    );
  }
  if (store.format === "jceks") {
    report(
      "warning",
      "weak-algorithm",
      "JCEKS protects keys with MD5 and 3DES, and only Java reads it; convert to modern",
    );
  }
  const invisible = countInvisibleBags(store);
  if (invisible.certificates > 0) {
    report(
      "warning",
      "invisible-certificate",
      `${invisible.certificates} certificates lack the attribute that makes Java trust them, and Java does not show them; import them again`,
    );
  }
  if (invisible.plainKeys > 0) {
    report(
      "error",
      "invisible-key",
      `${invisible.plainKeys} keys are not encrypted, and Java passes over them; import them again`,
    );
  }
  const expected = fileName === undefined ? undefined : FORMAT_BY_EXTENSION[extname(fileName).toLowerCase()];
  if (expected !== undefined && expected !== store.format) {
    report(
      "warning",
      "content-against-extension",
      `the file is called ${extname(fileName ?? "")} and holds ${describeProfile(store)}; rename it or convert it`,
    );
  }
  return findings;
}

/** RC2 beside a newer MAC is of no profile, and no less weak. */
function usesRc2(store: Store): boolean {
  const parts = storeLayoutOf(store.extra)?.parts ?? [];
  return (
    store.profile === "jdk-legacy" ||
    (store.profile === "custom" && parts.some((part) => part.encryption?.cipher.startsWith("rc2") === true))
  );
}

/** A cipher of a PKCS12 store that JDK 8 to 25 refuse (found by experiment), as people call it. */
function javaUnreadable(store: Store): string | undefined {
  const layout = storeLayoutOf(store.extra);
  const schemes = [layout?.keyEncryption, ...(layout?.parts ?? []).map(({ encryption }) => encryption)];
  for (const scheme of schemes) {
    if (scheme?.cipher === "aes-192") return "PBES2 and AES-192";
    if (scheme?.kind === "pbes2" && scheme.cipher === "3des") return "PBES2 and 3DES";
    if (scheme?.cipher === "3des-2key") return "two-key 3DES";
  }
  return undefined;
}

const FORMAT_BY_EXTENSION: Readonly<Record<string, Store["format"]>> = {
  ".jks": "jks",
  ".jceks": "jceks",
  ".p12": "pkcs12",
  ".pfx": "pkcs12",
  ".pkcs12": "pkcs12",
};

function checkAlias(store: Store, { alias }: StoreEntry): Finding[] {
  const findings: Finding[] = [];
  const report = (level: FindingLevel, rule: string, message: string) =>
    findings.push({ level, rule, subject: alias, message });

  if (store.format !== "pkcs12" && alias !== alias.toLowerCase()) {
    report(
      "error",
      "alias-unreachable",
      `Java looks for "${alias.toLowerCase()}" here and never finds "${alias}"; rename it`,
    );
  }
  const namesakes = store.entries.filter((other) => other.alias.toLowerCase() === alias.toLowerCase());
  if (store.format === "pkcs12" && namesakes.length > 1) {
    report(
      "error",
      "alias-repeated",
      `${namesakes.length} entries are called "${alias}", and Java shows the last one only; rename the others`,
    );
  }
  if (/^\d+$/.test(alias)) {
    report(
      "warning",
      "alias-number",
      `"${alias}" is what Java calls an entry without a name; give it one, before a product refers to it`,
    );
  }
  if (alias !== alias.trim() || alias === "") {
    report(
      "warning",
      "alias-blank",
      `the alias "${alias}" is empty, or begins or ends with a blank; rename it`,
    );
  }
  return findings;
}

function checkContent(store: Store, entry: StoreEntry, options: CheckOptions): Finding[] {
  if (entry.kind === "secret") return [];
  try {
    if (entry.kind === "anchor")
      return checkDates(entry.alias, parseCertificate(entry.certificate), "warning", options);
    const chain = entry.chain.map((der) => parseCertificate(der));
    return [
      ...checkKey(entry, chain, options),
      ...checkChain(store, entry.alias, chain),
      ...chain.slice(0, 1).flatMap((leaf) => checkDates(entry.alias, leaf, "error", options)),
      ...chain.slice(1).flatMap((issuer) => checkDates(entry.alias, issuer, "warning", options)),
      ...chain.flatMap((certificate) => checkStrength(entry.alias, certificate)),
    ];
  } catch (error) {
    if (!(error instanceof PkiError)) throw error;
    return [
      {
        level: "error",
        rule: "certificate-unreadable",
        subject: entry.alias,
        message: `a certificate cannot be read: ${error.message}; import it again`,
      },
    ];
  }
}

function checkKey(
  entry: IdentityEntry,
  [leaf]: readonly Certificate[],
  { password }: CheckOptions,
): Finding[] {
  let pkcs8: Buffer;
  try {
    pkcs8 = openKey(entry, password);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    const message =
      error.code === "wrong-password"
        ? "the key does not open with the store's password; Java then refuses every key of the store to a product that knows one password only"
        : `the key cannot be opened: ${error.message}`;
    return [{ level: "error", rule: "key-unreadable", subject: entry.alias, message }];
  }
  if (leaf === undefined || publicKeyMatches(leaf, pkcs8)) return [];
  return [
    {
      level: "error",
      rule: "key-mismatch",
      subject: entry.alias,
      message: `the key does not belong to the certificate ${leaf.subject.toString()}; Java compares them only in the handshake, which fails`,
    },
  ];
}

function checkChain(store: Store, alias: string, chain: readonly Certificate[]): Finding[] {
  const [leaf] = chain;
  if (leaf === undefined) {
    return [
      {
        level: "error",
        rule: "chain-missing",
        subject: alias,
        message: "the key has no certificate; import its chain",
      },
    ];
  }
  const ordered = orderChain(leaf, chain);
  const last = ordered.at(-1) ?? leaf;
  const findings: Finding[] = [];
  if (ordered.some(({ sha256 }, index) => chain[index]?.sha256 !== sha256) || ordered.length < chain.length) {
    findings.push({
      // From JKS Java presents what it holds; from PKCS12 it puts the chain together itself.
      level: store.format === "pkcs12" ? "warning" : "error",
      rule: "chain-disordered",
      subject: alias,
      message:
        "the chain is out of order or holds certificates that do not belong to it; import it leaf first",
    });
  }
  if (!last.isSelfSigned) {
    findings.push({
      level: "warning",
      rule: "chain-incomplete",
      subject: alias,
      message: `the chain ends at ${last.subject.toString()}; its issuer ${last.issuer.toString()} is not in it, and whoever connects must have it`,
    });
  }
  return findings;
}

function checkDates(
  alias: string,
  certificate: Certificate,
  level: FindingLevel,
  { now, expiringWithinDays = 30 }: CheckOptions,
): Finding[] {
  const name = certificate.subject.toString();
  const until = certificate.notAfter.toISOString().slice(0, 10);
  const finding = (level: FindingLevel, rule: string, message: string): Finding[] => [
    { level, rule, subject: alias, message },
  ];
  if (certificate.notAfter < now) return finding(level, "expired", `${name} expired on ${until}; replace it`);
  if (certificate.notBefore > now) {
    const from = certificate.notBefore.toISOString().slice(0, 10);
    return finding(level, "not-yet-valid", `${name} is not valid before ${from}; look at the clock, or wait`);
  }
  const daysLeft = Math.floor((certificate.notAfter.getTime() - now.getTime()) / DAY_MS);
  if (daysLeft < expiringWithinDays) {
    return finding(
      "warning",
      "expiring",
      `${name} expires on ${until}, in ${daysLeft} days; replace it before`,
    );
  }
  return [];
}

/** Limits as JSSE has them: MD5 and RSA below 1024 fail, SHA-1 and RSA 1024 pass for private authorities. */
function checkStrength(alias: string, certificate: Certificate): Finding[] {
  const name = certificate.subject.toString();
  const findings: Finding[] = [];
  const report = (level: FindingLevel, message: string) =>
    findings.push({ level, rule: "weak-algorithm", subject: alias, message });

  const { signatureAlgorithm, keyAlgorithm } = certificate;
  if (!certificate.isSelfIssued && /md[25]/i.test(signatureAlgorithm)) {
    report("error", `${name} is signed with ${signatureAlgorithm}, which Java refuses; have it issued anew`);
  } else if (!certificate.isSelfIssued && /sha1|sha-1/i.test(signatureAlgorithm)) {
    report(
      "warning",
      `${name} is signed with ${signatureAlgorithm}, which modern readers refuse; have it issued anew`,
    );
  }
  const rsaBits = /^RSA\D* (\d+)$/.exec(keyAlgorithm)?.[1];
  if (rsaBits !== undefined && Number(rsaBits) < 2048) {
    report(
      Number(rsaBits) < 1024 ? "error" : "warning",
      `${name} has a key of ${rsaBits} bits; 2048 are the least that is safe: make a new one`,
    );
  }
  if (keyAlgorithm.startsWith("DSA")) {
    report("warning", `${name} has a DSA key, which TLS 1.3 does not know; use RSA or EC`);
  }
  return findings;
}

/** A server or client with default settings presents one identity, whatever its owner meant. */
function checkPresentation(store: Store): Finding[] {
  const [presented, ...shadowed] = presentationOrder(store);
  if (presented === undefined) return [];
  return shadowed.map((entry) => ({
    level: "warning",
    rule: "alias-shadowed",
    subject: entry.alias,
    message: `Java's default key manager presents "${presented.alias}" and not "${entry.alias}"; name the alias in the product, or keep one key in the store`,
  }));
}
