import type { ChainPart } from "./chainPart";
import type { RuntimePlan } from "./runtime";
import type { SecretReference } from "./secretReference";

/** Where a system finds an identity it presents. */
export type IdentityLocation =
  | {
      readonly kind: "store";
      readonly storeId: string;
      readonly alias: string;
      readonly keyPassword?: SecretReference;
      /**
       * Who picks the alias where a Java reads the store: its default key manager, which takes one of the store's
       * identities by key type and hash, or the product, which names it in its own files.
       *
       * @default "java"
       */
      readonly chosenBy?: "product" | "java";
    }
  | {
      readonly kind: "pem";
      readonly certificateFileId: string;
      readonly keyFileId: string;
      readonly keyPassword?: SecretReference;
    }
  /** With somebody else, who presents it from a place that is not known here. */
  | {
      readonly kind: "outside";
      /** What its certificate is known to lead to. */
      readonly leadsTo?: AnchorPlan | "public-roots";
    };

/** A certificate of an identity's chain. */
export interface AnchorPlan {
  readonly identityId: string;
  readonly part: ChainPart;
}

/** Where a system finds the certificates it trusts. */
export type AnchorsLocation =
  | { readonly kind: "store"; readonly storeId: string }
  | { readonly kind: "pem"; readonly fileId: string }
  /** The roots that ship with the client: Mozilla's list, as Node carries it. */
  | { readonly kind: "public-roots" }
  /** With somebody else, who is known to accept what leads to these certificates. */
  | { readonly kind: "outside"; readonly accepts: readonly AnchorPlan[] };

/** Whether a server asks its clients for a certificate, and what it does without one. */
export type ClientAuthentication = "none" | "request" | "require";

/** An HTTPS listener. */
export interface EndpointPlan {
  readonly id: string;
  readonly hostId: string;
  /** Host names and addresses under which clients reach it; the first is the canonical one. */
  readonly names: readonly string[];
  readonly port: number;
  /** Absent where the server is somebody else's. */
  readonly identityId?: string;
  readonly identity: IdentityLocation;
  readonly clientAuthentication: ClientAuthentication;
  /** Which client certificates are accepted; absent where none is asked for. */
  readonly clientAnchors?: AnchorsLocation;
  readonly runtime: RuntimePlan;
  /**
   * Intermediates that a client's chain may have, as nginx's `ssl_verify_depth`.
   *
   * @default - as many as there are
   */
  readonly verifyDepth?: number;
  /** Shell commands, run on the deploying machine after the endpoint's identity changed. */
  readonly afterDeploy: readonly string[];
}

/** A program that makes calls by rules of its own, beside those of the TLS library that it uses. */
export type ClientProgram = "curl" | "newman";

/** One client system calling one endpoint. */
export interface HopPlan {
  readonly id: string;
  readonly endpointId: string;
  /** Name or address that the client puts into its URL. */
  readonly address: string;
  readonly clientHostId: string;
  /** For people: the system that calls. */
  readonly clientName: string;
  readonly anchors: AnchorsLocation;
  readonly runtime: RuntimePlan;
  /**
   * The programs that make the call, each of which must be able to.
   *
   * @default - one that does as its runtime does
   */
  readonly programs?: readonly ClientProgram[];
  /** Whether the client compares the certificate's names with the address. */
  readonly verifiesName: boolean;
  /**
   * Why the hop passes where our rules are stricter than its peers (`strict: false`). A reader that does not know it
   * judges strictly.
   *
   * @default - it does not
   */
  readonly letPassBecause?: string;
  /** Absent where the client presents no certificate. */
  readonly bindingId?: string;
}

/** Which identity a client presents on a hop, and whom it stands for. */
export interface BindingPlan {
  readonly id: string;
  readonly identityId: string;
  readonly identity: IdentityLocation;
  /** Account that the endpoint's system maps the certificate to. */
  readonly user?: string;
}
