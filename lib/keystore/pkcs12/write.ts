import { createHash } from "node:crypto";
import { encodeSequence } from "../../pki/asn1";
import {
  chooseParameters,
  decrypt,
  derivedBytes,
  encrypt,
  type EncryptionParameters,
  type EncryptionScheme,
  KeyDerivation,
  type PasswordForm,
  passwordForm,
  passwordForms,
  sealPrivateKeyInfo,
  type SlotSource,
} from "../encryption";
import { invalidStore } from "../errors";
import { isPrintableAscii, requireOpenablePassword, type StoreReader } from "../openablePassword";
import type { Store } from "../store";
import { type DraftPart, draftParts } from "./draft";
import type { DraftBag } from "./entryBags";
import { checkEntries } from "./entryCheck";
import { readJavaEntries } from "./javaEntries";
import { storeLayoutOf, type StoreLayout } from "./layout";
import { encodeMac, macMatches } from "./mac";
import { encodeAuthenticatedSafe, encodePfx, type PfxContent, readPfx } from "./pfx";
import { algorithmsForEdit, algorithmsOf, type Pkcs12Algorithms } from "./profile";
import { BagType } from "./oids";
import { isSequence, makeSafeBag, type SafeBag } from "./safeBag";
import { encodeSecretBag } from "./secretBag";

/** Stands in the derivation of salts and IVs, so that no other writer ever derives the same ones. */
const DERIVATION_LABEL = "cdktf-trust PKCS12 1";

/**
 * Writes a PKCS12 store; the same store and password give the same bytes.
 *
 * A store that was read keeps its algorithms, iteration counts, attributes, unknown bags and the sealed bytes of
 * its keys; where nothing changed, not even the password, it is written as the bytes that were read. Java lists keys
 * before certificates, whatever the order of the entries, and completes every chain with the issuers in the file.
 *
 * A password beyond ASCII goes on in the form that opened the file, so that who could open it still can.
 *
 * @param password of the store, and of keys that are in the clear and name no other
 * @param reader what must open the store @default - every Java
 * @throws StoreError `invalid` for entries that PKCS12 cannot hold: two under one alias (case does not count), a
 * chain out of order, a key that is sealed the way of JKS; and for a password that the reader cannot take
 */
export function writePkcs12(store: Store, password: string, reader?: StoreReader): Buffer {
  checkEntries(store.entries);
  const layout = currentLayout(store);
  const algorithms = layout === undefined ? algorithmsOf(store.profile) : algorithmsForEdit(layout);
  const parts = settle(store, layout, algorithms);
  const unchanged = unchangedFile(parts, layout, password);
  if (unchanged !== undefined) return unchanged;
  const clearKeys = parts.flatMap(({ bags }) => bags.flatMap(({ clearKey }) => clearKey ?? []));
  for (const key of clearKeys) {
    if (key.password !== undefined) requireOpenablePassword("the key password", key.password, store, reader);
  }
  const isProtected =
    algorithms.mac !== undefined || algorithms.certificates !== undefined || clearKeys.length > 0;
  // Printable ASCII has one form, so that nothing need be derived to find it.
  const forms = isPrintableAscii(password) && password !== "" ? undefined : formsThatOpened(layout, password);
  if (forms === undefined && isProtected) requireOpenablePassword("the password", password, store, reader);
  return encode(parts, algorithms, password, forms ?? oneForm(passwordForm(password)));
}

/** What a password is turned into for the MAC and for everything encrypted: Java 25 takes two ways with PBES1. */
interface PasswordForms {
  readonly mac: PasswordForm;
  readonly contents: PasswordForm;
}

function oneForm(form: PasswordForm): PasswordForms {
  return { mac: form, contents: form };
}

