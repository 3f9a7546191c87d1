import type { ReaderPlan } from "../model";
import { invalidStore } from "./errors";
import type { Store } from "./store";

/** What opens a store: a program that the caller declared, or nobody but this tool. */
export type StoreReader = ReaderPlan | "cdktf-trust";

/** First Java that was seen to open PBES2 under other passwords (25 and 26 do, 8, 11, 17 and 21 do not). */
const FIRST_UTF8_RELEASE = 25;

/**
 * Whether every reader of PKCS12 and of JCEKS keys takes the password: printable ASCII, as
 * `com.sun.crypto.provider.PBEKey` insists on. JKS takes any.
 */
export function isPrintableAscii(password: string): boolean {
  return /^[ -~]*$/.test(password);
}

/**
 * Refuses to put a PKCS12 store or key under a password with which its reader could not open it.
 *
 * @param what which password it is, for the message; its characters are not repeated
 * @param reader @default - every Java
 * @throws StoreError `invalid`
 */
export function requireOpenablePassword(
  what: string,
  password: string,
  { profile }: Pick<Store, "profile">,
  reader: StoreReader | undefined,
): void {
  if (isPrintableAscii(password) || reader === "cdktf-trust" || takesUtf8(profile, reader)) return;
  throw invalidStore(
    `${what} holds characters other than printable ASCII (space to ~), and under it Java before ${FIRST_UTF8_RELEASE} ` +
      "opens no PKCS12 store: choose one of printable ASCII, or the profile jks, which takes any; if nothing but " +
      `Java ${FIRST_UTF8_RELEASE} or later reads the store, declare "java ${FIRST_UTF8_RELEASE}" as its reader, with the profile modern`,
  );
}

/** With PBES1, as in `compat`, Java 25 cuts each byte to seven bits, and no other reader does. */
function takesUtf8(profile: string, reader: ReaderPlan | undefined): boolean {
  return profile === "modern" && reader?.kind === "java" && (reader.release ?? 0) >= FIRST_UTF8_RELEASE;
}
