import type { PresentedIdentity } from "../../hop";
import { DAY_MS } from "../../model/day";
import { type Certificate, type Issuer, generateKey, issueCertificate, parseCertificate } from "../../pki";

/** Who must not be let in. */
export interface Stranger {
  /** For people, as a part of a sentence: "a call without a certificate". */
  readonly who: string;
  /** @default - it presents nothing */
  readonly identity?: PresentedIdentity;
}

export interface StrangersOptions {
  readonly now: Date;
  readonly randomBytes: (length: number) => Uint8Array;
}

/** Long enough for a server whose clock is not ours. */
const VALIDITY_DAYS = 30;

/**
 * Callers that a server which requires a certificate must turn away: one without any, one with a certificate that it
 * signed itself, and, where a client is known, one with that client's names from an authority of the same name.
 */
export function strangers(client: Certificate | undefined, options: StrangersOptions): readonly Stranger[] {
  const nobody: Stranger = { who: "a call without a certificate" };
  const unknown: Stranger = {
    who: "a call with a stranger's self-signed certificate",
    identity: selfSigned(undefined, options),
  };
  if (client === undefined) return [nobody, unknown];
  const identity = client.isSelfIssued ? selfSigned(client, options) : issued(client, options);
  return [
    nobody,
    unknown,
    { who: `a call with a stranger's certificate in the name of ${client.toString()}`, identity },
  ];
}

function selfSigned(client: Certificate | undefined, options: StrangersOptions): PresentedIdentity {
  const key = generateKey("ec-p256");
  const leaf = issue(client, key, { pkcs8: key.pkcs8 }, options);
  return { chain: [leaf], pkcs8: key.pkcs8 };
}

function issued(client: Certificate, options: StrangersOptions): PresentedIdentity {
  const authorityKey = generateKey("ec-p256");
  const authority = issueCertificate({
    ...validity(options),
    subject: client.issuer,
    publicKey: authorityKey.publicKey,
    issuer: { pkcs8: authorityKey.pkcs8 },
    authority: {},
  });
  const key = generateKey("ec-p256");
  const issuer = { pkcs8: authorityKey.pkcs8, certificate: parseCertificate(authority) };
  return { chain: [issue(client, key, issuer, options), authority], pkcs8: key.pkcs8 };
}

function issue(
  client: Certificate | undefined,
  { publicKey }: ReturnType<typeof generateKey>,
  issuer: Issuer,
  options: StrangersOptions,
): Buffer {
  return issueCertificate({
    ...validity(options),
    subject: client?.subject ?? { commonName: "cdktf-trust verify: nobody you know" },
    names: client?.subjectAltNames ?? [],
    publicKey,
    issuer,
    extendedKeyUsages: ["clientAuth"],
  });
}

function validity({ now, randomBytes }: StrangersOptions) {
  return { notBefore: new Date(now.getTime() - DAY_MS), validityDays: VALIDITY_DAYS, randomBytes };
}
