import type { ChainPart } from "./chainPart";
import type { RuntimePlan } from "./runtime";
import type { SecretReference } from "./secretReference";

/**
 * Who picks the alias where a Java reads a store: its default key manager (`java`), which takes one of the store's
 * identities by key type and hash; the product, which names it in its own files; or the product by the name that a
 * client asks for (`server-name`, as Jetty does): the identity whose certificate has that name, otherwise the one that
 * its files name.
 */
export type AliasChooser = "product" | "java" | "server-name";

/** Where a system finds an identity it presents. */
export type IdentityLocation =
  | {
      readonly kind: "store";
      readonly storeId: string;
      readonly alias: string;
      readonly keyPassword?: SecretReference;
      /** @default "java" */
      readonly chosenBy?: AliasChooser;
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
  /**
   * The endpoint whose port it shares: the server presents this identity to clients that ask for one of these names
   * (SNI), and the other endpoint's to those that ask for no name that it has.
   *
   * @default - it has its port for itself, or is the one that others share
   */
  readonly defaultEndpointId?: string;
  /**
   * It refuses requests for a host that is no name of the certificate that it presents, whatever the client verifies, as
   * Jetty does from 10 on.
   *
   * @default - it does not look
   */
  readonly checksHost?: true;
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
