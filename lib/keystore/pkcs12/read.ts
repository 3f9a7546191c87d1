import { readAsn1, readSequence } from "../../pki/asn1";
import {
  decrypt,
  type DerivationLimits,
  type EncryptionParameters,
  type EncryptionScheme,
  KeyDerivation,
  type PasswordForm,
  passwordForms,
  readEncryptionAlgorithm,
} from "../encryption";
import { refuseMalformed, tooCostly, wrongPassword } from "../errors";
import type { Store, StoreEntry, StoreIntegrity } from "../store";
import { createChainBuilder } from "./chainBuilder";
import { type BagEntry, createdMsOf, type JavaEntries, readJavaEntries } from "./javaEntries";
import { EntryLayout, type LayoutPart, StoreLayout } from "./layout";
import { type Mac, macMatches, readMac } from "./mac";
import { BagType } from "./oids";
import { type Pfx, type PfxContent, readPfx } from "./pfx";
import { detectProfile } from "./profile";
import { isSequence, readSafeBag, type SafeBag } from "./safeBag";

/** More bags than this are no store, but an attempt to fill the memory. */
const MAXIMUM_BAGS = 100_000;

/**
 * Reads a PKCS12 store (RFC 7292) with the entries as Java shows them. Private keys stay sealed.
 *
 * With a null password the integrity is checked where the store was made without one; else a store whose contents
 * are in the clear is read unchecked, as Java does, and one with encrypted contents is refused, where Java would
 * show it without them.
 *
 * @param limits what the file may ask for, for callers that read files nobody vouches for
 * @throws StoreError `wrong-password`, `damaged`, `unsupported`, `too-costly`
 */
export function readPkcs12(bytes: Uint8Array, password: string | null, limits?: DerivationLimits): Store {
  return refuseMalformed(() => {
    const derivation = new KeyDerivation(limits);
    const copy = Buffer.from(bytes);
    const pfx = readPfx(copy);
    const mac = pfx.macData === undefined ? undefined : readMac(pfx.macData);
    const { integrity, forms } = checkIntegrity(pfx, mac, password, derivation);
    const parts = readParts(pfx.contents, forms, derivation);
    const java = readJavaEntries(parts.map(({ bags }) => bags));
    const chains = assembleChains(java);
    const keys = readKeySchemes(parts);
    const profile = detectProfile(
      keys,
      parts.filter(holdsMoreThanKeys).map(({ encryption }) => encryption),
      mac?.scheme,
    );
    const knownKey = keys.find((scheme) => scheme !== undefined);
    const source = { bytes: copy, authenticatedSafe: pfx.authenticatedSafe, mac };
    const inChains = new Set([...chains.values()].flat());
    return {
      format: "pkcs12",
      profile,
      integrity,
      entries: java.entries.map((entry) => toStoreEntry(entry, chains.get(entry) ?? [])),
      extra: {
        codec: "pkcs12",
        value: new StoreLayout(profile, parts, java, inChains, mac?.scheme, knownKey, source),
      },
    };
  });
}

/**
 * How dear it is to try a password on a PKCS12 store: iterations of its MAC; 0 where it has none.
 *
 * @throws StoreError `damaged`, `unsupported`
 */
export function macIterations(bytes: Uint8Array): number {
  return refuseMalformed(() => {
    const { macData } = readPfx(bytes);
    return macData === undefined ? 0 : readMac(macData).scheme.iterations;
  });
}

/** Chains of the identities; without any, no certificate is looked into. */
function assembleChains({ entries, certificates }: JavaEntries): ReadonlyMap<BagEntry, readonly SafeBag[]> {
  const identities = entries.filter((entry) => entry.kind === "identity");
  if (identities.length === 0) return new Map();
  const builder = createChainBuilder(certificates);
  return new Map(
    identities.map((entry) => [entry, entry.leaf === undefined ? [] : builder.chainOf(entry.leaf)]),
  );
}

/** Whether a part's encryption says how certificates are protected. */
function holdsMoreThanKeys({ bags, encryption }: LayoutPart): boolean {
  return encryption !== undefined || bags.some(({ typeId }) => typeId === BagType.certificate);
}

/** Checks the MAC before anything is decrypted, so that a wrong password costs one derivation. */
function checkIntegrity(
  { authenticatedSafe, contents }: Pfx,
  mac: Mac | undefined,
  password: string | null,
  derivation: KeyDerivation,
): { integrity: StoreIntegrity; forms: readonly PasswordForm[] } {
  const forms = passwordForms(password);
  if (mac === undefined) return { integrity: "unprotected", forms };
  const match = forms.find((form) => macMatches(mac, authenticatedSafe, form, derivation));
  if (match !== undefined)
    return { integrity: "verified", forms: [match, ...forms.filter((form) => form !== match)] };
  if (password !== null || contents.some(({ kind }) => kind === "encrypted"))
    throw wrongPassword("the store");
  return { integrity: "unchecked", forms };
}

function readParts(
  contents: readonly PfxContent[],
  forms: readonly PasswordForm[],
  derivation: KeyDerivation,
): readonly LayoutPart[] {
  let count = 0;
  return contents.map((content) => {
    const bags =
      content.kind === "plain" ? readBags(content.safeContents) : decryptBags(content, forms, derivation);
    count += bags.length;
    if (count > MAXIMUM_BAGS) throw tooCostly(`more than ${MAXIMUM_BAGS} bags`);
    return content.kind === "plain" ? { bags } : { bags, encryption: content.parameters.scheme };
  });
}

function readBags(safeContents: Uint8Array): readonly SafeBag[] {
  return readSequence(readAsn1(safeContents), "safe contents").map(readSafeBag);
}

function decryptBags(
  { parameters, encrypted }: { parameters: EncryptionParameters; encrypted: Uint8Array },
  forms: readonly PasswordForm[],
  derivation: KeyDerivation,
): readonly SafeBag[] {
  for (const form of forms) {
    const plain = decrypt(parameters, form, encrypted, derivation);
    if (plain !== undefined && isSequence(plain)) return readBags(plain);
  }
  throw wrongPassword("the encrypted contents");
}

function readKeySchemes(parts: readonly LayoutPart[]): readonly (EncryptionScheme | undefined)[] {
  return parts
    .flatMap(({ bags }) => bags)
    .filter(({ typeId }) => typeId === BagType.shroudedKey)
    .map(({ value }) => readKeyScheme(value));
}

/** A key that cannot be opened here is carried along all the same. */
function readKeyScheme(encryptedPrivateKeyInfo: Uint8Array): EncryptionScheme | undefined {
  try {
    return readEncryptionAlgorithm(readSequence(readAsn1(encryptedPrivateKeyInfo), "key")[0]).scheme;
  } catch {
    return undefined;
  }
}

function toStoreEntry(entry: BagEntry, chain: readonly SafeBag[]): StoreEntry {
  const { alias, bag } = entry;
  const leaf = entry.kind === "identity" ? entry.leaf : undefined;
  const certificates = chain.map(({ value }) => value);
  const extra = { codec: "pkcs12", value: new EntryLayout(alias, bag, leaf, certificates) } as const;
  if (entry.kind === "anchor") return { kind: "anchor", alias, certificate: bag.value, extra };
  const createdMs = createdMsOf(bag);
  const created = createdMs === undefined ? {} : { createdMs };
  if (entry.kind === "secret") return { kind: "secret", alias, ...created, extra };
  return {
    kind: "identity",
    alias,
    ...created,
    key: { kind: "sealed", encryptedPrivateKeyInfo: bag.value },
    chain: certificates,
    extra,
  };
}
