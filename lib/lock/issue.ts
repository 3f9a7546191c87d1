import type {
  AuthorityIdentityRequest,
  IssuedIdentityRequest,
  KeyAlgorithm,
  SelfSignedIdentityRequest,
} from "../model";
import { DAY_MS } from "../model/day";
import { type GeneratedKey, type Issuer, type Signing, issueCertificate } from "../pki";
import { certificateOf } from "./certificates";
import { cannotPin } from "./errors";
import { issuingChain } from "./issuedBy";
import { type PinnedChain, leafOf } from "./lock";
import type { IdentityMaterial } from "./material";
import type { RandomBytes } from "./recipients";

/** Where the key pair, the serial number and the signature of a new generation come from. */
export interface IdentityMaker {
  readonly makeKey: (algorithm: KeyAlgorithm) => GeneratedKey;
  readonly randomBytes: RandomBytes;
  /** @default - as OpenSSL signs, with EC keys at random */
  readonly sign?: Signing;
}

/** A declared authority with its key. */
export interface IssuerMaterial {
  readonly pinned: PinnedChain;
  /** PKCS#8 DER. */
  readonly pkcs8: Uint8Array;
}

export interface IssueOptions {
  readonly id: string;
  readonly request: SelfSignedIdentityRequest | IssuedIdentityRequest | AuthorityIdentityRequest;
  /** @default - the certificate is its own issuer */
  readonly issuer?: IssuerMaterial;
  /** Whether it takes the place of one with the same name, and both may be trusted at a time. @default false */
  readonly follows?: boolean;
  readonly now: Date;
  readonly maker: IdentityMaker;
}

/** Certificates begin an hour ago, so that a host whose clock is behind accepts them at once. */
const BACKDATE_MS = 3_600_000;

/**
 * Makes a key and the certificate that a declaration asks for. A certificate ends no later than its
 * issuer's, because nobody would accept it after that.
 *
 * @throws LockError `cannot-pin`
 */
export function issueIdentity(options: IssueOptions): IdentityMaterial {
  const { id, request, issuer, now } = options;
  const { makeKey, ...drawn } = options.maker;
  const { pkcs8, publicKey } = makeKey(request.keyAlgorithm);
  const notBefore = new Date(now.getTime() - BACKDATE_MS);
  try {
    const certificate = issueCertificate({
      subject: request.subject,
      publicKey,
      issuer: issuer === undefined ? { pkcs8 } : signerOf(issuer),
      notBefore,
      validityDays: validityDays(request.validityDays, notBefore, issuer),
      ...drawn,
      namesOwnKey: options.follows === true,
      ...(request.kind === "authority" ? authority(request) : purposes(request)),
    });
    return { pkcs8, certificates: chainOf(certificate, issuer) };
  } catch (error) {
    throw cannotPin(id, error);
  }
}

/** Who certifies a root's key as well. */
export interface CrossSignOptions {
  readonly id: string;
  /** DER of the root's own certificate. */
  readonly root: Uint8Array;
  readonly issuer: IssuerMaterial;
  readonly now: Date;
  readonly randomBytes: RandomBytes;
}

/**
 * Another certificate for a root's name and key, by another authority, so that those who trust only that one accept
 * what the root issues. It ends with either of them.
 *
 * @throws LockError `cannot-pin`
 */
export function crossSign({ id, root, issuer, now, randomBytes }: CrossSignOptions): Uint8Array {
  const { subject, publicKey, notAfter, basicConstraints } = certificateOf(root);
  const notBefore = new Date(now.getTime() - BACKDATE_MS);
  const pathLength = basicConstraints?.pathLength;
  try {
    return issueCertificate({
      subject,
      publicKey,
      issuer: signerOf(issuer),
      notBefore,
      validityDays: validityDays((notAfter.getTime() - notBefore.getTime()) / DAY_MS, notBefore, issuer),
      randomBytes,
      authority: pathLength === undefined ? {} : { pathLength },
    });
  } catch (error) {
    throw cannotPin(id, error);
  }
}

function signerOf({ pinned, pkcs8 }: IssuerMaterial): Issuer {
  return { pkcs8, certificate: certificateOf(leafOf(pinned)) };
}

function validityDays(declared: number, notBefore: Date, issuer: IssuerMaterial | undefined): number {
  if (issuer === undefined) return declared;
  const { notAfter } = certificateOf(leafOf(issuer.pinned));
  return Math.min(declared, (notAfter.getTime() - notBefore.getTime()) / DAY_MS);
}

function authority({ pathLength }: AuthorityIdentityRequest): {
  authority: { pathLength?: number };
} {
  return { authority: pathLength === undefined ? {} : { pathLength } };
}

function purposes({ names, extendedKeyUsages }: SelfSignedIdentityRequest | IssuedIdentityRequest): {
  names: SelfSignedIdentityRequest["names"];
  extendedKeyUsages: SelfSignedIdentityRequest["extendedKeyUsages"];
} {
  return { names, extendedKeyUsages };
}

function chainOf(
  certificate: Uint8Array,
  issuer: IssuerMaterial | undefined,
): Omit<PinnedChain, "generation"> {
  if (issuer === undefined) return { chain: [certificate] };
  const { anchor } = issuer.pinned;
  return {
    chain: [certificate, ...issuingChain(issuer.pinned)],
    ...(anchor === undefined ? {} : { anchor }),
  };
}
