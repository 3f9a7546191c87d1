import type { ChainPart } from "./chainPart";
import type { ReaderPlan } from "./runtime";
import type { SecretReference } from "./secretReference";

/** Formats of stores that are written. */
export type StoreFormat = "jks" | "pkcs12";

/**
 * Encoding of a store, named by era; who reads each is in the table of keystore formats.
 *
 * `jks` is the only profile of JKS; the others are PKCS12.
 */
export type StoreProfile = "jks" | "modern" | "compat" | "jdk-legacy";

/** A JKS or PKCS12 file on a host. */
export interface StorePlan {
  /** `<stack>/<key>`. */
  readonly id: string;
  readonly hostId: string;
  /** Absolute path on the host. */
  readonly path: string;
  readonly profile: StoreProfile;
  /** What opens the store; the profile is one that it can read. */
  readonly reader?: ReaderPlan;
  readonly password: SecretReference;
  /** Where the password is found that the store is under until a deploy puts it under the other. @default - none */
  readonly formerPassword?: SecretReference;
  /** Whether a store that is missing is created, or refused because the product must bring it. */
  readonly ifMissing: "create" | "fail";
}

/** Where the passwords of a store are found, for messages. */
export function passwordText({
  password,
  formerPassword,
}: Pick<StorePlan, "password" | "formerPassword">): string {
  return formerPassword === undefined
    ? `password ${password}`
    : `password ${password}, before the deploy ${formerPassword}`;
}

/** What to do with an entry of somebody else's under a declared alias. */
export type OnForeign = "refuse" | "replace";

/** Puts an identity into a store. */
export interface KeyEntryPlan {
  readonly kind: "key";
  readonly id: string;
  readonly storeId: string;
  readonly alias: string;
  readonly identityId: string;
  /** Absent means the store's password, which is what most products demand. */
  readonly keyPassword?: SecretReference;
  readonly onForeign: OnForeign;
}

/** Puts a certificate that is to be trusted into a store. */
export interface TruststoreEntryPlan {
  readonly kind: "anchor";
  readonly id: string;
  readonly storeId: string;
  readonly alias: string;
  /**
   * The alias that it is declared under, where a newer generation has that and it stands beside, as
   * `<alias>-previous`.
   *
   * @default - `alias`
   */
  readonly declaredAlias?: string;
  /** Id of the declared entry that this is the other generation of. @default - it is declared itself */
  readonly generationOf?: string;
  readonly identityId: string;
  readonly part: ChainPart;
  /** Leaves the entry out where the store already holds the certificate under another's alias. */
  readonly unlessAlreadyTrusted: boolean;
  /** The store holds the certificate as somebody else's entry, as the lock observed: nothing is put there. */
  readonly leftOut?: true;
  readonly onForeign: OnForeign;
}

export type EntryPlan = KeyEntryPlan | TruststoreEntryPlan;

/** Whether an entry is one that its store holds already, so that nothing of it is delivered. */
export function isLeftOut(entry: EntryPlan): boolean {
  return entry.kind === "anchor" && entry.leftOut === true;
}

/** The alias that an entry is declared under, where it stands or where a newer generation does. */
export function declaredAliasOf(entry: EntryPlan): string {
  return entry.kind === "key" ? entry.alias : (entry.declaredAlias ?? entry.alias);
}

/** The alias that an older generation of an anchor moves to, until nobody needs it: the first one that is free. */
export function previousAlias(alias: string, isTaken: (alias: string) => boolean): string {
  const first = `${alias}-previous`;
  let candidate = first;
  for (let number = 2; isTaken(candidate); number += 1) candidate = `${first}-${number}`;
  return candidate;
}
