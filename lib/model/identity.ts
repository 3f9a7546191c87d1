import type {
  CertificateSummary,
  DistinguishedName,
  ExtendedKeyUsage,
  KeyAlgorithm,
  SubjectAltName,
} from "./certificate";
import type { SecretReference } from "./secretReference";

/** A member of a request that has a default; its key in `NewCertificateOptions`. */
export type DefaultedMember = "commonName" | "keyAlgorithm" | "validityDays";

/** Says of a request which of its values nobody declared. */
export interface DefaultedRequest {
  /**
   * What a default gave. It is pinned at the first issue: another default later renews nothing.
   *
   * @default - none: all of it was declared
   */
  readonly defaulted?: readonly DefaultedMember[];
}

/** What a certificate says of who presents it, before a key or a date exists. */
export interface NamedRequest extends DefaultedRequest {
  readonly subject: DistinguishedName;
  readonly names: readonly SubjectAltName[];
  readonly keyAlgorithm: KeyAlgorithm;
  readonly extendedKeyUsages: readonly ExtendedKeyUsage[];
}

/** What a certificate says that is issued here. */
export interface CertificateRequest extends NamedRequest {
  readonly validityDays: number;
}

/** Makes an identity that is its own anchor. */
export interface SelfSignedIdentityRequest extends CertificateRequest {
  readonly kind: "self-signed";
}

/** Makes an identity that a declared certificate authority issues. */
export interface IssuedIdentityRequest extends CertificateRequest {
  readonly kind: "issued";
  /** Identity id of the certificate authority. */
  readonly issuerId: string;
}

/** Makes a key, and a request to somebody else's authority, which says how long the certificate is good for. */
export interface RequestedIdentityRequest extends NamedRequest {
  readonly kind: "requested";
  /** It issues certificates, and its key goes to no host; it has no names and no purposes. */
  readonly isAuthority?: true;
  /** How many authorities may stand below this one; absent means any number, and what is no authority has none. */
  readonly pathLength?: number;
}

/** Makes a certificate authority; its key never leaves the lock. */
export interface AuthorityIdentityRequest extends DefaultedRequest {
  readonly kind: "authority";
  readonly subject: DistinguishedName;
  readonly keyAlgorithm: KeyAlgorithm;
  readonly validityDays: number;
  /** How many authorities may stand below this one; absent means any number. */
  readonly pathLength?: number;
  /** Identity id of the parent authority; absent for a root. */
  readonly issuerId?: string;
}

/** Adopts the identity that a host already holds; its key stays there. */
export interface ExistingIdentityRequest {
  readonly kind: "existing";
  readonly storeId: string;
  readonly alias: string;
}

/** Takes over an identity that somebody else issued, from a file beside the stack. */
export interface ImportedIdentityRequest {
  readonly kind: "imported";
  /** PKCS12 (`.pfx`), JKS, or PEM; relative to the project's root. Detected by content. */
  readonly file: string;
  /** Separate file of the private key, PEM only. */
  readonly keyFile?: string;
  /** Separate file of the issuers: PEM, DER or PKCS#7. */
  readonly chainFile?: string;
  /** Password of the store, or of the key where `file` is PEM. */
  readonly password?: SecretReference;
  /** Password of the key entry where it is not the store's. */
  readonly keyPassword?: SecretReference;
  /** Which entry to take; absent where the file holds one identity only. */
  readonly alias?: string;
  /** It issues certificates, and its key goes to no host. */
  readonly isAuthority?: true;
}

/** A certificate without a key: what a partner sent so that it can be trusted. */
export interface CertificateOnlyRequest {
  readonly kind: "certificate";
  /** PEM or DER, or the plan of another repository; relative to the project's root. */
  readonly file: string;
  /** The certificate itself, where `file` is a plan that holds it. */
  readonly pem?: string;
}

export type IdentityRequest =
  | SelfSignedIdentityRequest
  | IssuedIdentityRequest
  | RequestedIdentityRequest
  | AuthorityIdentityRequest
  | ExistingIdentityRequest
  | ImportedIdentityRequest
  | CertificateOnlyRequest;

/** Whether an identity issues certificates; its key goes to no host. */
export function isAuthority(request: IdentityRequest): boolean {
  return request.kind === "authority" || ("isAuthority" in request && request.isAuthority);
}

/**
 * A step of a rotation. `announced`: the next generation is trusted beside the one that is served. `switched`: it is
 * served, and the former one is still trusted.
 */
export type RotationPhase = "announced" | "switched";

/** One generation of an identity, in the clear. */
export interface PinnedGeneration {
  /** Counts the certificates this identity has had; the first is 1. */
  readonly generation: number;
  /** Leaf first; the anchor is the last one unless `anchor` says otherwise. */
  readonly chain: readonly CertificateSummary[];
  /** What others must trust to accept this identity. */
  readonly anchor: CertificateSummary;
  /** The anchor's certificate, for whoever must trust it from elsewhere. */
  readonly anchorPem: string;
}

/** What the lock pins for an identity, in the clear: the generation that is served. */
export interface PinnedIdentity extends PinnedGeneration {
  /** Absent where one generation is trusted and served. */
  readonly rotation?: {
    readonly phase: RotationPhase;
    /** Trusted and not served: the next generation while announced, the former one once switched. */
    readonly other: PinnedGeneration;
    /** Of one that is switched: it was announced before. @default - a renewal began with the switch */
    readonly wasAnnounced?: true;
  };
}

/** A private key with its certificate chain (or, for a partner's certificate, the chain alone). */
export interface IdentityPlan {
  /** `<stack>/<key>`: what the lock pins it under; of another generation `<stack>/<key>#<generation>`. */
  readonly id: string;
  readonly request: IdentityRequest;
  /**
   * Id of the identity that this is the other generation of, while it changes in phases: trusted, and not served.
   *
   * @default - it is none; what a stack declares never is
   */
  readonly generationOf?: string;
  /** Absent until the lock holds it. */
  readonly pinned?: PinnedIdentity;
}

/** Id under which a plan names the generation of an identity that is trusted and not served. */
export function generationId(identityId: string, generation: number): string {
  return `${identityId}#${generation}`;
}

/** Takes a generation's id apart; undefined for the id of an identity itself. */
export function parseGenerationId(
  id: string,
): { readonly identityId: string; readonly generation: number } | undefined {
  const [, identityId, generation] = /^(.+)#([1-9]\d*)$/s.exec(id) ?? [];
  return identityId === undefined ? undefined : { identityId, generation: Number(generation) };
}

/** Whether an identity is the former generation of one that was switched: still trusted, and on its way out. */
export function isFormerGeneration(
  { generationOf, pinned }: IdentityPlan,
  identity: (identityId: string) => IdentityPlan | undefined,
): boolean {
  const served = generationOf === undefined ? undefined : identity(generationOf)?.pinned;
  return served !== undefined && pinned !== undefined && pinned.generation < served.generation;
}
