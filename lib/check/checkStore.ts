import { extname } from "node:path";

import type { Finding, FindingLevel } from "../model";
import { orderChain, parseCertificate, PkiError, publicKeyMatches, type Certificate } from "../pki";
import {
  describeProfile,
  StoreError,
  openKey,
  storeLayoutOf,
  type IdentityEntry,
  type Store,
  type StoreEntry,
} from "../keystore";
import { presentationOrder } from "../java";
import { finding, refusal, type Refusal, ruleOfKeyError } from "../rules";
import { checkDates, checkStrength } from "./checkCertificate";
import { invisibleBags } from "./invisibleBags";
import { isWeakPassword } from "./weakPassword";

export interface CheckOptions {
  /** What the store was opened with. */
  readonly password: string | null;
  readonly now: Date;
  /** @default 30 */
  readonly expiringWithinDays?: number;
  /** Name of the file, to compare its extension with the content. @default - not compared */
  readonly fileName?: string;
}

/** What the findings about the store as a whole are about; those about an entry have its alias. */
const WHOLE = "store";

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
  return [
    ...(store.entries.length === 0 ? [refusal("no-entries", "the store is empty")] : []),
    ...(password !== null && isWeakPassword(password)
      ? [
          refusal(
            "weak-password",
            "the password is a product's default or too short, so the store is as good as plaintext",
          ),
        ]
      : []),
    ...(store.integrity === "unchecked"
      ? [refusal("integrity-unchecked", "the integrity was not checked")]
      : []),
    ...checkEncryption(store),
    ...invisibleBags(store),
    ...checkExtension(store, fileName),
  ].map((reason) => finding(WHOLE, reason));
}

function checkEncryption(store: Store): Refusal[] {
  const reasons: Refusal[] = [];
  if (usesRc2(store)) {
    const facts = "certificates are under RC2, which OpenSSL 3 refuses";
    reasons.push(refusal("weak-encryption", facts, "convert it to the profile modern or compat"));
  }
  const unreadable = javaUnreadable(store);
  if (unreadable !== undefined) {
    reasons.push(refusal("java-unreadable", `it is encrypted with ${unreadable}, which no Java opens`));
  }
  if (store.format === "jceks") {
    const facts = "JCEKS protects keys with MD5 and 3DES, and only Java reads it";
    reasons.push(refusal("weak-encryption", facts, "convert it to the profile modern"));
  }
  return reasons;
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

function checkExtension(store: Store, fileName: string | undefined): Refusal[] {
  const extension = extname(fileName ?? "");
  const expected = FORMAT_BY_EXTENSION[extension.toLowerCase()];
  if (expected === undefined || expected === store.format) return [];
  const facts = `the file is called ${extension} and holds ${describeProfile(store)}`;
  return [refusal("content-against-extension", facts)];
}

const FORMAT_BY_EXTENSION: Readonly<Record<string, Store["format"]>> = {
  ".jks": "jks",
  ".jceks": "jceks",
  ".p12": "pkcs12",
  ".pfx": "pkcs12",
  ".pkcs12": "pkcs12",
};

function checkAlias(store: Store, { alias }: StoreEntry): Finding[] {
  const reasons: Refusal[] = [];
  if (store.format !== "pkcs12" && alias !== alias.toLowerCase()) {
    const facts = `Java looks for "${alias.toLowerCase()}" here and never finds "${alias}"`;
    reasons.push(refusal("alias-upper-case", facts));
  }
  const namesakes = store.entries.filter((other) => other.alias.toLowerCase() === alias.toLowerCase());
  if (store.format === "pkcs12" && namesakes.length > 1) {
    const facts = `${namesakes.length} entries are called "${alias}", and Java shows the last one only`;
    reasons.push(refusal("alias-repeated", facts));
  }
  if (/^\d+$/.test(alias)) {
    reasons.push(refusal("alias-number", `"${alias}" is what Java calls an entry without a name`));
  }
  if (alias !== alias.trim() || alias === "") {
    reasons.push(refusal("alias-blank", `the alias "${alias}" is empty, or begins or ends with a blank`));
  }
  return reasons.map((reason) => finding(alias, reason));
}

function checkContent(store: Store, entry: StoreEntry, options: CheckOptions): Finding[] {
  if (entry.kind === "secret") return [];
  const { alias } = entry;
  try {
    if (entry.kind === "anchor") {
      return datesOf(alias, parseCertificate(entry.certificate), "warning", options);
    }
    const chain = entry.chain.map((der) => parseCertificate(der));
    return [
      ...checkKey(entry, chain, options),
      ...checkChain(store, alias, chain),
      ...chain.flatMap((certificate, at) =>
        datesOf(alias, certificate, at === 0 ? "error" : "warning", options),
      ),
      ...chain.flatMap(checkStrength).map((reason) => finding(alias, reason)),
    ];
  } catch (error) {
    if (!(error instanceof PkiError)) throw error;
    return [
      finding(alias, refusal("certificate-unreadable", `a certificate cannot be read: ${error.message}`)),
    ];
  }
}

/** A certificate outside its dates, at the level that it deserves where it stands; one that ends soon. */
function datesOf(
  alias: string,
  certificate: Certificate,
  level: FindingLevel,
  { now, expiringWithinDays }: CheckOptions,
): Finding[] {
  const reason = checkDates(certificate, now, expiringWithinDays);
  if (reason === undefined) return [];
  return [finding(alias, reason, reason.rule === "expiring" ? "warning" : level)];
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
    const rule = ruleOfKeyError(error);
    const facts =
      rule === "key-password-differs"
        ? "the key does not open with the store's password; Java then refuses every key of the store to a product that knows one password only"
        : `the key cannot be opened: ${error.message}`;
    return [finding(entry.alias, refusal(rule, facts))];
  }
  if (leaf === undefined || publicKeyMatches(leaf, pkcs8)) return [];
  const facts = `the key does not belong to the certificate ${leaf.subject.toString()}; Java compares them only in the handshake, which fails`;
  return [finding(entry.alias, refusal("key-does-not-match", facts))];
}

function checkChain(store: Store, alias: string, chain: readonly Certificate[]): Finding[] {
  const [leaf] = chain;
  if (leaf === undefined) {
    return [finding(alias, refusal("no-certificate", "the key has no certificate"))];
  }
  const ordered = orderChain(leaf, chain);
  const last = ordered.at(-1) ?? leaf;
  const findings: Finding[] = [];
  if (ordered.some(({ sha256 }, index) => chain[index]?.sha256 !== sha256) || ordered.length < chain.length) {
    const facts = "the chain is out of order or holds certificates that do not belong to it";
    // From JKS Java presents what it holds; from PKCS12 it puts the chain together itself.
    const level = store.format === "pkcs12" ? "warning" : "error";
    findings.push(finding(alias, refusal("chain-disordered", facts), level));
  }
  if (!last.isSelfSigned) {
    const facts = `the chain ends at ${last.subject.toString()}; its issuer ${last.issuer.toString()} is not in it, and whoever connects must have it`;
    findings.push(finding(alias, refusal("chain-incomplete", facts)));
  }
  return findings;
}

/** A server or client with default settings presents one identity, whatever its owner meant. */
function checkPresentation(store: Store): Finding[] {
  const [presented, ...others] = presentationOrder(store);
  if (presented === undefined) return [];
  return others.map(({ alias }) => {
    const facts = `Java's default key manager presents "${presented.alias}" and not "${alias}"`;
    const remedy = "name the alias in the product, or keep one key in the store";
    return finding(alias, refusal("other-identity-presented", facts, remedy), "warning");
  });
}
