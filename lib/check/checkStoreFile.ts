import { extname } from "node:path";

import { invisibleBags } from "../java";
import { describeProfile, isPrintableAscii, storeLayoutOf, type Store } from "../keystore";
import { refusal, type Refusal } from "../rules";
import { isWeakPassword } from "./weakPassword";

/** How a store came to be open. */
export interface OpenedWith {
  /** What the store was opened with. */
  readonly password: string | null;
  /** Name of the file, to compare its extension with the content. @default - not compared */
  readonly fileName?: string;
}

/** What is wrong with a store as a whole: its password, its integrity, its encryption, what it hides, its name. */
export function checkStoreFile(store: Store, { password, fileName }: OpenedWith): Refusal[] {
  return [
    ...(store.entries.length === 0 ? [refusal("no-entries", "the store is empty")] : []),
    ...(password === null ? [] : checkPassword(store, password)),
    ...checkIntegrity(store),
    ...checkEncryption(store),
    ...invisibleBags(store),
    ...checkExtension(store, fileName),
  ];
}

function checkPassword(store: Store, password: string): Refusal[] {
  const reasons: Refusal[] = [];
  if (password === "") {
    const facts =
      "the password is empty, so anybody opens the store but keytool, which takes none of less than six characters";
    reasons.push(refusal("weak-password", facts));
  } else if (isWeakPassword(password)) {
    const facts = "the password is a product's default or too short, so the store is as good as plaintext";
    reasons.push(refusal("weak-password", facts));
  }
  if (store.format === "pkcs12" && store.profile !== "passwordless" && !isPrintableAscii(password)) {
    const facts =
      "the password holds characters other than printable ASCII, and Java before 25 then does not open the store";
    reasons.push(refusal("password-not-ascii", facts));
  }
  return reasons;
}

function checkIntegrity(store: Store): Refusal[] {
  if (store.integrity === "unchecked") {
    return [refusal("integrity-unchecked", "the integrity was not checked")];
  }
  if (store.integrity === "unprotected") {
    return [
      refusal("integrity-unprotected", "the file has no MAC, so that nobody notices what was changed in it"),
    ];
  }
  if (storeLayoutOf(store.extra)?.mac?.kind !== "pbmac1") return [];
  const facts =
    "the integrity is protected by PBMAC1, which Java before 25.0.5 and OpenSSL before 3.4 do not know";
  return [refusal("integrity-pbmac1", facts)];
}

function checkEncryption(store: Store): Refusal[] {
  const reasons: Refusal[] = [];
  const weak = weakCiphers(store);
  if (weak !== "") {
    const facts = `it is encrypted with ${weak}, which OpenSSL 3 refuses`;
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

/** What OpenSSL 3 has in its legacy provider only, of keys and certificates, as people call it. */
function weakCiphers({ extra }: Store): string {
  const layout = storeLayoutOf(extra);
  const schemes = [layout?.keyEncryption, ...(layout?.parts ?? []).map(({ encryption }) => encryption)];
  const names = schemes.flatMap(
    (scheme) => /^(?:rc2|rc4|des)/.exec(scheme?.cipher ?? "")?.[0].toUpperCase() ?? [],
  );
  return [...new Set(names)].sort().join(" and ");
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
