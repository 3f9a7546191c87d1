import type { Finding, FindingLevel } from "../model";
import { orderChain, parseCertificate, PkiError, type Certificate } from "../pki";
import {
  foreignKeyProtection,
  foreignSecretClass,
  hiddenAliases,
  type KeyDerivation,
  openKey,
  storeDerivation,
  StoreError,
  type IdentityEntry,
  type SecretEntry,
  type Store,
  type StoreEntry,
} from "../keystore";
import { ISSUE_WITH_SUBJECT, ML_DSA, presentationOrder, unreadableCertificate } from "../java";
import { finding, refusal, type Refusal, ruleOfKeyError } from "../rules";
import { checkDates, checkKeyStrength, checkStrength } from "./checkCertificate";
import { checkStoreFile, type OpenedWith } from "./checkStoreFile";
import { keyBelongsTo } from "./keyBelongsTo";

export interface CheckOptions extends OpenedWith {
  readonly now: Date;
  /** @default 30 */
  readonly expiringWithinDays?: number;
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
  const derivation = storeDerivation(store);
  return [
    ...checkStoreFile(store, options).map((reason) => finding(WHOLE, reason)),
    ...store.entries.flatMap((entry) => [
      ...checkAlias(store, entry),
      ...checkContent(store, entry, options, derivation),
    ]),
    ...checkPresentation(store),
  ];
}

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
  const hidden = hiddenAliases(store).filter((other) => other.toLowerCase() === alias.toLowerCase());
  if (hidden.length > 0) {
    const spelled = hidden.map((other) => `"${other}"`).join(", ");
    const facts = `the file also holds ${spelled}, which Java takes for the same alias and does not show`;
    reasons.push(
      refusal(
        "alias-repeated",
        facts,
        "remove the entry, hidden ones go with it, and import again what is meant",
      ),
    );
  }
  if (/^\d+$/.test(alias)) {
    reasons.push(refusal("alias-number", `"${alias}" is what Java calls an entry without a name`));
  }
  if (alias !== alias.trim() || alias === "") {
    reasons.push(refusal("alias-blank", `the alias "${alias}" is empty, or begins or ends with a blank`));
  }
  return reasons.map((reason) => finding(alias, reason));
}

function checkContent(
  store: Store,
  entry: StoreEntry,
  options: CheckOptions,
  derivation: KeyDerivation,
): Finding[] {
  if (entry.kind === "secret") return checkSecret(entry);
  const { alias } = entry;
  try {
    if (entry.kind === "anchor") {
      const certificate = parseCertificate(entry.certificate);
      return [
        ...datesOf(alias, certificate, "warning", options),
        ...(checkLoading(certificate) ?? checkKeyStrength(certificate)).map((reason) =>
          finding(alias, reason),
        ),
      ];
    }
    const chain = entry.chain.map((der) => parseCertificate(der));
    return [
      ...checkKey(store, entry, chain, options, derivation),
      ...checkChain(store, alias, chain),
      ...chain.flatMap((certificate, at) =>
        datesOf(alias, certificate, at === 0 ? "error" : "warning", options),
      ),
      ...chain
        .flatMap((certificate) => checkLoading(certificate) ?? checkStrength(certificate))
        .map((reason) => finding(alias, reason)),
    ];
  } catch (error) {
    if (!(error instanceof PkiError)) throw error;
    return [
      finding(alias, refusal("certificate-unreadable", `a certificate cannot be read: ${error.message}`)),
    ];
  }
}

/** One alien entry, and Java opens none of the store. */
function checkSecret({ alias, ...entry }: SecretEntry): Finding[] {
  const name = foreignSecretClass({ alias, ...entry });
  if (name === undefined) return [];
  const facts = `the secret key is an object of the Java class ${name}, and Java then opens nothing of the store`;
  return [finding(alias, refusal("java-unreadable", facts, "remove the entry"))];
}

/** What comes before all strength: that Java can load the certificate, or use its key at all. */
function checkLoading(certificate: Certificate): Refusal[] | undefined {
  if (certificate.keyAlgorithm === EXPLICIT_PARAMETERS) {
    const facts = `${certificate.toString()} spells its curve out instead of naming it, and Java then opens nothing of the store`;
    return [
      refusal("java-unreadable", facts, "issue the certificate for a key of a named curve, such as P-256"),
    ];
  }
  const unreadable = unreadableCertificate(certificate);
  if (unreadable !== undefined) {
    const facts = `${unreadable}, and Java then opens nothing of the store`;
    return [refusal("java-unreadable", facts, ISSUE_WITH_SUBJECT)];
  }
  if (!ML_DSA.has(certificate.keyAlgorithm)) return undefined;
  return [refusal("key-beyond-tls", `${certificate.toString()} has an ML-DSA key`)];
}

/** As `lib/pki` describes such a key. */
const EXPLICIT_PARAMETERS = "EC with explicit parameters";

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
  { format }: Store,
  entry: IdentityEntry,
  [leaf]: readonly Certificate[],
  { password }: CheckOptions,
  derivation: KeyDerivation,
): Finding[] {
  const protection = foreignKeyProtection(format, entry);
  if (protection !== undefined) {
    const facts = `the key is protected with ${protection}, and Java opens no such key in a store of this format`;
    return [finding(entry.alias, refusal("key-unreadable", facts))];
  }
  let pkcs8: Buffer;
  try {
    pkcs8 = openKey(entry, password, derivation);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    const rule = ruleOfKeyError(error);
    const facts =
      rule === "key-password-differs"
        ? "the key does not open with the store's password; Java then refuses every key of the store to a product that knows one password only"
        : `the key cannot be opened: ${error.message}`;
    return [finding(entry.alias, refusal(rule, facts))];
  }
  if (leaf === undefined || keyBelongsTo(leaf, pkcs8)) return [];
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
  // Node cannot verify the signature that an ML-DSA certificate puts under itself.
  const isRoot = last.isSelfSigned || (last.isSelfIssued && ML_DSA.has(last.keyAlgorithm));
  if (!isRoot) {
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
