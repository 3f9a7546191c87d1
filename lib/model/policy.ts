import type { KeyAlgorithm } from "./certificate";

/** How long certificates of public authorities may be valid: what applies on the day they begin, or less at once. */
export type PublicLifetime = "by-date" | "200-days" | "100-days" | "47-days";

/** What an environment allows of its identities: `environments.<name>.policy` in the context of `cdktf.json`. */
export interface Policy {
  /** Most days of a certificate that is made here, authorities aside. @default - 36,500 */
  readonly validityDays?: number;
  /** Most days of an authority that is made here. @default - 36,500 */
  readonly authorityValidityDays?: number;
  /** How long before its end a certificate is renewed and warned of, in days. @default 30 */
  readonly renewWithinDays?: number;
  /** Algorithms of keys that are made here; the first is the default. @default - all */
  readonly keyAlgorithms?: readonly KeyAlgorithm[];
  /** Whether a file's next certificate may have the key of the one before; what is made here never has. @default true */
  readonly keyReuse?: boolean;
  /** Most days of certificates under public roots; what private authorities issue is left alone. @default - any number */
  readonly publicLifetime?: PublicLifetime;
}