/** The forms of the password that opened the file; undefined where it is another password, or nothing tells. */
function formsThatOpened(layout: StoreLayout | undefined, password: string): PasswordForms | undefined {
  const mac = macFormThatOpened(layout, password);
  if (mac === undefined || layout?.source === undefined) return undefined;
  const encrypted = readPfx(layout.source.bytes).contents.find((content) => content.kind === "encrypted");
  if (encrypted === undefined) return oneForm(mac);
  const derivation = new KeyDerivation();
  const contents = [mac, ...passwordForms(password)].find((form) => {
    const plain = decrypt(encrypted.parameters, form, encrypted.encrypted, derivation);
    return plain !== undefined && isSequence(plain);
  });
  return { mac, contents: contents ?? mac };
}

function macFormThatOpened(layout: StoreLayout | undefined, password: string): PasswordForm | undefined {
  if (layout?.source?.mac === undefined) return undefined;
  const { authenticatedSafe, mac } = layout.source;
  const derivation = new KeyDerivation();
  return passwordForms(password).find((form) => macMatches(mac, authenticatedSafe, form, derivation));
}

/** The file as it was read, where an edit left every bag and the password as they were. */
function unchangedFile(
  parts: readonly DraftPart[],
  layout: StoreLayout | undefined,
  password: string,
): Buffer | undefined {
  if (layout?.source === undefined) return undefined;
  const { bytes, mac } = layout.source;
  const before = layout.parts.flatMap(({ bags }) => bags);
  const after = parts.flatMap(({ bags }) => bags);
  if (before.length !== after.length) return undefined;
  if (after.some(({ bag, clearKey }, index) => bag !== before[index] || clearKey !== undefined))
    return undefined;
  // Without a MAC, only a file in the clear is sure not to be under another password.
  const samePassword =
    mac === undefined
      ? layout.parts.every(({ encryption }) => encryption === undefined)
      : macFormThatOpened(layout, password) !== undefined;
  return samePassword ? Buffer.from(bytes) : undefined;
}

/** The layout of the store's file; with the new profile's algorithms where the store was given another one. */
function currentLayout(store: Store): StoreLayout | undefined {
  const layout = storeLayoutOf(store.extra);
  if (layout === undefined || layout.profile === store.profile) return layout;
  const { certificates, key, mac } = algorithmsOf(store.profile);
  return layout.withAlgorithms(store.profile, certificates, key, mac);
}

/** Makes sure that Java will show each entry as it is meant, if need be by naming those that had no name. */
function settle(store: Store, layout: StoreLayout | undefined, algorithms: Pkcs12Algorithms): DraftPart[] {
  const asFound = draftParts(store.entries, layout, algorithms, "as-found");
  if (findMisread(store, asFound) === undefined) return asFound;
  const explicit = draftParts(store.entries, layout, algorithms, "explicit");
  const misread = findMisread(store, explicit);
  if (misread === undefined) return explicit;
  throw invalidStore(`the entry "${misread}" cannot be told from others in this store; rename it`);
}

/** Alias of an entry that Java would not show, or show as another kind or with another certificate. */
function findMisread(store: Store, parts: readonly DraftPart[]): string | undefined {
  const shown = new Map(
    readJavaEntries(parts.map(({ bags }) => bags.map(({ bag }) => bag))).entries.map((entry) => [
      entry.alias.toLowerCase(),
      entry,
    ]),
  );
  return store.entries.find((entry) => {
    const found = shown.get(entry.alias.toLowerCase());
    if (found?.kind !== entry.kind) return true;
    if (found.kind === "anchor")
      return entry.kind === "anchor" && !isSame(found.bag.value, entry.certificate);
    if (found.kind === "secret" || entry.kind !== "identity") return false;
    const [leaf] = entry.chain;
    return leaf === undefined ? found.leaf !== undefined : !isSame(found.leaf?.value, leaf);
  })?.alias;
}

