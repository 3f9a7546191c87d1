import type { RequestedIdentityRequest } from "../../model";
import { createCertificateRequest } from "../../pki";
import { cannotPin } from "../errors";
import { nextNumber } from "../generations";
import type { IdentityMaker } from "../issue";
import type { PendingRequest } from "../lock";
import type { LockedPart } from "../lockedParts";
import type { OpenLock } from "../openLock";
import type { RandomBytes } from "../recipients";
import { recordOf } from "../requestRecord";
import { askedBefore, withAskedDefaults } from "./asked";

export interface MakeRequestOptions {
  readonly open: OpenLock;
  readonly maker: Pick<IdentityMaker, "makeKey">;
  readonly now: Date;
  readonly randomBytes: RandomBytes;
  /** Whether the key of the current generation is asked for again. @default false */
  readonly keepsKey?: boolean;
}

/**
 * Makes a key and a request for its certificate, in the place of one that waits.
 *
 * @param part what the lock holds of the identity
 * @returns what it holds then; a certificate that is pinned stays
 * @throws LockError `cannot-pin` for what no request could ask for, and where there is no key to keep
 */
export function makeRequest(
  id: string,
  declared: RequestedIdentityRequest,
  part: LockedPart | undefined,
  options: MakeRequestOptions,
): LockedPart & { readonly requested: PendingRequest } {
  const request = withAskedDefaults(declared, askedBefore(part));
  const generation = nextNumber(part !== undefined && "chain" in part ? part : undefined);
  const pkcs8 = options.keepsKey === true ? currentKey(id, part, options) : undefined;
  const requested = requestFor(id, request, generation, pkcs8, options);
  return part !== undefined && "chain" in part
    ? { ...part, requested }
    : { requested, formerIds: part?.formerIds ?? [] };
}

function requestFor(
  id: string,
  request: RequestedIdentityRequest,
  generation: number,
  kept: Uint8Array | undefined,
  { open, maker, now, randomBytes }: MakeRequestOptions,
): PendingRequest {
  const pkcs8 = kept ?? maker.makeKey(request.keyAlgorithm).pkcs8;
  const { subject, names, extendedKeyUsages, isAuthority, pathLength } = request;
  const authority = pathLength === undefined ? {} : { pathLength };
  try {
    const csr = createCertificateRequest({
      subject,
      names,
      extendedKeyUsages,
      ...(isAuthority === true ? { authority } : {}),
      pkcs8,
    });
    return {
      generation,
      csr,
      ...(kept === undefined
        ? { privateKey: open.sealKey(id, { generation, csr }, pkcs8, randomBytes) }
        : {}),
      ...recordOf(request),
      at: now.toISOString(),
    };
  } catch (error) {
    throw cannotPin(id, error);
  }
}

function currentKey(id: string, part: LockedPart | undefined, { open }: MakeRequestOptions): Uint8Array {
  if (part === undefined || !("chain" in part) || part.privateKey === undefined) {
    throw cannotPin(id, "the lock holds no key of it to keep; ask for a certificate with a new one");
  }
  return open.openKey(id, part, part.privateKey);
}
