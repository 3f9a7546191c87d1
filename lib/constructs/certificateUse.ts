import type { ExtendedKeyUsage } from "../model";

/** Who is going to present the certificate. */
export interface CertificateUse {
  readonly purpose: ExtendedKeyUsage;
  readonly defaultCommonName: string;
  readonly defaultNames: readonly string[];
  /** The entry that it is presented from; absent for PEM files. */
  readonly standsAt?: { readonly storeId: string; readonly alias: string };
}