function encode(
  parts: readonly DraftPart[],
  algorithms: Pkcs12Algorithms,
  password: string,
  forms: PasswordForms,
): Buffer {
  // What is written is our own work: no limit but that of each key.
  const derivation = new KeyDerivation({ work: Infinity });
  const slots = createSlots(parts, algorithms, derivation);
  const slot = slots(password);
  const sealer = new KeySealer(algorithms.key, { password, form: forms.contents }, slots, derivation);
  const contents = parts.map(({ encryption, bags }, index): PfxContent => {
    const safeContents = encodeSequence(Buffer.concat(bags.map((draftBag) => sealer.seal(draftBag).encoded)));
    if (encryption === undefined) return { kind: "plain", safeContents };
    const parameters = chooseParameters(encryption, slot(`part salt ${index}`), slot(`part iv ${index}`));
    return {
      kind: "encrypted",
      parameters,
      encrypted: encrypt(parameters, forms.contents, safeContents, derivation),
    };
  });
  const authenticatedSafe = encodeAuthenticatedSafe(contents);
  const { mac } = algorithms;
  return encodePfx(
    authenticatedSafe,
    mac === undefined
      ? undefined
      : encodeMac(mac, authenticatedSafe, forms.mac, slot("mac salt"), derivation),
  );
}

/** Seals the keys that are in the clear. */
class KeySealer {
  private count = 0;

  constructor(
    private readonly scheme: EncryptionScheme,
    private readonly store: { readonly password: string; readonly form: PasswordForm },
    private readonly slots: (password: string) => SlotSource,
    private readonly derivation: KeyDerivation,
  ) {}

  seal({ bag, clearKey }: DraftBag): SafeBag {
    if (clearKey === undefined) return bag;
    const { password = this.store.password } = clearKey;
    const form = password === this.store.password ? this.store.form : passwordForm(password);
    const parameters = this.chooseParameters(this.slots(password));
    const sealed = sealPrivateKeyInfo(clearKey.pkcs8, form, parameters, this.derivation);
    const value = bag.typeId === BagType.secret ? encodeSecretBag(sealed) : sealed;
    return makeSafeBag(bag.typeId, value, bag.attributes.encoded);
  }

  /**
   * With PBES2 the keys of one write share a salt, and so one derivation, under an IV each; with PBES1 the IV comes
   * from the salt, so that each key needs its own.
   */
  private chooseParameters(slot: SlotSource): EncryptionParameters {
    const index = this.count;
    this.count += 1;
    const salt = this.scheme.kind === "pbes2" ? slot("key salt") : slot(`key salt ${index}`);
    return chooseParameters(this.scheme, salt, slot(`key iv ${index}`));
  }
}

/** Byte sources by password, each for the whole content. */
function createSlots(
  parts: readonly DraftPart[],
  algorithms: Pkcs12Algorithms,
  derivation: KeyDerivation,
): (password: string) => SlotSource {
  const content = hashContent(parts, algorithms);
  const counts = [algorithms.key, algorithms.mac, ...parts.map(({ encryption }) => encryption)];
  const iterations = Math.max(...counts.map((scheme) => scheme?.iterations ?? 1));
  return (password) => derivedBytes(password, DERIVATION_LABEL, content, iterations, derivation);
}

function hashContent(parts: readonly DraftPart[], algorithms: Pkcs12Algorithms): Buffer {
  const hash = createHash("sha256").update(JSON.stringify(algorithms));
  for (const { encryption, bags } of parts) {
    hash.update(`\n${JSON.stringify(encryption ?? null)} ${bags.length}`);
    for (const { bag, clearKey } of bags) {
      hash.update(`\n${bag.encoded.length} ${clearKey?.pkcs8.length ?? 0} `).update(bag.encoded);
      if (clearKey !== undefined) hash.update(clearKey.pkcs8);
    }
  }
  return hash.digest();
}

function isSame(a: Uint8Array | undefined, b: Uint8Array): boolean {
  return a !== undefined && Buffer.compare(a, b) === 0;
}
