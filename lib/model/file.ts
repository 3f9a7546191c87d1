import type { AnchorPlan } from "./hop";
import type { SecretReference } from "./secretReference";
import type { ChainPart } from "./chainPart";

/** What stands in a text for the first eight digits of a certificate's SHA-256, and is as long. */
export interface FingerprintInText {
  readonly placeholder: string;
  readonly identityId: string;
  readonly part: ChainPart;
}

/** What a delivered file holds. */
export type FileContent =
  | {
      readonly kind: "text";
      readonly text: string;
      /** What stands in it for certificates that only the lock knows. @default - nothing */
      readonly fingerprints?: readonly FingerprintInText[];
    }
  /** Certificates as `keytool -exportcert -rfc` prints them, CRLF-free. */
  | {
      readonly kind: "certificate";
      readonly identityId: string;
      readonly part: ChainPart | "chain";
      readonly encoding: "pem" | "der";
    }
  /** Certificates to trust as PEM, one after another, each once. */
  | { readonly kind: "anchors"; readonly anchors: readonly AnchorPlan[] }
  /** The private key as encrypted PKCS#8 PEM. */
  | { readonly kind: "private-key"; readonly identityId: string; readonly password: SecretReference };

/**
 * Where the newer of two certificates in DER lies, which holds one, while an identity changes in phases: beside the
 * older one, as `<name>-next.<extension>`.
 */
export function nextPath(path: string): string {
  return path.replace(/(?=(\.[^./\\]*)?$)/, NEXT);
}

/** What tells the newer of two files, in its name before the extension and in its id. */
export const NEXT = "-next";

/** A file that is ours from the first byte to the last. */
export interface FilePlan {
  readonly id: string;
  readonly hostId: string;
  readonly path: string;
  /** Permission bits, for example `0o644`. */
  readonly mode: number;
  readonly content: FileContent;
  /** What is not proven by the file being there, for example that somebody ran it. */
  readonly unproven?: string;
  /** What people do before it is taken away, because what they did with it stays on the host. */
  readonly beforeDestroy?: string;
}
