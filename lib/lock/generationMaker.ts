import type { IdentityPlan, IdentityRequest, SecretReference } from "../model";
import { generateKey } from "../pki";
import { authoritySubject } from "./authoritySubject";
import { type MadeRequest, isMade } from "./declaration";
import { notInLock, notObserved } from "./errors";
import { type FileReader, importIdentity, readPartnerCertificate } from "./importIdentity";
import { type IdentityMaker, type IssuerMaterial, issueIdentity } from "./issue";
import type { Generation } from "./lock";
import type { IdentityMaterial } from "./material";
import type { TrustsAnew } from "./needsAnnouncing";
import type { OpenLock } from "./openLock";
import type { RandomBytes } from "./recipients";

/** What generations are made from. */
export interface GenerationSources {
  readonly now: Date;
  readonly randomBytes: RandomBytes;
  /** Reads a file that the plan names, relative to the project's root; undefined where it is missing. */
  readonly readFile: FileReader;
  readonly resolveSecret: (reference: SecretReference) => string;
  /** What an identity is made from. @default - the system's keys, and `randomBytes` */
  readonly makerOf?: (identityId: string) => IdentityMaker;
  /** Who has to read what comes from a file, or from an authority, before it is served. @default - all who trust another anchor */
  readonly trustsAnew?: TrustsAnew;
}

/** The generation of an authority that issues. */
export interface IssuingGeneration {
  /** Identity id of the authority. */
  readonly id: string;
  readonly generation: Generation;
}

/** A generation with its sealed key. */
export interface MadeGeneration {
  readonly generation: Generation;
  /** SHA-256 of the file that it came from, hexadecimal. */
  readonly file?: string;
}

/** Makes generations, or takes them from their files, and seals their keys. Opens each issuer's key once. */
export class GenerationMaker {
  /** Of authorities that were made, or opened, a moment ago. */
  private readonly keys = new WeakMap<object, Uint8Array>();

  constructor(
    private readonly opened: OpenLock,
    private readonly sources: GenerationSources,
  ) {}

  /**
   * @param number what the generation is called
   * @param issuer @default - it is its own issuer, or comes from a file
   * @throws LockError `cannot-pin`, `not-observed`, `not-in-lock` for an issuer without its key, `tampered-lock`
   */
  make({ id, request }: IdentityPlan, number: number, issuer?: IssuingGeneration): MadeGeneration {
    const { certificates, pkcs8, file } = this.materialFor(id, request, number, issuer);
    const pinned = { generation: number, ...certificates };
    const { randomBytes } = this.sources;
    const privateKey = pkcs8 && this.opened.sealKey(id, pinned, pkcs8, randomBytes);
    if (pkcs8 !== undefined && privateKey !== undefined) this.keys.set(privateKey, pkcs8);
    return {
      generation: { ...pinned, ...(privateKey === undefined ? {} : { privateKey }) },
      ...(file === undefined ? {} : { file }),
    };
  }

  /**
   * An authority with its key.
   *
   * @throws LockError `not-in-lock`, `tampered-lock`
   */
  issuer({ id, generation }: IssuingGeneration): IssuerMaterial {
    const { privateKey } = generation;
    if (privateKey === undefined) throw notInLock(id, "private key");
    const pkcs8 = this.keys.get(privateKey) ?? this.opened.openKey(id, generation, privateKey);
    this.keys.set(privateKey, pkcs8);
    return { pinned: generation, pkcs8 };
  }

  private materialFor(
    id: string,
    request: IdentityRequest,
    number: number,
    issuer: IssuingGeneration | undefined,
  ): IdentityMaterial {
    const { sources } = this;
    if (request.kind === "imported") return importIdentity(id, request, sources);
    if (request.kind === "certificate") return readPartnerCertificate(id, request, sources);
    if (request.kind === "requested") throw notInLock(id, "certificate");
    if (!isMade(request)) throw notObserved(this.opened.lock.environment, [id]);
    return issueIdentity({
      id,
      request: requestOf(request, number),
      follows: number > 1,
      now: sources.now,
      maker: makerFor(id, sources),
      ...(issuer === undefined ? {} : { issuer: this.issuer(issuer) }),
    });
  }
}

/** What an identity is made from. */
export function makerFor(id: string, { makerOf, randomBytes }: GenerationSources): IdentityMaker {
  return makerOf?.(id) ?? { makeKey: generateKey, randomBytes };
}

function requestOf(request: MadeRequest, generation: number): MadeRequest {
  return request.kind === "authority"
    ? { ...request, subject: authoritySubject(request.subject, generation) }
    : request;
}
