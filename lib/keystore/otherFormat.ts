import type { ReaderPlan, StoreFormat } from "../model";
import type { ReadableFormat } from "./store";

/**
 * Whether a reader that was told one format opens a store that is in another one.
 *
 * Java takes JKS and PKCS12 for each other (`keystore.type.compat`): from 8u60 on PKCS12 under the type JKS, from 9 on
 * JKS under PKCS12 too; JCEKS under neither. Tried with Java 8 to 26; what was not tried is taken to open none.
 *
 * @see sun.security.provider.KeyStoreDelegator, sun.security.pkcs12.PKCS12KeyStore.DualFormatPKCS12
 */
export function opensAsWell(declared: StoreFormat, found: ReadableFormat, reader: ReaderPlan): boolean {
  if (declared === found) return true;
  if (reader.kind !== "java" || reader.vendor === "ibm" || found === "jceks") return false;
  const { release, update } = reader;
  if (release === undefined || release > 8) return true;
  return found === "pkcs12" && release === 8 && (update === undefined || update >= 60);
}
